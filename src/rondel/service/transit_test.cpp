#include "rondel/service/transit.hpp"

#include <deque>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Counted {
    Ledger ledger;
    Transit transit{ledger};
    std::uint64_t ended(Outcome outcome) const { return ledger.ended(outcome); }
};

TEST(Transit, an_answer_proves_what_went_before_its_request) {
    Counted c;
    for (int i = 0; i < 5; ++i) c.transit.accept({});
    const auto mark = c.transit.accept_request();
    c.transit.accept({});
    c.transit.wrote(7);
    EXPECT_EQ(mark.position, 6u);
    EXPECT_EQ(mark.plain_before, 5u);
    c.transit.prove(mark.plain_before);
    EXPECT_EQ(c.ended(Outcome::acked), 5u);
    EXPECT_EQ(c.transit.open(), 1u);
    c.transit.prove(mark.plain_before);  // an earlier answer says nothing new
    EXPECT_EQ(c.ended(Outcome::acked), 5u);
}

TEST(Transit, a_loss_ends_what_was_written_as_indeterminate_and_the_rest_as_undelivered) {
    Counted c;
    for (int i = 0; i < 10; ++i) c.transit.accept({});
    c.transit.wrote(6);
    EXPECT_EQ(c.transit.unwritten(), 4u);
    const auto loss = c.transit.lose(false, 0);
    EXPECT_EQ(loss.written, 6u);
    EXPECT_EQ(loss.given_up, 10u);
    EXPECT_EQ(c.ended(Outcome::indeterminate), 6u);
    EXPECT_EQ(c.ended(Outcome::undelivered), 4u);
    EXPECT_EQ(c.transit.open(), 0u);
    EXPECT_EQ(c.transit.unwritten(), 0u);
}

TEST(Transit, an_orderly_end_proves_what_was_written) {
    Counted c;
    for (int i = 0; i < 10; ++i) c.transit.accept({});
    c.transit.wrote(10);
    c.transit.lose(true, 0);
    EXPECT_EQ(c.ended(Outcome::acked), 10u);
}

TEST(Transit, what_is_kept_is_the_first_of_the_next_session) {
    Counted c;
    c.transit.accept({});
    c.transit.accept({});
    const auto early = c.transit.accept_request();  // position 3
    c.transit.accept({});
    const auto late = c.transit.accept_request();  // position 5
    c.transit.wrote(1);
    const auto loss = c.transit.lose(false, 2);  // the last plain one and the last request stay
    EXPECT_LE(early.position, loss.given_up);
    EXPECT_GT(early.position, loss.written);
    EXPECT_GT(late.position, loss.given_up);
    EXPECT_EQ(c.ended(Outcome::indeterminate), 1u);
    EXPECT_EQ(c.ended(Outcome::undelivered), 1u);
    EXPECT_EQ(c.transit.open(), 1u);
    EXPECT_EQ(c.transit.unwritten(), 2u);
    c.transit.accept({});
    c.transit.wrote(2);  // the two that were kept
    EXPECT_EQ(c.transit.unwritten(), 1u);
    c.transit.prove(late.plain_before);
    EXPECT_EQ(c.ended(Outcome::acked), 1u) << "The kept one went before the request that was answered.";
    c.transit.wrote(3);
    c.transit.lose(false, 0);
    EXPECT_EQ(c.ended(Outcome::indeterminate), 2u);
    EXPECT_EQ(c.transit.open(), 0u);
}

TEST(Transit, an_attempt_that_fails_changes_nothing_for_what_is_kept) {
    Counted c;
    c.transit.accept({});
    c.transit.lose(false, 1);
    for (int i = 0; i < 3; ++i) c.transit.lose(false, 1);
    EXPECT_EQ(c.transit.open(), 1u);
    c.transit.lose(false, 0);  // and then it is given up
    EXPECT_EQ(c.ended(Outcome::undelivered), 1u);
}

