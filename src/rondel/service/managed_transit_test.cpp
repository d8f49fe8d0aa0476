// Transit where the peer acknowledges each stanza (XEP-0198), and sessions outlive their streams.
#include "rondel/service/transit.hpp"

#include <deque>
#include <map>
#include <optional>
#include <random>

#include "tests/support/sparse.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

struct Counted {
    Counted() { transit.begin(true); }
    Ledger ledger;
    Transit transit{ledger};
    std::uint64_t ended(Outcome outcome) const { return ledger.ended(outcome); }
};

TEST(ManagedTransit, only_an_acknowledgement_proves_anything) {
    Counted c;
    for (int i = 0; i < 3; ++i) c.transit.accept({});
    const auto mark = c.transit.accept_request();
    c.transit.wrote(4);
    c.transit.prove(mark.plain_before);
    EXPECT_EQ(c.ended(Outcome::acked), 0u) << "The answer says less than the peer's own word will.";
    c.transit.acknowledge(2);
    EXPECT_EQ(c.ended(Outcome::acked), 2u);
    c.transit.acknowledge(2);
    c.transit.acknowledge(1);
    EXPECT_EQ(c.ended(Outcome::acked), 2u);
    c.transit.acknowledge(4);
    EXPECT_EQ(c.ended(Outcome::acked), 3u);
    EXPECT_EQ(c.transit.open(), 0u);
}

TEST(ManagedTransit, an_acknowledgement_never_counts_more_than_there_is) {
    Counted c;
    c.transit.accept({});
    c.transit.acknowledge(17);
    EXPECT_EQ(c.ended(Outcome::acked), 1u);
    c.transit.accept({});
    EXPECT_EQ(c.transit.open(), 1u);
    EXPECT_EQ(c.transit.unwritten(), 1u);
}

TEST(ManagedTransit, requests_between_are_not_counted_as_plain) {
    Counted c;
    for (int i = 0; i < 10; ++i) {
        c.transit.accept_request();
        c.transit.accept({});
    }
    c.transit.wrote(13);
    c.transit.acknowledge(5);
    EXPECT_EQ(c.ended(Outcome::acked), 2u);
    const auto loss = c.transit.lose(false, 0);
    EXPECT_EQ(loss.acknowledged, 5u);
    EXPECT_EQ(loss.written, 13u);
    EXPECT_EQ(loss.given_up, 20u);
    EXPECT_EQ(c.ended(Outcome::acked), 2u);
    EXPECT_EQ(c.ended(Outcome::indeterminate), 4u);
    EXPECT_EQ(c.ended(Outcome::undelivered), 4u);
}

TEST(ManagedTransit, R128_a_lost_stream_ends_nothing_while_its_session_lives) {
    Counted c;
    for (int i = 0; i < 6; ++i) c.transit.accept({});
    c.transit.wrote(5);
    c.transit.acknowledge(2);
    c.transit.suspend();
    EXPECT_EQ(c.transit.open(), 4u);
    c.transit.resume();
    EXPECT_EQ(c.transit.unwritten(), 4u) << "What the peer has not taken is written again.";
    c.transit.wrote(1);
    c.transit.acknowledge(1);  // the third of all
    EXPECT_EQ(c.ended(Outcome::acked), 3u);
    EXPECT_EQ(c.transit.unwritten(), 3u);
    c.transit.accept({});
    c.transit.wrote(5);
    c.transit.acknowledge(5);
    EXPECT_EQ(c.ended(Outcome::acked), 7u);
    EXPECT_EQ(c.transit.unwritten(), 0u);
}

TEST(ManagedTransit, R128_a_session_that_is_gone_with_a_count_leaves_no_doubt) {
    Counted c;
    for (int i = 0; i < 6; ++i) c.transit.accept({});
    c.transit.wrote(5);
    c.transit.acknowledge(2);
    c.transit.suspend();
    const auto loss = c.transit.forsake(1);
    EXPECT_EQ(loss.acknowledged, 3u);
    EXPECT_EQ(loss.written, 3u);
    EXPECT_EQ(loss.given_up, 6u);
    EXPECT_EQ(c.ended(Outcome::acked), 3u);
    EXPECT_EQ(c.ended(Outcome::undelivered), 3u);
    EXPECT_EQ(c.ended(Outcome::indeterminate), 0u);
}

