#include "rondel/server/switchboard.hpp"

#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"

#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace rondel::server {
namespace {

struct Listener final : Party {
    std::vector<Stanza> heard;
    void deliver(Stanza stanza) override { heard.push_back(std::move(stanza)); }
};

Iq get(JidView from, JidView to, std::string_view id) {
    Iq iq(IqType::get, to);
    iq.set_from(from);
    iq.set_id(id);
    iq.add("ping", "urn:xmpp:ping");
    return iq;
}

Message message(JidView from, JidView to) { return Message(to, "hello").from(from); }

std::optional<Condition> condition(const Stanza& stanza) {
    const ElementView error = stanza.element().child("error", xml::stanza_ns);
    if (!stanza.is_error() || !error) return std::nullopt;
    return StanzaError::parse(error).condition();
}

class SwitchboardTest : public testing::Test {
  protected:
    SwitchboardTest() {
        board.attach("romeo@example.net/orchard"_jid, romeo);
        board.attach("echo.example.com"_jid, echo);
    }
    Switchboard board;
    Listener romeo, echo;
};

TEST_F(SwitchboardTest, a_domain_takes_every_jid_in_it) {
    for (const char* to : {"echo.example.com", "anyone@echo.example.com", "anyone@echo.example.com/anywhere"})
        board.route(message("romeo@example.net/orchard"_jid, *Jid::parse(to)));
    EXPECT_EQ(echo.heard.size(), 3u);
    EXPECT_TRUE(romeo.heard.empty());
}

TEST_F(SwitchboardTest, the_fullest_address_wins) {
    Listener bare, full;
    board.attach("a@echo.example.com"_jid, bare);
    board.attach("a@echo.example.com/1"_jid, full);
    board.route(message("romeo@example.net/orchard"_jid, "a@echo.example.com/1"_jid));
    board.route(message("romeo@example.net/orchard"_jid, "a@echo.example.com/2"_jid));
    EXPECT_EQ(full.heard.size(), 1u);
    EXPECT_EQ(bare.heard.size(), 1u);
    EXPECT_TRUE(echo.heard.empty());
}

TEST_F(SwitchboardTest, R075_to_is_delivered_as_it_was_written) {
    board.route(message("romeo@example.net/orchard"_jid, "someone@echo.example.com/x"_jid));
    EXPECT_EQ(echo.heard.at(0).to().str(), "someone@echo.example.com/x");
}

TEST_F(SwitchboardTest, an_address_is_taken_once) {
    Listener second;
    EXPECT_FALSE(board.attach("echo.example.com"_jid, second));
    EXPECT_TRUE(board.is_taken("echo.example.com"));
    board.detach("echo.example.com"_jid);
    EXPECT_TRUE(board.attach("echo.example.com"_jid, second));
}

TEST_F(SwitchboardTest, R092_a_domain_that_nobody_serves_is_not_found) {
    board.route(get("romeo@example.net/orchard"_jid, "nowhere.example"_jid, "1"));
    board.route(message("romeo@example.net/orchard"_jid, "x@nowhere.example"_jid));
    ASSERT_EQ(romeo.heard.size(), 2u);
    EXPECT_EQ(condition(romeo.heard[0]), Condition::remote_server_not_found);
    EXPECT_EQ(romeo.heard[0].id(), "1");
    EXPECT_EQ(romeo.heard[0].from().str(), "nowhere.example");
    EXPECT_EQ(condition(romeo.heard[1]), Condition::remote_server_not_found);
}

TEST_F(SwitchboardTest, R092_a_domain_that_is_expected_and_not_there_is_worth_waiting_for) {
    board.expect("late.example"_jid);
    board.route(get("romeo@example.net/orchard"_jid, "late.example"_jid, "1"));
    ASSERT_EQ(romeo.heard.size(), 1u);
    EXPECT_EQ(condition(romeo.heard[0]), Condition::remote_server_timeout);
    Listener late;
    ASSERT_TRUE(board.attach("late.example"_jid, late));
    board.route(get("romeo@example.net/orchard"_jid, "late.example"_jid, "2"));
    EXPECT_EQ(late.heard.size(), 1u);
    board.detach("late.example"_jid);
    ASSERT_EQ(romeo.heard.size(), 2u);
    EXPECT_EQ(condition(romeo.heard[1]), Condition::recipient_unavailable) << "what was owed";
}

TEST_F(SwitchboardTest, R094_nobody_of_that_name_is_service_unavailable) {
    board.route(get("echo.example.com"_jid, "juliet@example.net"_jid, "1"));
    ASSERT_EQ(echo.heard.size(), 1u);
    EXPECT_EQ(condition(echo.heard[0]), Condition::service_unavailable);
}

TEST_F(SwitchboardTest, V45_T_ERRLOOP_no_error_about_an_error_a_result_or_presence) {
    const Jid from = "romeo@example.net/orchard"_jid;
    const Jid nowhere = "nowhere.example"_jid;
    board.route(message(from, nowhere).type(MessageType::error));
    board.route(Presence(nowhere).from(from));
    Iq result(IqType::result, nowhere);
    board.route(std::move(result).from(from).id("1"));
    EXPECT_TRUE(romeo.heard.empty());
}

TEST_F(SwitchboardTest, what_somebody_who_left_had_not_answered_is_bounced) {
    const Jid from = "romeo@example.net/orchard"_jid;
    board.route(get(from, "echo.example.com"_jid, "answered"));
    board.route(get(from, "a@echo.example.com"_jid, "open"));
    board.route(Iq(std::move(echo.heard[0])).result());
    ASSERT_EQ(romeo.heard.size(), 1u);
    board.detach("echo.example.com"_jid);
    ASSERT_EQ(romeo.heard.size(), 2u);
    EXPECT_EQ(romeo.heard[1].id(), "open");
    EXPECT_EQ(romeo.heard[1].from().str(), "a@echo.example.com");
    EXPECT_EQ(condition(romeo.heard[1]), Condition::recipient_unavailable);
}

TEST_F(SwitchboardTest, F11_before_the_end_what_is_owed_can_be_counted_and_bounced) {
    const Jid from = "romeo@example.net/orchard"_jid;
    board.route(get(from, "a@echo.example.com"_jid, "1"));
    board.route(get("echo.example.com"_jid, from, "2"));
    EXPECT_EQ(board.owed(), 2u);
    board.bounce_owed();
    EXPECT_EQ(board.owed(), 0u);
    ASSERT_EQ(romeo.heard.size(), 2u);
    EXPECT_EQ(condition(romeo.heard[1]), Condition::recipient_unavailable);
    ASSERT_EQ(echo.heard.size(), 2u);
    EXPECT_EQ(condition(echo.heard[1]), Condition::recipient_unavailable);
    board.bounce_owed();
    EXPECT_EQ(romeo.heard.size(), 2u) << "once";
}

// As a component pings itself, every minute for months, and does not answer: nothing of it stays, and nothing at the
// end waits for it.
TEST_F(SwitchboardTest, F07_F11_what_somebody_asks_itself_is_owed_to_nobody) {
    Listener within;
    board.attach("a@echo.example.com/1"_jid, within);
    for (const char* to : {"echo.example.com", "b@echo.example.com"})
        board.route(get("echo.example.com"_jid, *Jid::parse(to), "ping"));
    EXPECT_EQ(echo.heard.size(), 2u);
    EXPECT_EQ(board.owed(), 0u);
    board.route(get("echo.example.com"_jid, "a@echo.example.com/1"_jid, "to another in the domain"));
    EXPECT_EQ(board.owed(), 1u);
    board.detach("a@echo.example.com/1"_jid);
    ASSERT_EQ(echo.heard.size(), 3u);
    EXPECT_EQ(condition(echo.heard[2]), Condition::recipient_unavailable);
}

TEST_F(SwitchboardTest, F07_F11_what_was_answered_is_owed_no_more_though_the_asker_has_left) {
    board.route(get("romeo@example.net/orchard"_jid, "echo.example.com"_jid, "1"));
    board.detach("romeo@example.net/orchard"_jid);
    EXPECT_EQ(board.owed(), 1u);
    board.route(Iq(std::move(echo.heard.at(0))).result());
    EXPECT_EQ(board.owed(), 0u);
}

TEST(Owed, tells_of_the_oldest_when_there_are_too_many) {
    Owed owed(2);
    EXPECT_FALSE(owed.add(get("a@x"_jid, "b@x"_jid, "1")));
    EXPECT_FALSE(owed.add(get("a@x"_jid, "b@x"_jid, "2")));
    const std::optional<Iq> oldest = owed.add(get("a@x"_jid, "b@x"_jid, "3"));
    ASSERT_TRUE(oldest);
    EXPECT_EQ(oldest->id(), "1");
    EXPECT_EQ(owed.size(), 2u);
}

TEST(Owed, an_id_used_twice_by_one_asker_is_owed_once_but_by_two_is_owed_twice) {
    Owed owed(10);
    owed.add(get("a@x"_jid, "b@x"_jid, "1"));
    owed.add(get("a@x"_jid, "b@x"_jid, "1"));
    EXPECT_EQ(owed.size(), 1u);
    owed.add(get("c@x"_jid, "b@x"_jid, "1"));
    EXPECT_EQ(owed.size(), 2u);
    owed.settle(get("c@x"_jid, "b@x"_jid, "1").result());
    EXPECT_EQ(owed.size(), 1u);
}

}  // namespace
}  // namespace rondel::server
