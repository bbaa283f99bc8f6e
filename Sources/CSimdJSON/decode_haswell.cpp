#if defined(__x86_64__)
// simdjson marks its functions to be inlined always, which needs the same target in all that calls them.
#pragma clang attribute push(__attribute__((target("avx2,bmi,pclmul,lzcnt,popcnt"))), apply_to = function)
#include "buffers.hpp"
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <vector>

#define SIMDJSON_BUILTIN_IMPLEMENTATION haswell
#include <simdjson.h>
#define ESIWH_IMPLEMENTATION esiwh_haswell
#include "decoder.hpp"
#pragma clang attribute pop
#endif
