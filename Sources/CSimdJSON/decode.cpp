#include "buffers.hpp"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>
#include <simdjson.h>
#define ESIWH_IMPLEMENTATION esiwh_builtin
#include "decoder.hpp"

#if defined(__x86_64__)
namespace esiwh_haswell {
int decode(const char *, size_t, const esiwh_plan *, esiwh_rows *, esiwh_decode_error *, size_t *);
}
namespace esiwh_westmere {
int decode(const char *, size_t, const esiwh_plan *, esiwh_rows *, esiwh_decode_error *, size_t *);
}
#endif

namespace {
using decode_function = int (*)(const char *, size_t, const esiwh_plan *, esiwh_rows *, esiwh_decode_error *, size_t *);

/// The best decoder for this processor.
decode_function choose() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("pclmul"))
        return esiwh_haswell::decode;
    if (__builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("pclmul")) return esiwh_westmere::decode;
#endif
    return esiwh_builtin::decode;
}

const decode_function decode = choose();
}

int esiwh_decode(const char *bytes, size_t length, const esiwh_plan *plan, esiwh_rows *rows,
                 esiwh_decode_error *error) {
    return decode(bytes, length, plan, rows, error, nullptr);
}

int esiwh_decode_lines(const char *bytes, size_t length, const esiwh_plan *plan, esiwh_rows *rows,
                       esiwh_decode_error *error, size_t *line) {
    *line = 0;
    return decode(bytes, length, plan, rows, error, line);
}

void esiwh_rows_free(esiwh_rows *rows) {
    std::free(rows->cells);
    std::free(rows->tags);
    std::free(rows->arena);
    std::free(rows->unknown);
    std::free(rows->places);
    std::free(rows->place_names);
    std::memset(rows, 0, sizeof *rows);
}
