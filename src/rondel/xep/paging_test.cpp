#include "rondel/xep/paging.hpp"

#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::paging {
namespace {

using test::expect_written;
using test::is_read;
using test::round_trip;

TEST(Paging, asks_as_the_specification_does) {  // XEP-0059 §2
    expect_written(first(10), "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max></set>");
    expect_written(after("peter@pixyland.org", 10),
                   "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max>"
                   "<after>peter@pixyland.org</after></set>");
    expect_written(before("peter@pixyland.org", 10),
                   "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max>"
                   "<before>peter@pixyland.org</before></set>");
    expect_written(last(10), "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max><before/></set>");
    expect_written(Set{.max = 10, .index = 371},
                   "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max><index>371</index></set>");
}

TEST(Paging, an_empty_before_is_not_an_absent_one) {
    EXPECT_EQ(round_trip<Set>("<set xmlns='http://jabber.org/protocol/rsm'><before/></set>").before, "");
    EXPECT_EQ(round_trip<Set>("<set xmlns='http://jabber.org/protocol/rsm'/>").before, std::nullopt);
}

TEST(Paging, reads_an_answer) {
    const Set set = round_trip<Set>(
        "<set xmlns='http://jabber.org/protocol/rsm'><first index='0'>stpeter@jabber.org</first>"
        "<last>peter@pixyland.org</last><count>800</count></set>");
    EXPECT_EQ(set.first, (First{"stpeter@jabber.org", 0}));
    EXPECT_EQ(set.last, "peter@pixyland.org");
    EXPECT_EQ(set.count, 800u);
    EXPECT_EQ(round_trip<Set>("<set xmlns='http://jabber.org/protocol/rsm'><first>a</first></set>").first->index,
              std::nullopt);
}

TEST(Paging, V46_numbers_are_numbers) {
    for (const std::string_view bad : {"-1", "ten", "", "18446744073709551616"}) {
        EXPECT_FALSE(
            is_read<Set>("<set xmlns='http://jabber.org/protocol/rsm'><max>" + std::string(bad) + "</max></set>"));
        EXPECT_FALSE(
            is_read<Set>("<set xmlns='http://jabber.org/protocol/rsm'><count>" + std::string(bad) + "</count></set>"));
    }
}

}  // namespace
}  // namespace rondel::paging
