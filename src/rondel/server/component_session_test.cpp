#include "rondel/server/component_session.hpp"

#include "rondel/stanza/message.hpp"
#include "rondel/stream/component_stream.hpp"

#include <memory>
#include <vector>

#include <gtest/gtest.h>

namespace rondel::server {
namespace {

// A component and its session, joined by nothing but their bytes.
class Pair {
  public:
    Pair(Switchboard& board, const ComponentBook& book, const char* domain, const char* secret)
        : server_(book, std::string("id-of-") + domain),
          session_(std::make_unique<ComponentSession>(
              board, server_, [this] { ++touched; }, book.duplicates())),
          component_({*Jid::parse(domain), secret}) {
        server_.start(now_);
        component_.start(now_);
        exchange();
    }

    void exchange() {
        for (bool moved = true; moved;) {
            moved = false;
            while (auto event = component_.next_event()) events.push_back(std::move(*event)), moved = true;
            while (auto event = server_.next_event()) session_->take(*event, now_), moved = true;
            moved = carry(component_, server_) || moved;
            moved = carry(server_, component_) || moved;
        }
    }

    bool open() const { return component_.is_open(); }
    void send(const Stanza& stanza) { EXPECT_FALSE(component_.send(stanza)); }
    void close() { component_.close(now_), exchange(); }
    void cut() { server_.peer_closed(now_), exchange(); }

    std::vector<Stanza> received() {
        std::vector<Stanza> stanzas;
        for (stream::Event& event : events)
            if (auto* received = std::get_if<stream::Received>(&event)) stanzas.push_back(std::move(received->stanza));
        events.clear();
        return stanzas;
    }

    std::vector<stream::Event> events;
    int touched = 0;

  private:
    bool carry(stream::Stream& from, stream::Stream& to) {
        const std::string bytes(from.output());
        if (bytes.empty()) return false;
        from.wrote(bytes.size());
        to.receive(bytes, now_);
        if (&to == &server_)
            while (auto event = server_.next_event()) session_->take(*event, now_);
        else
            while (auto event = component_.next_event()) events.push_back(std::move(*event));
        return true;
    }

    Instant now_{std::chrono::hours(1)};
    stream::AcceptingStream server_;
    std::unique_ptr<ComponentSession> session_;
    stream::ComponentStream component_;
};

class ComponentSessionTest : public testing::Test {
  protected:
    ComponentSessionTest() {
        book.add("one.localhost"_jid, "1");
        book.add("two.localhost"_jid, "2");
    }
    Switchboard board;
    ComponentBook book{board};
};

TEST_F(ComponentSessionTest, two_components_talk) {
    Pair one(board, book, "one.localhost", "1");
    Pair two(board, book, "two.localhost", "2");
    ASSERT_TRUE(one.open() && two.open());
    one.send(Message("anyone@two.localhost"_jid, "hello").from("me@one.localhost"_jid));
    one.exchange();
    EXPECT_GT(two.touched, 0);
    two.exchange();
    std::vector<Stanza> heard = two.received();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(Message(std::move(heard[0])).body(), "hello");
}

TEST_F(ComponentSessionTest, R122_wrong_secrets_and_strangers_get_no_seat) {
    EXPECT_FALSE(Pair(board, book, "one.localhost", "2").open());
    EXPECT_FALSE(Pair(board, book, "three.localhost", "3").open());
    EXPECT_FALSE(board.is_taken("one.localhost"));
    EXPECT_FALSE(board.is_taken("three.localhost"));
}

TEST_F(ComponentSessionTest, V38_T_CONF_the_seat_is_kept_by_whoever_has_it) {
    Pair first(board, book, "one.localhost", "1");
    const Pair second(board, book, "one.localhost", "1");
    EXPECT_TRUE(first.open());
    EXPECT_FALSE(second.open());
}

TEST_F(ComponentSessionTest, V38_T_CONF_or_given_to_the_newcomer_where_that_is_wanted) {
    ComponentBook latest(board, DuplicateComponent::replace_old);
    latest.add("one.localhost"_jid, "1");
    Pair first(board, latest, "one.localhost", "1");
    Pair second(board, latest, "one.localhost", "1");
    first.exchange();
    EXPECT_TRUE(second.open());
    EXPECT_FALSE(first.open());
    const auto* closed = first.events.empty() ? nullptr : std::get_if<stream::Closed>(&first.events.back());
    ASSERT_NE(closed, nullptr);
    ASSERT_TRUE(closed->error);
    EXPECT_EQ(closed->error->condition, stream::StreamCondition::conflict);
    EXPECT_TRUE(board.is_taken("one.localhost")) << "the end of the first is not that of the second";
    EXPECT_FALSE(Pair(board, latest, "one.localhost", "wrong").open());
    EXPECT_TRUE(second.open());
}

TEST_F(ComponentSessionTest, the_seat_is_free_again_after_an_end_in_order_and_after_a_cut) {
    Pair(board, book, "one.localhost", "1").close();
    EXPECT_FALSE(board.is_taken("one.localhost"));
    Pair again(board, book, "one.localhost", "1");
    EXPECT_TRUE(again.open());
    again.cut();
    EXPECT_FALSE(board.is_taken("one.localhost"));
}

TEST_F(ComponentSessionTest, what_cannot_be_delivered_is_bounced_to_its_sender) {
    Pair one(board, book, "one.localhost", "1");
    one.send(Message("two.localhost"_jid, "anybody?").from("one.localhost"_jid));
    one.exchange();
    const std::vector<Stanza> heard = one.received();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_TRUE(heard[0].is_error());
    EXPECT_EQ(heard[0].from().str(), "two.localhost");
}

TEST_F(ComponentSessionTest, F05_a_component_that_does_not_read_is_not_waited_for) {
    Pair one(board, book, "one.localhost", "1");
    Pair two(board, book, "two.localhost", "2");
    const std::string text(100'000, 'x');
    for (int i = 0; i < 60; ++i) {  // `two` is not exchanged: its output piles up
        one.send(Message("two.localhost"_jid, text).from("one.localhost"_jid));
        one.exchange();
    }
    const std::vector<Stanza> bounced = one.received();
    ASSERT_FALSE(bounced.empty());
    two.exchange();
    EXPECT_EQ(two.received().size() + bounced.size(), 60u);  // none lost without a word
    EXPECT_EQ(StanzaError::parse(bounced[0].element().child("error", xml::stanza_ns)).condition(),
              Condition::resource_constraint);
}

}  // namespace
}  // namespace rondel::server
