// The player judged: what is not as the file says must be found, and the line named.
#include "tests/support/chat_player.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rondel::test {
namespace {

// Line 1 is the first of these.
constexpr std::string_view script = R"([component] echo
    jid: plays.shakespeare.lit
    secret: test
[server] server
    id: 3BF96D32
    knows: plays.shakespeare.lit test
---
echo connects
echo sends:
    <stream:stream to='plays.shakespeare.lit' xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams'>
server sends:
    <stream:stream xmlns='jabber:component:accept' xmlns:stream="http://etherx.jabber.org/streams"
        id='3BF96D32' from='plays.shakespeare.lit'>
echo sends: <handshake>{digest}</handshake>
server sends: <handshake/>
echo is open
server is open
echo says: <message from='plays.shakespeare.lit' to='a@b'/>
echo sends: <message from='plays.shakespeare.lit' to='a@b'/>
server gets: <message from='plays.shakespeare.lit' to='a@b'/>
)";

std::string played(std::string_view from, std::string_view to, Casting casting = {true, true, false}) {
    std::string changed(script);
    const auto at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    return play(ChatScript::parse("x.chat", changed), casting);
}

TEST(ChatPlayer, plays_what_is_right) {
    for (const bool byte_by_byte : {false, true}) {
        EXPECT_EQ(played("", "", {true, true, byte_by_byte}), "");
        EXPECT_EQ(played("", "", {true, false, byte_by_byte}), "");
    }
    const std::string_view digest = "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e";
    EXPECT_EQ(played("{digest}", digest, {false, true, false}), "");
}

TEST(ChatPlayer, finds_other_words) {
    EXPECT_TRUE(played("to='plays", "to='play").starts_with("x.chat:9: It was to say:"));
    EXPECT_TRUE(played("{digest}", "0123456789").starts_with("x.chat:14: It was to say:"));
    EXPECT_TRUE(played("sends: <handshake/>", "sends: <handshakes/>").starts_with("x.chat:15: It was to say:"));
    EXPECT_TRUE(played("sends: <message", "sends: <presence/><message").starts_with("x.chat:19: It was to say:"));
}

TEST(ChatPlayer, finds_what_nobody_claimed) {
    EXPECT_EQ(played("echo is open\n", ""),
              "x.chat:17: echo had reported more:\n  opened 3BF96D32 plays.shakespeare.lit");
    EXPECT_TRUE(played("echo sends: <message from='plays.shakespeare.lit' to='a@b'/>\n", "").starts_with("x.chat:"));
    EXPECT_TRUE(played("server gets: <message from='plays.shakespeare.lit' to='a@b'/>\n", "").starts_with("x.chat:"));
}

TEST(ChatPlayer, finds_what_was_not_reported) {
    EXPECT_TRUE(played("echo is open", "echo ends: closed_by_us").starts_with("x.chat:16: It reported:"));
    EXPECT_TRUE(
        played("gets: <message from='plays", "gets: <message from='play").starts_with("x.chat:20: It reported:"));
    EXPECT_TRUE(
        played("server is open", "server is open\nserver is open").starts_with("x.chat:18: It reported:\n  nothing"));
}

TEST(ChatPlayer, finds_what_may_not_be_sent) {
    EXPECT_TRUE(
        played("says: <message from='plays", "says: <message from='other").starts_with("x.chat:18: send() answered"));
}

TEST(ChatPlayer, says_what_it_does_not_understand) {
    EXPECT_NE(played("<handshake/>", "<handshake>"), "");
    EXPECT_NE(played("echo says: <message", "echo says: message"), "");
    EXPECT_NE(played("echo is open", "echo closes with rain"), "");
    EXPECT_NE(played("id: 3BF96D32\n", "id: 3BF96D32\n    ping after: soon\n"), "");
}

}  // namespace
}  // namespace rondel::test