TEST(Transit, tells_those_who_asked_once_and_in_order) {
    Counted c;
    std::vector<std::pair<int, Outcome>> told;
    const auto listen = [&](int which) {
        return [&told, which](Outcome outcome) { told.emplace_back(which, outcome); };
    };
    const auto tell = [](const std::vector<Told>& list) {
        for (const Told& one : list) one.call(one.outcome);
    };
    c.transit.accept(listen(1));
    c.transit.accept({});
    c.transit.accept(listen(2));
    const auto mark = c.transit.accept_request();
    c.transit.accept(listen(3));
    c.transit.accept(listen(4));
    c.transit.wrote(5);
    tell(c.transit.prove(mark.plain_before));
    EXPECT_THAT(told, ElementsAre(std::pair(1, Outcome::acked), std::pair(2, Outcome::acked)));
    told.clear();
    tell(c.transit.lose(false, 0).told);
    EXPECT_THAT(told, ElementsAre(std::pair(3, Outcome::indeterminate), std::pair(4, Outcome::undelivered)));
}

TEST(Transit, wrote_never_counts_more_than_there_is) {
    Counted c;
    c.transit.accept({});
    c.transit.wrote(1000);
    EXPECT_EQ(c.transit.unwritten(), 0u);
    c.transit.wrote(0);  // nor backwards
    EXPECT_EQ(c.transit.unwritten(), 0u);
    c.transit.accept({});
    EXPECT_EQ(c.transit.unwritten(), 1u);
}

// The same rules, applied to a list of single stanzas.
struct Listed {
    struct One {
        bool request = false;
        bool open = true;
        std::uint64_t plain_number = 0;
    };
    std::deque<One> session;
    std::size_t written = 0;
    std::array<std::uint64_t, outcome_count> ended{};

    void end(One& one, Outcome outcome) {
        if (one.open && !one.request) ++ended[static_cast<std::size_t>(outcome)];
        one.open = false;
    }
    void prove(std::size_t request) {
        for (std::size_t i = 0; i < request; ++i) end(session[i], Outcome::acked);
    }
    void lose(bool proven, std::size_t kept) {
        kept = std::min(kept, session.size() - written);
        for (std::size_t i = 0; i < session.size() - kept; ++i)
            end(session[i], i >= written ? Outcome::undelivered : proven ? Outcome::acked : Outcome::indeterminate);
        session.erase(session.begin(), session.end() - static_cast<std::ptrdiff_t>(kept));
        written = 0;
    }
};

TEST(Transit, T_LEDGER_counts_as_a_list_of_all_stanzas_would) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        std::mt19937 random(seed);
        Counted c;
        Listed listed;
        std::deque<std::pair<std::size_t, Transit::Mark>> requests;  // place in the session
        for (int step = 0; step < 5000; ++step) {
            switch (random() % 16) {
                default:
                    c.transit.accept({});
                    listed.session.push_back({});
                    break;
                case 0:
                case 1:
                case 2:
                    requests.emplace_back(listed.session.size(), c.transit.accept_request());
                    listed.session.push_back({true, true, 0});
                    break;
                case 3:
                case 4:
                    listed.written += random() % (listed.session.size() - listed.written + 1);
                    c.transit.wrote(listed.written);
                    break;
                case 5:
                case 6: {
                    if (requests.empty()) break;
                    const auto request = requests.begin() + static_cast<std::ptrdiff_t>(random() % requests.size());
                    if (request->first >= listed.written) break;  // not sent yet, so not answered
                    listed.prove(request->first);
                    c.transit.prove(request->second.plain_before);
                    requests.erase(request);
                    break;
                }
                case 7: {
                    if (random() % 8 != 0) break;
                    const bool proven = random() % 2 == 0;
                    const std::size_t kept = random() % 3 == 0 ? 0 : random() % 50;
                    const std::size_t before = listed.session.size();
                    const std::size_t was_written = listed.written;
                    listed.lose(proven, kept);
                    const auto loss = c.transit.lose(proven, kept);
                    const std::size_t gone = before - listed.session.size();
                    std::deque<std::pair<std::size_t, Transit::Mark>> left;
                    for (const auto& [place, mark] : requests) {
                        ASSERT_EQ(mark.position <= loss.written, place < was_written);
                        ASSERT_EQ(mark.position <= loss.given_up, place < gone);
                        if (place >= gone) left.emplace_back(place - gone, mark);
                    }
                    requests = left;
                }
            }
            for (std::size_t i = 0; i < outcome_count; ++i)
                ASSERT_EQ(c.ledger.ended(static_cast<Outcome>(i)), listed.ended[i])
                    << "seed " << seed << " step " << step;
            ASSERT_EQ(c.transit.unwritten(), listed.session.size() - listed.written);
        }
    }
}

}  // namespace
}  // namespace rondel