TEST(ManagedTransit, R128_a_session_that_is_gone_without_a_count_leaves_it_open_what_arrived) {
    Counted c;
    for (int i = 0; i < 6; ++i) c.transit.accept({});
    c.transit.wrote(5);
    c.transit.acknowledge(2);
    c.transit.suspend();
    c.transit.forsake(std::nullopt);
    EXPECT_EQ(c.ended(Outcome::acked), 2u);
    EXPECT_EQ(c.ended(Outcome::indeterminate), 3u);
    EXPECT_EQ(c.ended(Outcome::undelivered), 1u);
}

TEST(ManagedTransit, after_a_managed_session_an_ordinary_one_is_as_ever) {
    Counted c;
    c.transit.accept({});
    c.transit.suspend();
    c.transit.forsake(0);
    c.transit.begin(false);
    c.transit.accept({});
    const auto mark = c.transit.accept_request();
    c.transit.wrote(2);
    c.transit.acknowledge(2);
    EXPECT_EQ(c.ended(Outcome::acked), 0u) << "Nobody acknowledges here.";
    c.transit.prove(mark.plain_before);
    EXPECT_EQ(c.ended(Outcome::acked), 1u);
    EXPECT_EQ(c.ended(Outcome::undelivered), 1u);
}

// Against a list of all stanzas, one by one.
TEST(ManagedTransit, is_what_a_list_would_say) {
    struct Listed {
        bool request;
        std::optional<Outcome> outcome = {};
    };
    for (unsigned seed = 0; seed < static_cast<unsigned>(test::drawn(200)); ++seed) {
        std::mt19937 random(seed);
        Counted c;
        std::deque<Listed> all;
        std::size_t base = 0, written = 0, acknowledged = 0;  // of `all`
        bool up = true;
        const auto end = [&](std::size_t from, std::size_t to, Outcome outcome) {
            for (; from < to; ++from)
                if (!all[from].outcome) all[from].outcome = outcome;
        };
        for (int i = 0; i < 400; ++i) {
            const std::size_t open = all.size() - written;
            switch (random() % 8) {
                case 0:
                case 1:
                    if (up) c.transit.accept({}), all.push_back({false});
                    break;
                case 2:
                    if (up) c.transit.accept_request(), all.push_back({true});
                    break;
                case 3:
                case 4:
                    if (up && open > 0) written += 1 + random() % open, c.transit.wrote(written - base);
                    break;
                case 5:
                    if (up && written > acknowledged) {
                        const std::size_t before = acknowledged;
                        acknowledged += 1 + random() % (written - acknowledged);
                        end(before, acknowledged, Outcome::acked);
                        c.transit.acknowledge(acknowledged - base);
                    }
                    break;
                case 6:
                    if (up) c.transit.suspend(), base = acknowledged, up = false;
                    break;
                default:
                    if (up) break;
                    up = true;
                    const std::size_t handled =
                        written - acknowledged > 0 ? random() % (written - acknowledged + 1) : 0;
                    if (random() % 3 > 0) {
                        c.transit.resume();
                        c.transit.acknowledge(handled);
                        end(acknowledged, acknowledged + handled, Outcome::acked);
                        written = acknowledged += handled;
                        break;
                    }
                    const bool told = random() % 2 == 0;
                    c.transit.forsake(told ? std::optional<std::uint64_t>(handled) : std::nullopt);
                    end(acknowledged, told ? acknowledged + handled : written,
                        told ? Outcome::acked : Outcome::indeterminate);
                    end(acknowledged, all.size(), Outcome::undelivered);
                    base = written = acknowledged = all.size();
                    c.transit.begin(true);
            }
            std::map<Outcome, std::uint64_t> counted;
            for (const Listed& one : all)
                if (!one.request && one.outcome) ++counted[*one.outcome];
            for (const Outcome outcome : {Outcome::acked, Outcome::indeterminate, Outcome::undelivered})
                ASSERT_EQ(c.ended(outcome), counted[outcome]) << "seed " << seed << ", step " << i;
            ASSERT_EQ(c.transit.unwritten(), all.size() - written) << "seed " << seed << ", step " << i;
        }
    }
}

}  // namespace
}  // namespace rondel
