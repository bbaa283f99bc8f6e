#include "Floor.h"
#if defined(__x86_64__)
// On-demand chooses its implementation when it is compiled.
#pragma clang attribute push(__attribute__((target("avx2,bmi,pclmul,lzcnt,popcnt"))), apply_to = function)
#include <cmath>
#include <string>
#include <vector>
#define SIMDJSON_BUILTIN_IMPLEMENTATION haswell
#endif
#include <simdjson.h>

using namespace simdjson;

long floor_parse(const char *bytes, size_t length, size_t capacity) {
    static ondemand::parser parser;
    static uint64_t sink;
    long count = 0;
    try {
        ondemand::document document = parser.iterate(bytes, length, capacity);
        for (ondemand::object order : document.get_array()) {
            uint64_t sum = 0;
            sum += order["duration"].get_uint64().value();
            sum += order["is_buy_order"].get_bool().value();
            sum += order["issued"].get_string().value().size();
            sum += order["location_id"].get_uint64().value();
            sum += order["min_volume"].get_uint64().value();
            sum += order["order_id"].get_uint64().value();
            sum += uint64_t(order["price"].get_double().value());
            sum += order["range"].get_string().value().size();
            sum += order["system_id"].get_uint64().value();
            sum += order["type_id"].get_uint64().value();
            sum += order["volume_remain"].get_uint64().value();
            sum += order["volume_total"].get_uint64().value();
            sink += sum;
            count++;
        }
    } catch (const simdjson_error &) {
        return -1;
    }
    return count + long(sink & 0);
}
#if defined(__x86_64__)
#pragma clang attribute pop
#endif
