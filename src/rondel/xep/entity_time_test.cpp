#include "rondel/xep/entity_time.hpp"

#include <stdexcept>

#include "tests/support/entity_pair.hpp"
#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::entity_time {
namespace {

using test::EntityPair;
using test::stanza_of;

// The example of XEP-0202 §3.
const Time in_the_example{.offset = {std::chrono::hours(-6)}, .utc = *parse_datetime("2006-12-19T17:58:35Z")};

TEST(EntityTime, is_read_and_written_as_the_specification_has_it) {
    const Element example =
        stanza_of("<time xmlns='urn:xmpp:time'><tzo>-06:00</tzo><utc>2006-12-19T17:58:35Z</utc></time>");
    const Result<Time> read = xml::decode<Time>(example);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, in_the_example);
    EXPECT_TRUE(same(xml::encode(*read), example));
}

TEST(EntityTime, is_what_the_source_says_when_asked) {
    int asked = 0;
    Router router;
    install(router, [&] {
        Time now = in_the_example;
        now.utc += std::chrono::hours(asked++);
        return now;
    });
    EXPECT_TRUE(router.features().has(ns));
    EntityPair pair(std::move(router));
    EXPECT_EQ(asked, 0);
    EXPECT_EQ(pair.run(ask(pair.romeo, pair.echo.address())), in_the_example);
    EXPECT_EQ(pair.run(ask(pair.romeo, pair.echo.address())).utc, in_the_example.utc + std::chrono::hours(1));
}

TEST(EntityTime, needs_a_source) {
    Router router;
    EXPECT_THROW(install(router, {}), std::invalid_argument);
}

TEST(EntityTime, V46_what_is_no_time_is_refused) {
    for (const char* text :
         {"<tzo>-06:00</tzo>", "<utc>2006-12-19T17:58:35Z</utc>", "<tzo>six</tzo><utc>2006-12-19T17:58:35Z</utc>",
          "<tzo>+15:00</tzo><utc>2006-12-19T17:58:35Z</utc>", "<tzo>Z</tzo><utc>yesterday</utc>",
          "<tzo/><utc>2006-12-19T17:58:35Z</utc>", ""})
        EXPECT_FALSE(xml::decode<Time>(stanza_of("<time xmlns='urn:xmpp:time'>" + std::string(text) + "</time>")))
            << text;
    EXPECT_TRUE(xml::decode<Time>(
        stanza_of("<time xmlns='urn:xmpp:time'><tzo>Z</tzo><utc>2006-12-19T19:58:35+02:00</utc></time>")));
}

}  // namespace
}  // namespace rondel::entity_time
