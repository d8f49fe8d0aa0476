// What the feeder says is XML as servers send it, of the sizes that the tables name.
#include "bench/echo/script.hpp"

#include <set>
#include <string>

#include "bench/echo/reply_text.hpp"
#include <gtest/gtest.h>

namespace echo_bench {
namespace {

TEST(Script, says_what_its_answers_are_expected_for) {
    for (const char* what : {"16", "1k", "16k", "chat", "text", "ping", "mixed"}) {
        const Script script({what, 200, 10, "echo.localhost"});
        std::set<std::string> ids;
        for (std::size_t unit = 0; unit < script.units(); ++unit) {
            std::string_view rest = script.bytes(unit, unit + 1);
            const Expected expected = script.expected(unit);
            ReplyText said;
            std::size_t size = 0;
            for (std::size_t left = script.stanzas(unit); left > 0; --left, rest.remove_prefix(size)) {
                ASSERT_EQ(read_reply(rest, said, size), Cut::whole) << rest;
                EXPECT_EQ(said.from, expected.to);
                EXPECT_EQ(said.to, expected.from);
                EXPECT_EQ(said.kind, left > 1 ? "presence" : expected.kind);
            }
            EXPECT_TRUE(rest.empty());
            EXPECT_EQ(said.id, expected.id);
            EXPECT_EQ(said.body, expected.body);
            EXPECT_EQ(said.type, expected.kind == "iq" ? "get" : expected.type);
            ids.insert(said.id);
        }
        EXPECT_EQ(ids.size(), script.units());
    }
}

TEST(Script, is_of_the_sizes_that_the_tables_name) {
    const auto body = [](const char* what) { return Script({what, 10, 10, "echo.localhost"}).expected(3).body.size(); };
    EXPECT_EQ(body("16"), 16u);
    EXPECT_EQ(body("1k"), 1024u);
    EXPECT_EQ(body("16k"), 16u * 1024);
    EXPECT_EQ(body("text"), 1024u);
    const auto stanza = [](const char* what) { return Script({what, 10, 10, "echo.localhost"}).bytes(3, 4).size(); };
    EXPECT_NEAR(static_cast<double>(stanza("16")), 130, 10);
    EXPECT_NEAR(static_cast<double>(stanza("chat")), 710, 10);
}

TEST(Script, has_all_kinds_in_mixed) {
    const Script script({"mixed", 1000, 10, "echo.localhost"});
    std::set<std::string> kinds;
    std::size_t stanzas = 0;
    for (std::size_t unit = 0; unit < script.units(); ++unit) {
        kinds.insert(std::string(script.expected(unit).kind) + "/" + std::string(script.expected(unit).type));
        stanzas += script.stanzas(unit);
    }
    EXPECT_EQ(kinds, (std::set<std::string>{"message/chat", "message/", "iq/result"}));
    EXPECT_EQ(stanzas, 1250u);  // a presence to each fourth
}

TEST(Script, says_each_sender_the_same_number_of_times) {
    const Script script({"16", 300, 100, "echo.localhost"});
    std::multiset<std::string> senders;
    for (std::size_t unit = 0; unit < script.units(); ++unit) senders.insert(script.expected(unit).to);
    for (const std::string& sender : senders) EXPECT_EQ(senders.count(sender), 3u);
}

}  // namespace
}  // namespace echo_bench
