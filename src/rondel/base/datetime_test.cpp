#include "rondel/base/datetime.hpp"

#include <random>

#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;
using std::chrono::year;

TEST(DateTime, XEP0082_examples) {
    const DateTime on_the_moon = sys_days(year(1969) / 7 / 21) + 2h + 56min + 15s;
    EXPECT_EQ(parse_datetime("1969-07-21T02:56:15Z").value(), on_the_moon);
    EXPECT_EQ(parse_datetime("1969-07-20T21:56:15-05:00").value(), on_the_moon);
    EXPECT_EQ(to_string(on_the_moon), "1969-07-21T02:56:15Z");
}

TEST(DateTime, V46_what_is_accepted) {
    const std::pair<const char*, DateTime> rows[] = {
        {"1970-01-01T00:00:00Z", DateTime{}},
        {"1970-01-01T00:00:00.1Z", DateTime{100ms}},
        {"1970-01-01T00:00:00.123999999999999999999999999999Z", DateTime{123ms}},
        {"1970-01-01T00:00:00.000+00:00", DateTime{}},
        {"1970-01-01T00:00:00-00:00", DateTime{}},
        {"1970-01-01T14:00:00+14:00", DateTime{}},
        {"1969-12-31T10:00:00-14:00", DateTime{}},
        {"1969-12-31T23:59:59.5Z", DateTime{-500ms}},
        {"1969-12-31T24:00:00Z", DateTime{}},  // XML Schema: the end of the day
        {"1969-12-31T24:00:00.000Z", DateTime{}},
        {"2024-02-29T12:00:00Z", sys_days(year(2024) / 2 / 29) + 12h},
        {"2000-02-29T12:00:00Z", sys_days(year(2000) / 2 / 29) + 12h},
        {"0000-01-01T00:00:00Z", sys_days(year(0) / 1 / 1)},
        {"9999-12-31T23:59:59.999Z", sys_days(year(9999) / 12 / 31) + 24h - 1ms},
    };
    for (const auto& [text, moment] : rows) EXPECT_EQ(parse_datetime(text).value(), moment) << text;
}

TEST(DateTime, V46_what_is_refused) {
    for (const char* text : {"",
                             "Z",
                             "2002-09-10",
                             "23:41:07Z",
                             "2002-09-10T23:41:07",
                             "2002-09-10T23:41Z",
                             "2002-09-10 23:41:07Z",
                             "2002-09-10t23:41:07z",
                             "20020910T23:41:07",
                             "2002-9-10T23:41:07Z",
                             "02-09-10T23:41:07Z",
                             "-2002-09-10T23:41:07Z",
                             "+2002-09-10T23:41:07Z",
                             "12002-09-10T23:41:07Z",
                             "2002-00-10T23:41:07Z",
                             "2002-13-10T23:41:07Z",
                             "2002-09-00T23:41:07Z",
                             "2002-09-31T23:41:07Z",
                             "2023-02-29T23:41:07Z",
                             "1900-02-29T23:41:07Z",
                             "2002-09-10T24:00:01Z",
                             "2002-09-10T24:01:00Z",
                             "2002-09-10T24:00:00.001Z",
                             "2002-09-10T25:00:00Z",
                             "2002-09-10T23:60:07Z",
                             "2002-09-10T23:41:60Z",
                             "2002-09-10T23:41:07.Z",
                             "2002-09-10T23:41:07,5Z",
                             "2002-09-10T23:41:07ZZ",
                             "2002-09-10T23:41:07Z ",
                             " 2002-09-10T23:41:07Z",
                             "2002-09-10T23:41:07+0200",
                             "2002-09-10T23:41:07+2:00",
                             "2002-09-10T23:41:07+14:01",
                             "2002-09-10T23:41:07+15:00",
                             "2002-09-10T23:41:07+02:60",
                             "2002-09-10T23:41:07+02",
                             "2002-09-10T-1:41:07Z",
                             "2002-09-10T+1:41:07Z",
                             "2002-09-10T 1:41:07Z",
                             "0000-01-01T00:00:00+00:01",
                             "9999-12-31T24:00:00Z",
                             "9999-12-31T23:59:59-00:01"})
        EXPECT_EQ(parse_datetime(text).error(), TextError::bad_datetime) << text;
    EXPECT_FALSE(parse_datetime(std::string_view("2002-09-10T23:41:07Z\0", 21)));
}

TEST(DateTime, writes_milliseconds_only_if_there_are_any_and_stays_within_four_digits) {
    EXPECT_EQ(to_string(DateTime{-1ms}), "1969-12-31T23:59:59.999Z");
    EXPECT_EQ(to_string(DateTime{50ms}), "1970-01-01T00:00:00.050Z");
    EXPECT_EQ(to_string(DateTime::max()), "9999-12-31T23:59:59.999Z");
    EXPECT_EQ(to_string(DateTime::min()), "0000-01-01T00:00:00Z");
}

TEST(DateTime, reads_what_it_writes) {
    std::mt19937_64 random(7);
    std::uniform_int_distribution<std::int64_t> any(-62'167'219'200'000, 253'402'300'799'999);
    for (int i = 0; i < 20'000; ++i) {
        const DateTime moment{std::chrono::milliseconds(any(random))};
        ASSERT_EQ(parse_datetime(to_string(moment)).value(), moment) << to_string(moment);
    }
}

TEST(DateTime, offsets_are_read_and_written) {
    for (const auto& [text, offset] :
         {std::pair{"+00:00", 0min}, {"+02:00", 120min}, {"-06:00", -360min}, {"-00:30", -30min}, {"+14:00", 840min}}) {
        EXPECT_EQ(parse_offset(text).value(), offset) << text;
        EXPECT_EQ(offset_to_string(offset), text);
    }
    EXPECT_EQ(parse_offset("Z").value(), 0min);
    EXPECT_EQ(parse_offset("-00:00").value(), 0min);
    EXPECT_EQ(offset_to_string(1000h), "+14:00");
    EXPECT_EQ(offset_to_string(-1000h), "-14:00");
    EXPECT_EQ(offset_to_string(std::chrono::minutes::min()), "-14:00");
    for (const char* text : {"", "z", "02:00", "+2:00", "+0200", "+02", "+02:0", "+02:00Z", " +02:00", "+14:01",
                             "-15:00", "+02:60", "+-2:00", "--02:00"})
        EXPECT_EQ(parse_offset(text).error(), TextError::bad_offset) << text;
}

}  // namespace
}  // namespace rondel
