// F10: memory ends while handlers that wait are at work. Each allocation fails in turn, until none is left to fail.
//
// Prints how many were survived, of how many. RONDEL_TORTURE=warm:17 plays that point only.
#include "tests/torture/handling.hpp"

#include "rondel/service/loop.hpp"
#include "rondel/service/parking.hpp"

#include <cstdio>
#include <cstdlib>
#include <new>
#include <string>

#include "tests/torture/scarce_memory.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel::torture {
namespace {

TEST(Torture, F10_a_wait_for_which_there_is_no_memory_is_told_to_who_waits) {
    std::size_t failed = 0;
    for (std::size_t number = 1;; ++number) {
        Loop loop;
        Parking parking;
        bool is_told = false, is_over = false;
        const auto work = [&]() -> task<> {
            fail_allocation(number);
            try {
                co_await parking.wait();
            } catch (const std::bad_alloc&) {
                is_told = true;
            }
            is_over = true;
        };
        executing::spawn(loop.executor(), work(), [](std::exception_ptr) {});
        loop.run_ready();
        const bool has = has_failed();
        fail_allocation(0);
        EXPECT_EQ(is_told, has) << number;
        parking.wake();
        loop.run_ready();
        EXPECT_TRUE(is_over) << number;
        if (!has) break;
        ++failed;
    }
    EXPECT_GE(failed, 1u);
}

TEST(Torture, F10_memory_that_ends_at_every_point_of_handlers_that_wait) {
    const char* const wish = std::getenv("RONDEL_TORTURE");
    std::size_t played = 0, survived = 0;
    for (const bool is_warm : {false, true}) {
        constexpr std::size_t beyond_any = 100'000;
        for (std::size_t number = 1; number < beyond_any; ++number) {
            const std::string where = fmt::format("{}:{}", is_warm ? "warm" : "cold", number);
            if (wish != nullptr && wish != where) continue;
            bool reached = false;
            const std::string wrong = survive_handling(is_warm, number, reached);
            if (!reached) {  // that was all of it
                EXPECT_EQ(wrong, "") << where;
                break;
            }
            ++played;
            if (wrong.empty())
                ++survived;
            else if (played - survived <= 20)
                std::printf("%s: %s\n", where.c_str(), wrong.c_str()), std::fflush(stdout);
        }
    }
    EXPECT_GT(played, 0u);
    EXPECT_EQ(survived, played);
    std::printf("FIGURE task-allocation-failures-survived %zu/%zu\n", survived, played);
}

}  // namespace
}  // namespace rondel::torture
