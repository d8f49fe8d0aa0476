// The same handler, in process: no server, no socket, no waiting.
#include "echo.hpp"

#include <gtest/gtest.h>
#include <rondel/server/local.hpp>

using namespace rondel::literals;

// [test]
TEST(Echo, answers_what_it_is_told) {
    rondel::server::Local local;
    rondel::Router router;
    router.on_message(echo);
    local.attach("echo.example.com"_jid, router);
    rondel::Entity& romeo = local.attach("romeo@example.net/orchard"_jid);

    romeo.send(rondel::Message("echo.example.com"_jid, "Wherefore?"));
    local.settle();

    ASSERT_EQ(local.received(romeo).size(), 1u);
    EXPECT_EQ(rondel::Message(std::move(local.received(romeo)[0])).body(), "echo: Wherefore?");
}
// [/test]

TEST(Echo, is_the_same_as_a_bot) {
    rondel::server::Local local;
    rondel::Router router;
    router.on_message(echo);
    local.attach("echo@example.com/bot"_jid, router);
    rondel::Entity& romeo = local.attach("romeo@example.net/orchard"_jid);

    romeo.send(rondel::Message("echo@example.com"_jid, "Wherefore?"));
    local.settle();

    ASSERT_EQ(local.received(romeo).size(), 1u);
    EXPECT_EQ(rondel::Message(std::move(local.received(romeo)[0])).body(), "echo: Wherefore?");
}
