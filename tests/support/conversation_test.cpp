// The judge judged: a conversation that is not as the script says must fail, once, and say where.
#include "tests/support/conversation.hpp"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using namespace std::chrono_literals;
using enum StreamCondition;

TEST(Conversation, needs_steps) { EXPECT_NONFATAL_FAILURE(Conversation{plays_component()}, "has no steps"); }

TEST(Conversation, fails_where_our_side_says_something_else) {
    EXPECT_NONFATAL_FAILURE(Conversation(plays_component()).sends("<hello>"), "was to say");
}

TEST(Conversation, fails_where_our_side_says_more) {
    EXPECT_NONFATAL_FAILURE(Conversation(plays_component()).sends("<?xml version='1.0'?>"), "said more");
    EXPECT_NONFATAL_FAILURE(Conversation(plays_component()).receives(server_header(plays)), "said more");
}

TEST(Conversation, fails_where_nothing_or_something_else_is_reported) {
    EXPECT_NONFATAL_FAILURE(Conversation(plays_component()).sends(component_header(plays)).connects(),
                            "reported:\n  nothing");
    EXPECT_NONFATAL_FAILURE(
        Conversation(plays_component()).sends(component_header(plays)).receives(server_header(plays)).opens(),
        "connected");
    EXPECT_NONFATAL_FAILURE(opened_component(Conversation(plays_component()))
                                .closes()
                                .sends("</stream:stream>")
                                .after(5s)
                                .ends(CloseCause::closed_by_peer),
                            "closed_by_us");
    EXPECT_NONFATAL_FAILURE(opened_component(Conversation(plays_component()))
                                .loses_connection()
                                .ends(CloseCause::connection_lost)
                                .because("rain"),
                            "rain");
}

TEST(Conversation, fails_where_more_is_reported) {
    EXPECT_NONFATAL_FAILURE(
        opened_component(Conversation(plays_component())).receives("<message from='a@b' to='plays.shakespeare.lit'/>"),
        "reported more");
}

TEST(Conversation, fails_where_send_answers_otherwise) {
    EXPECT_NONFATAL_FAILURE(Conversation(plays_component())
                                .sends(component_header(plays))
                                .says("<message from='plays.shakespeare.lit' to='a@b'/>"),
                            "send() answered");
}

// What only some of the ways can see.

class Odd final : public stream::ComponentDirectory {
  public:
    const Secret* secret_of(std::string_view) const override { return ++asked_ > 2 ? nullptr : &secret_; }
    bool is_taken(std::string_view) const override { return false; }

  private:
    mutable int asked_ = 0;
    Secret secret_ = "test";
};

TEST(Conversation, fails_where_another_way_gives_another_transcript) {
    const auto odd = std::make_shared<Odd>();  // serves the first connection only
    const MakeStream make = [odd] { return std::make_shared<stream::AcceptingStream>(*odd, std::string(usual_id)); };
    EXPECT_NONFATAL_FAILURE(opened_server(Conversation(make)), "played byte by byte");
}

TEST(Conversation, fails_where_a_silent_peer_is_waited_for_without_end) {
    stream::StreamOptions options;
    options.ping_after = 0s;
    EXPECT_NONFATAL_FAILURE(opened_component(Conversation(plays_component(options))), "peer that falls silent");
}

}  // namespace
}  // namespace rondel::test
