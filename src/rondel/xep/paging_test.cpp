#include "rondel/xep/paging.hpp"

#include "rondel/stanza/stanza_error.hpp"

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

// "0" to "9", in pages.
Slice of_ten(const Set& wanted, std::size_t most = 100) {
    return cut(
        wanted, 10, [](std::size_t i) { return std::to_string(i); }, most);
}

void expect_page(const Slice& slice, std::size_t begin, std::size_t end, bool complete) {
    EXPECT_EQ(slice.begin, begin);
    EXPECT_EQ(slice.end, end);
    EXPECT_EQ(slice.complete, complete);
    EXPECT_EQ(slice.set.count, 10u);
    EXPECT_EQ(slice.set.first.has_value(), begin != end);
    EXPECT_EQ(slice.set.last.has_value(), begin != end);
    if (begin == end) return;
    EXPECT_EQ(slice.set.first, (First{std::to_string(begin), begin}));
    EXPECT_EQ(slice.set.last, std::to_string(end - 1));
}

TEST(Paging, a_list_is_paged_forwards) {
    expect_page(of_ten(first(4)), 0, 4, false);
    expect_page(of_ten(after("3", 4)), 4, 8, false);
    expect_page(of_ten(after("7", 4)), 8, 10, true);
    expect_page(of_ten(after("9", 4)), 10, 10, true);
    expect_page(of_ten(first(10)), 0, 10, true);
    expect_page(of_ten({}), 0, 10, true);
}

TEST(Paging, and_backwards) {
    expect_page(of_ten(last(4)), 6, 10, false);
    expect_page(of_ten(before("6", 4)), 2, 6, false);
    expect_page(of_ten(before("2", 4)), 0, 2, true);
    expect_page(of_ten(before("0", 4)), 0, 0, true);
}

TEST(Paging, or_by_number) {
    expect_page(of_ten({.max = 3, .index = 5}), 5, 8, false);
    expect_page(of_ten({.max = 3, .index = 1'000'000'000'000}), 10, 10, true);
}

TEST(Paging, may_ask_for_the_count_alone) { expect_page(of_ten(first(0)), 0, 0, false); }

TEST(Paging, V46_no_page_is_larger_than_allowed_whatever_is_asked) {
    expect_page(of_ten(first(std::numeric_limits<std::uint64_t>::max()), 5), 0, 5, false);
    expect_page(of_ten(after("8", std::numeric_limits<std::uint64_t>::max())), 9, 10, true);
    expect_page(of_ten(last(std::numeric_limits<std::uint64_t>::max())), 0, 10, true);
    expect_page(of_ten({}, 5), 0, 5, false);
}

TEST(Paging, a_page_that_is_gone_is_not_found) {  // §2.4
    for (const Set& wanted : {after("ten", 1), before("ten", 1), after("", 1)}) {
        try {
            of_ten(wanted);
            ADD_FAILURE() << "it was found";
        } catch (const StanzaError& error) {
            EXPECT_EQ(error.condition(), Condition::item_not_found);
        }
    }
}

TEST(Paging, of_an_empty_list_there_is_an_empty_page) {
    const Slice slice = cut(first(5), 0, [](std::size_t) { return std::string(); });
    EXPECT_TRUE(slice.complete);
    EXPECT_EQ(slice.set.count, 0u);
    EXPECT_FALSE(slice.set.first);
}

}  // namespace
}  // namespace rondel::paging
