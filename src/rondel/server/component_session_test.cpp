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

    // As long as there is something to carry; while it is held, nobody reads from the component.
    void exchange() {
        for (bool moved = true; moved;) {
            moved = false;
            while (auto event = component_.next_event()) events.push_back(std::move(*event)), moved = true;
            while (!is_held()) {
                auto event = server_.next_event();
                if (!event) break;
                take(*event), moved = true;
            }
            moved = carry(component_, server_) || moved;
            moved = carry(server_, component_) || moved;
        }
    }

    bool open() const { return component_.is_open(); }
    void send(const Stanza& stanza) { EXPECT_FALSE(component_.send(stanza)); }
    void close() { component_.close(now_), exchange(); }
    void cut() { server_.peer_closed(now_), exchange(); }
    bool is_held() const { return session_->is_held(); }
    std::size_t unsaid() const { return component_.output().size(); }  // what it could not get rid of
    void pass(Duration duration) {
        now_ += duration;
        if (now_ >= session_->deadline()) session_->expire(now_);
    }
    Instant deadline() const { return session_->deadline(); }
    Instant now() const { return now_; }

    std::vector<Stanza> received() {
        std::vector<Stanza> stanzas;
        for (stream::Event& event : events)
            if (auto* received = std::get_if<stream::Received>(&event)) stanzas.push_back(std::move(received->stanza));
        events.clear();
        return stanzas;
    }

    std::vector<stream::Event> events;
    int touched = 0;
    int times_held = 0;

  private:
    void take(stream::Event& event) {
        session_->take(event, now_);
        if (is_held()) ++times_held;
    }
    bool carry(stream::Stream& from, stream::Stream& to) {
        if (from.output().empty() || (&to == &server_ && is_held())) return false;
        std::string& bytes = &to == &server_ ? lent_to_server_ : lent_to_component_;
        bytes = from.output();  // and lent until all of it is taken
        from.wrote(bytes.size());
        if (&from == &server_) session_->wrote();
        to.receive(bytes, now_);
        if (&to == &server_)
            for (std::optional<stream::Event> event; !is_held() && (event = server_.next_event());) take(*event);
        else
            while (auto event = component_.next_event()) events.push_back(std::move(*event));
        return true;
    }

    Instant now_{std::chrono::hours(1)};
    std::string lent_to_server_, lent_to_component_;
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

