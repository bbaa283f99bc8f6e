#pragma once
#include <curl/curl.h>
#include <malloc.h>

// curl's setters and getters take variable arguments, which Swift cannot call: one function per argument type.
static inline CURLcode esiwh_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode esiwh_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode esiwh_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode esiwh_set_pointer(CURL *easy, CURLoption option, const void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode esiwh_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
typedef size_t (*esiwh_data_callback)(char *bytes, size_t size, size_t count, void *context);
static inline CURLcode esiwh_set_callback(CURL *easy, CURLoption option, esiwh_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode esiwh_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode esiwh_get_offset(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode esiwh_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLMcode esiwh_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
// A message's result is in a union.
static inline CURLcode esiwh_result(const CURLMsg *message) { return message->data.result; }
// glibc keeps freed blocks below a size that grows with what is freed; answers' bodies are such blocks, and each thread has
// a heap of its own. From a fixed size on they go back to the system, so that memory follows what is in use.
static inline int esiwh_give_back_large_blocks(void) {
#ifdef M_MMAP_THRESHOLD
    return mallopt(M_MMAP_THRESHOLD, 64 << 10);
#else
    return 1;
#endif
}
static inline CURLcode esiwh_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }
