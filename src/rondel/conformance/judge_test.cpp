// The judge is judged: a peer that does wrong is told so, and one that says nothing costs no more than the limit.
#include "rondel/conformance/encounter.hpp"
#include "rondel/conformance/raw_stream.hpp"
#include "rondel/conformance/run.hpp"
#include "rondel/conformance/verdict.hpp"

#include <gtest/gtest.h>

namespace rondel::conformance {
namespace {

constexpr auto limit = std::chrono::milliseconds(300);

struct Pair {
    Harbour harbour{{"127.0.0.1", 0}};
    RawStream ours{Wire::connect(harbour.at(), limit), limit};
    Wire theirs = harbour.accept(Clock::now() + std::chrono::seconds(5));

    void they_say(std::string_view text) { theirs.send(text, limit); }
};

std::string greeting() { return header("a.example"); }
std::string error(std::string_view condition) {
    return "<stream:error><" + std::string(condition) + " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>";
}

TEST(RawStream, hears_how_a_stream_ends) {
    Pair both;
    both.they_say(greeting() + "<stream:features/>" + error("conflict") + "</stream:stream>");
    both.theirs.close();
    const auto ending = both.ours.expect_error({"conflict"});
    EXPECT_TRUE(ending.header);
    EXPECT_TRUE(ending.end_tag);
    EXPECT_TRUE(ending.closed);
    EXPECT_EQ(ending.rest.size(), 1U);
}

TEST(RawStream, another_error_or_none_is_not_taken_for_the_one) {
    Pair another;
    another.they_say(greeting() + error("conflict") + "</stream:stream>");
    another.theirs.close();
    EXPECT_THROW(another.ours.expect_error({"host-unknown"}), Unmet);
    Pair none;
    none.they_say(greeting());
    none.theirs.close();
    EXPECT_THROW(none.ours.expect_error({"host-unknown"}), Unmet);
}

TEST(RawStream, an_open_connection_is_no_end) {
    Pair both;
    both.they_say(greeting() + error("conflict") + "</stream:stream>");
    EXPECT_FALSE(both.ours.read_to_end().closed);
    Pair silent;
    EXPECT_THROW(silent.ours.expect_element(), Unmet);
    EXPECT_THROW(silent.ours.expect_end(), Unmet);
}

TEST(RawStream, what_is_no_xml_is_told) {
    Pair both;
    both.they_say(greeting() + "<message></presence>");
    EXPECT_THROW(both.ours.expect_element(), Unmet);
}

TEST(Run, a_server_that_is_not_there_passes_nothing) {
    ServerUnderTest server;
    server.domain = "a.example";
    {
        const Harbour gone{{"127.0.0.1", 0}};
        server.clients = gone.at();
    }
    server.limit = limit;
    const Sums sums = sum(try_server(server, {.only = "R004"}));
    EXPECT_EQ(sums.passed, 0);
    EXPECT_GE(sums.failed, 1);
    EXPECT_EQ(sums.rows_passed, 0);
}

TEST(Run, what_was_not_given_is_not_offered) {
    ServerUnderTest server;
    server.domain = "a.example";
    const Sums sums = sum(try_server(server, {.only = "RFC 7395"}));
    EXPECT_EQ(sums.failed, 0);
    EXPECT_GE(sums.not_offered, 1);
    EXPECT_EQ(sums.rows, 0);
}

TEST(Run, a_component_that_does_not_come_passes_nothing) {
    Harbour harbour{{"127.0.0.1", 0}};
    ComponentUnderTest component;
    component.domain = "echo.example";
    component.patience = std::chrono::milliseconds(1);
    const Sums sums = sum(try_component(component, harbour, {.only = "XEP-0114"}));
    EXPECT_EQ(sums.passed, 0);
    EXPECT_GE(sums.failed, 1);
}

}  // namespace
}  // namespace rondel::conformance