// Its bytes were with us, unread, when the newcomer came (found by seed 2379 of the simulator).
TEST_F(ComponentSessionTest, V38_F23_what_a_displaced_component_had_said_is_not_routed_any_more) {
    ComponentBook latest(board, DuplicateComponent::replace_old);
    latest.add("one.localhost"_jid, "1");
    latest.add("two.localhost"_jid, "2");
    Pair two(board, latest, "two.localhost", "2");
    Pair first(board, latest, "one.localhost", "1");
    first.send(Message("two.localhost"_jid, "old").from("one.localhost"_jid));
    Pair second(board, latest, "one.localhost", "1");
    second.send(Message("two.localhost"_jid, "new").from("one.localhost"_jid));
    second.exchange();
    first.exchange();
    two.exchange();
    std::vector<Stanza> heard = two.received();
    ASSERT_EQ(heard.size(), 1u);
    EXPECT_EQ(Message(std::move(heard[0])).body(), "new");
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

TEST_F(ComponentSessionTest, F05_a_component_that_does_not_read_is_not_waited_for_for_ever) {
    Pair one(board, book, "one.localhost", "1");
    Pair two(board, book, "two.localhost", "2");
    const std::string text(100'000, 'x');
    for (int i = 0; i < 60; ++i) {  // `two` is not exchanged: its output piles up
        one.send(Message("two.localhost"_jid, text).from("one.localhost"_jid));
        one.exchange();
        if (one.is_held()) one.pass(board.jams().patience), one.exchange();
    }
    const std::vector<Stanza> bounced = one.received();
    ASSERT_FALSE(bounced.empty());
    two.exchange();
    EXPECT_EQ(two.received().size() + bounced.size(), 60u);  // none lost without a word
    EXPECT_EQ(StanzaError::parse(bounced[0].element().child("error", xml::stanza_ns)).condition(),
              Condition::resource_constraint);
}

// Its sender is not read from, until there is room again: nothing is refused, and nothing piles up in the server.
TEST_F(ComponentSessionTest, F05_who_sends_to_somebody_slow_is_held_back_until_there_is_room) {
    Pair one(board, book, "one.localhost", "1");
    Pair two(board, book, "two.localhost", "2");
    const std::string text(100'000, 'x');
    for (int i = 0; i < 60; ++i) {
        one.send(Message("two.localhost"_jid, text).from("one.localhost"_jid));
        one.exchange();  // `two` is not: it reads nothing
    }
    EXPECT_TRUE(one.is_held());
    EXPECT_GT(one.unsaid(), 40 * text.size()) << "the rest is still with its sender";
    std::size_t heard = 0;
    while (heard < 60) {
        const std::size_t before = heard;
        two.exchange();
        EXPECT_FALSE(one.is_held()) << "there is room again";
        heard += two.received().size();
        one.exchange();
        ASSERT_GT(heard, before);
    }
    EXPECT_EQ(one.unsaid(), 0u);
    EXPECT_TRUE(one.received().empty()) << "nothing was refused";
}

TEST_F(ComponentSessionTest, F05_but_not_for_longer_than_the_patience_and_then_it_is_told) {
    Pair one(board, book, "one.localhost", "1");
    Pair two(board, book, "two.localhost", "2");
    const std::string text(100'000, 'x');
    const auto send = [&] {
        one.send(Message("two.localhost"_jid, text).from("one.localhost"_jid));
        one.exchange();
    };
    while (!one.is_held()) send();
    EXPECT_EQ(one.deadline(), one.now() + board.jams().patience);
    one.pass(board.jams().patience - std::chrono::milliseconds(1));
    EXPECT_TRUE(one.is_held());
    one.pass(std::chrono::milliseconds(1));
    EXPECT_FALSE(one.is_held());
    // Once for each time that it falls behind: now others have their turn, and what is for it is refused at the cap.
    for (int i = 0; i < 60; ++i) {
        send();
        EXPECT_FALSE(one.is_held());
    }
    EXPECT_GT(one.received().size(), 15u);
    two.exchange();  // it has caught up: the next time is another one
    while (!one.is_held()) send();
}

// Head of line: while one is slow, all others go on; its own sender too, after the patience.
TEST_F(ComponentSessionTest, F05_others_are_not_held_back) {
    book.add("three.localhost"_jid, "3");
    Pair one(board, book, "one.localhost", "1");
    Pair two(board, book, "two.localhost", "2");
    Pair three(board, book, "three.localhost", "3");
    while (!one.is_held()) {
        one.send(Message("two.localhost"_jid, std::string(100'000, 'x')).from("one.localhost"_jid));
        one.exchange();
    }
    three.send(Message("one.localhost"_jid, "Wherefore?").from("three.localhost"_jid));
    three.exchange();
    EXPECT_FALSE(three.is_held());
    one.exchange();
    EXPECT_EQ(one.received().size(), 1u) << "whoever is held back is still written to";
    three.send(Message("two.localhost"_jid, "And you?").from("three.localhost"_jid));
    three.exchange();
    EXPECT_TRUE(three.is_held());
    one.pass(board.jams().patience);
    three.pass(board.jams().patience);
    EXPECT_FALSE(one.is_held() || three.is_held()) << "one patience for all, from when the first had to wait";
}

TEST_F(ComponentSessionTest, F05_nobody_waits_for_the_dead_nor_for_themselves) {
    Pair one(board, book, "one.localhost", "1");
    {
        Pair two(board, book, "two.localhost", "2");
        while (!one.is_held()) {
            one.send(Message("two.localhost"_jid, std::string(100'000, 'x')).from("one.localhost"_jid));
            one.exchange();
        }
    }
    EXPECT_FALSE(one.is_held());
    one.exchange();
    one.received();  // what came back from the dead
    const int held = one.times_held;
    for (int i = 0; i < 30; ++i)
        one.send(Message("one.localhost"_jid, std::string(100'000, 'x')).from("one.localhost"_jid));
    one.exchange();
    EXPECT_EQ(one.received().size(), 30u);
    EXPECT_EQ(one.times_held, held);
}

}  // namespace
}  // namespace rondel::server
