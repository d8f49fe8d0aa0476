#include "rondel/service/parking.hpp"

#include "rondel/service/loop.hpp"

#include <vector>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/system/system_error.hpp>
#include <gtest/gtest.h>

namespace rondel {
namespace {

struct Ran {
    std::vector<int> steps;
    std::exception_ptr thrown;
    bool ended = false;
    std::function<void(std::exception_ptr)> end() {
        return [this](std::exception_ptr error) {
            thrown = error;
            ended = true;
        };
    }
};

task<> wait_and_note(std::shared_ptr<Parking> parking, Ran& ran) {
    ran.steps.push_back(1);
    co_await parking->wait();
    ran.steps.push_back(2);
}

TEST(Parking, holds_a_coroutine_until_it_is_woken) {
    Loop loop;
    Ran ran;
    auto parking = std::make_shared<Parking>();
    executing::spawn(loop.executor(), wait_and_note(parking, ran), ran.end());
    loop.run_ready();
    EXPECT_EQ(ran.steps, (std::vector<int>{1}));
    parking->wake();
    EXPECT_EQ(ran.steps, (std::vector<int>{1})) << "A woken coroutine must not run inside wake().";
    loop.run_ready();
    EXPECT_EQ(ran.steps, (std::vector<int>{1, 2}));
    EXPECT_TRUE(ran.ended);
    parking->wake();
    loop.run_ready();
}

TEST(Parking, does_not_hold_one_that_was_woken_before) {
    Loop loop;
    Ran ran;
    auto parking = std::make_shared<Parking>();
    parking->wake();
    executing::spawn(loop.executor(), wait_and_note(parking, ran), ran.end());
    loop.run_ready();
    EXPECT_TRUE(ran.ended);
}

task<> whichever_is_first(std::shared_ptr<Parking> one, std::shared_ptr<Parking> other, Ran& ran) {
    using namespace boost::asio::experimental::awaitable_operators;
    const auto first = co_await (one->wait() || other->wait());
    ran.steps.push_back(static_cast<int>(first.index()));
}

TEST(Parking, can_be_cancelled_as_by_operator_or) {
    Loop loop;
    Ran ran;
    auto one = std::make_shared<Parking>();
    auto other = std::make_shared<Parking>();
    executing::spawn(loop.executor(), whichever_is_first(one, other, ran), ran.end());
    loop.run_ready();
    other->wake();
    loop.run_ready();
    EXPECT_TRUE(ran.ended);
    EXPECT_EQ(ran.steps, (std::vector<int>{1}));
    one->wake();  // it was cancelled; nothing happens
    loop.run_ready();
}

TEST(Parking, hands_over_the_first_value) {
    Loop loop;
    auto parked = std::make_shared<ParkedFor<int>>();
    int got = 0;
    auto wait = [&got, parked]() -> task<> { got = co_await parked->wait(); };
    executing::spawn(loop.executor(), wait(), [](std::exception_ptr) {});
    loop.run_ready();
    EXPECT_TRUE(parked->give(7));
    EXPECT_FALSE(parked->give(8));
    loop.run_ready();
    EXPECT_EQ(got, 7);
}

TEST(Parking, spawn_tells_what_a_task_threw) {
    Loop loop;
    Ran ran;
    auto fail = []() -> task<> {
        throw std::runtime_error("no");
        co_return;
    };
    executing::spawn(loop.executor(), fail(), ran.end());
    loop.run_ready();
    ASSERT_TRUE(ran.thrown);
    EXPECT_THROW(std::rethrow_exception(ran.thrown), std::runtime_error);
}

TEST(Parking, yield_lets_others_run_first) {
    Loop loop;
    std::vector<int> steps;
    auto one = [&]() -> task<> {
        steps.push_back(1);
        co_await executing::yield();
        steps.push_back(3);
    };
    auto two = [&]() -> task<> {
        steps.push_back(2);
        co_return;
    };
    executing::spawn(loop.executor(), one(), [](std::exception_ptr) {});
    executing::spawn(loop.executor(), two(), [](std::exception_ptr) {});
    loop.run_ready();
    EXPECT_EQ(steps, (std::vector<int>{1, 2, 3}));
}

TEST(Loop, runs_what_was_posted_when_told) {
    Loop loop;
    int ran = 0;
    executing::post(loop.executor(), [&] { ++ran; });
    executing::post(loop.executor(), [&] { ++ran; });
    EXPECT_EQ(ran, 0);
    EXPECT_EQ(loop.run_one(), 1u);
    EXPECT_EQ(ran, 1);
    EXPECT_EQ(loop.run_ready(), 1u);
    EXPECT_EQ(loop.run_ready(), 0u);
}

TEST(Loop, destroys_what_never_ran) {
    auto held = std::make_shared<int>(1);
    {
        Loop loop;
        executing::post(loop.executor(), [held] {});
        EXPECT_EQ(held.use_count(), 2);
    }
    EXPECT_EQ(held.use_count(), 1);
}

}  // namespace
}  // namespace rondel
