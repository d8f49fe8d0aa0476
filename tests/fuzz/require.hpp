// What every fuzzer says about a promise that must hold: a crash, which libFuzzer then saves and shows.
#pragma once

#include <cstdio>
#include <cstdlib>

#define RONDEL_REQUIRE(condition)                                                        \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            std::fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                \
        }                                                                                \
    } while (false)
