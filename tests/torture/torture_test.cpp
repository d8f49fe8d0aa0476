// F10: memory ends, and calls of the kernel fail, at every point of a handshake and one stanza, of both programs that
// take part: each time at another one, until none was left to fail. As curl and SQLite do it.
//
// Prints "FIGURE allocation-failures-survived 1000/1000", and the same of calls. RONDEL_TORTURE=client:17 plays that
// point only, and with RONDEL_TORTURE_STOP=1 a debugger shows who asked for the memory.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/torture/scarce_calls.hpp"
#include "tests/torture/scarce_memory.hpp"
#include "tests/torture/scene.hpp"
#include <gtest/gtest.h>

namespace rondel::torture {
namespace {

struct Tally {
    std::size_t played = 0, survived = 0;
    std::chrono::steady_clock::duration longest{};
    std::string which_was_longest;

    void take(const std::string& wrong, const std::string& where, std::chrono::steady_clock::time_point since) {
        ++played;
        const auto time = std::chrono::steady_clock::now() - since;
        if (time > longest) longest = time, which_was_longest = where;
        if (wrong.empty())
            ++survived;
        else if (played - survived <= 20)
            std::printf("%s: %s\n", where.c_str(), wrong.c_str()), std::fflush(stdout);
    }
    void print(const char* name) const {
        std::printf("FIGURE %s %zu/%zu\n", name, survived, played);
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(longest).count();
        std::printf("The longest took %lld ms: %s\n", static_cast<long long>(took), which_was_longest.c_str());
        EXPECT_EQ(survived, played);
    }
};

constexpr Kind all_kinds[] = {Kind::component, Kind::client, Kind::client_with_tls};

std::string name_of(Kind kind) {
    switch (kind) {
        case Kind::component:
            return "component";
        case Kind::client:
            return "client";
        default:
            return "client-with-tls";
    }
}

// Asio's operations of TLS are two in one, and where memory ends for the second it throws the first away with it.
Memory memory_of(Kind kind) { return kind == Kind::client_with_tls ? Memory::of_new : Memory::of_asio_too; }

bool is_wanted(Kind kind, std::size_t number) {
    const char* wish = std::getenv("RONDEL_TORTURE");
    return wish == nullptr || wish == name_of(kind) + ":" + std::to_string(number);
}

TEST(Torture, F10_memory_that_ends_at_every_point_of_a_handshake_and_a_stanza) {
    Tally tally;
    for (const Kind kind : all_kinds) {
        constexpr std::size_t beyond_any = 100'000;
        for (std::size_t number = 1; number < beyond_any; ++number) {
            if (!is_wanted(kind, number)) continue;
            bool reached = false;
            const auto begin = std::chrono::steady_clock::now();
            const std::string wrong = survive(kind, {[&] { fail_allocation(number, memory_of(kind)); },
                                                     [&] {
                                                         reached = reached || has_failed();
                                                         fail_allocation(0);
                                                     }});
            if (!reached) {  // that was all of it
                EXPECT_EQ(wrong, "") << name_of(kind) << ":" << number;
                break;
            }
            tally.take(wrong, name_of(kind) + ":" + std::to_string(number), begin);
        }
    }
    EXPECT_GT(tally.played, 0u);
    tally.print("allocation-failures-survived");
}

// Each call fails once, with one of its errors; with RONDEL_LONG, once with each of them.
TEST(Torture, F10_calls_of_the_kernel_that_fail_at_every_point_of_a_handshake_and_a_stanza) {
    Tally tally;
    const std::size_t rounds = std::getenv("RONDEL_LONG") != nullptr ? kinds_of_failure : 1;
    for (const Kind kind : all_kinds)
        for (std::size_t round = 0; round < rounds; ++round) {
            constexpr std::size_t beyond_any = 10'000;
            for (std::size_t number = 1; number < beyond_any; ++number) {
                if (!is_wanted(kind, number)) continue;
                std::string call;
                const auto begin = std::chrono::steady_clock::now();
                const auto fail = [&] { fail_call(number, (number + round) % kinds_of_failure); };
                const auto spare = [&] {
                    if (call.empty()) call = failed_call();
                    fail_call(0, 0);
                };
                const std::string wrong = survive(kind, {fail, spare});
                if (call.empty()) {
                    EXPECT_EQ(wrong, "") << name_of(kind) << ":" << number;
                    break;
                }
                tally.take(wrong, name_of(kind) + ":" + std::to_string(number) + " " + call, begin);
            }
        }
    EXPECT_GT(tally.played, 0u);
    tally.print("call-failures-survived");
}

}  // namespace
}  // namespace rondel::torture
