// F21: one who floods gets its share and no more; others are served as if it were not there. Rates by bare JID, and
// presence storms by full JID.
#include "rondel/service/shares.hpp"
#include "rondel/service/storms.hpp"

#include <algorithm>
#include <cstdio>
#include <map>

#include "tests/support/hand_driven.hpp"
#include "tests/support/sparse.hpp"
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using rondel::testing::stanza;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string ping(std::string_view from, int number) {
    return fmt::format("<iq from='{}' to='echo.example.com' type='get' id='q{}'><ping xmlns='urn:xmpp:ping'/></iq>",
                       from, number);
}
std::string message(std::string_view from, std::string_view body) {
    return fmt::format("<message from='{}' to='echo.example.com' type='chat'><body>{}</body></message>", from, body);
}
std::string presence(std::string_view from, std::string_view status, bool here = true) {
    return fmt::format("<presence from='{}' to='echo.example.com'{}><status>{}</status></presence>", from,
                       here ? "" : " type='unavailable'", status);
}

double jain(const std::map<std::string, int>& shares) {
    double sum = 0, squares = 0;
    for (const auto& [name, count] : shares) sum += count, squares += double(count) * count;
    return sum * sum / (static_cast<double>(shares.size()) * squares);
}

struct Service {
    explicit Service(EntityOptions options) {
        Router router;
        router.answer(IqType::get, "ping", "urn:xmpp:ping", [this](const Iq& in) { ++served[who(in)]; });
        router.on_message([this](const Message& in) {
            ++served[who(in)];
            heard.push_back("message " + std::string(in.body().value_or("")));
        });
        router.on_presence([this](const Presence& in) {
            heard.push_back(std::string(in.type() == PresenceType::unavailable ? "gone " : "here ") +
                            std::string(in.payload("status", xml::stanza_ns).text()));
        });
        hand = std::make_unique<HandDriven>("echo.example.com", std::move(router), options);
        hand->open();
    }
    static std::string who(const Stanza& stanza) { return std::string(stanza.from().bare().str()); }
    std::size_t refusals() const {
        return static_cast<std::size_t>(std::ranges::count_if(hand->link.sent, [](const std::string& one) {
            return one.find("<resource-constraint") != std::string::npos;
        }));
    }
    std::map<std::string, int> served;
    std::vector<std::string> heard;
    std::unique_ptr<HandDriven> hand;
};

TEST(Flood, F21_above_its_rate_a_peer_gets_resource_constraint_and_others_are_served) {
    EntityOptions options;
    options.peer_stanzas = {.per_second = 100, .burst = 50};
    Service service(options);
    // Twenty thousand in a second from one of them, ten from each of the others: handlers that wait for nothing.
    constexpr int many = 20'000;
    std::size_t refused = 0;
    for (int i = 0; i < many; ++i) {
        service.hand->now += 50us;
        service.hand->receive(ping(i % 2 == 0 ? "mallory@evil.example/a" : "mallory@evil.example/b", i));
        if (i % (many / 10) == 0)
            for (int peer = 0; peer < 10; ++peer)
                service.hand->receive(ping(fmt::format("p{}@x.example/home", peer), i));
        if (i % 100 == 99) {
            refused += service.refusals();
            service.hand->take_sent();
            service.hand->write_all();
        }
    }
    EXPECT_NEAR(service.served["mallory@evil.example"], 150, 1) << "a burst, and what the rate allows in a second";
    for (int peer = 0; peer < 10; ++peer) EXPECT_EQ(service.served[fmt::format("p{}@x.example", peer)], 10);
    EXPECT_EQ(refused, static_cast<std::size_t>(many - service.served["mallory@evil.example"]));
    const Ledger& ledger = (*service.hand)->ledger();
    EXPECT_EQ(ledger.iqs_received(), many + 100u);
    EXPECT_EQ(ledger.iqs_replied(), many + 100u) << "each is answered, once";
    EXPECT_EQ(ledger.over_share(), refused);
}

TEST(Flood, F21_shares_are_fair) {
    EntityOptions options;
    options.peer_stanzas = {.per_second = 20, .burst = 20};
    Service service(options);
    for (int tick = 0; tick < 1000; ++tick) {  // ten seconds: one sends a hundred times as much as the others want
        service.hand->now += 10ms;
        for (int i = 0; i < 20; ++i) service.hand->receive(message("flood@x.example", "x"));
        if (tick % 5 == 0)
            for (int peer = 0; peer < 10; ++peer)
                service.hand->receive(message(fmt::format("p{}@x.example", peer), "x"));
        service.hand->take_sent();
    }
    std::printf("FIGURE flood-fairness-jain %.3f\n", jain(service.served));
    EXPECT_EQ(service.served.size(), 11u);
    EXPECT_GE(jain(service.served), 0.8);
    for (const auto& [name, count] : service.served) EXPECT_GE(count, 200) << name;
}

TEST(Flood, F21_bytes_count_too) {
    EntityOptions options;
    options.peer_bytes = {.per_second = 10'000, .burst = 100'000};
    Service service(options);
    for (int i = 0; i < 30; ++i) service.hand->receive(message("romeo@example.net/orchard", std::string(10'000, 'x')));
    EXPECT_GE(service.served["romeo@example.net"], 8);
    EXPECT_LE(service.served["romeo@example.net"], 10);
    const int before = service.served["romeo@example.net"];
    EXPECT_EQ(service.refusals(), static_cast<std::size_t>(30 - before));
    service.hand->advance(60s);
    service.hand->receive(message("romeo@example.net/orchard", "hello"));
    EXPECT_EQ(service.served["romeo@example.net"], before + 1);
}

// What had to be escaped is kept a second time, as it was written: that is ours, and no more was said.
TEST(Flood, F21_a_text_with_references_counts_once) {
    EntityOptions options;
    options.peer_bytes = {.per_second = 10'000, .burst = 100'000};
    Service service(options);
    const std::string body = "&quot;" + std::string(10'000, 'x');
    for (int i = 0; i < 30; ++i) service.hand->receive(message("romeo@example.net/orchard", body));
    EXPECT_GE(service.served["romeo@example.net"], 8);
    EXPECT_LE(service.served["romeo@example.net"], 10);
}

// Whom we ask may answer, however much we asked.
TEST(Flood, F21_answers_are_not_counted) {
    EntityOptions options;
    options.peer_stanzas = {.per_second = 1, .burst = 1};
    Service service(options);
    int answered = 0;
    for (int i = 0; i < 100; ++i) {
        Iq iq(IqType::get, "peer.example"_jid);
        iq.add("ping", "urn:xmpp:ping");
        (*service.hand)->request(std::move(iq), [&](const Answer& answer) { answered += answer ? 1 : 0; });
    }
    for (const std::string& sent : service.hand->take_sent())
        service.hand->receive(
            fmt::format("<iq from='peer.example' to='echo.example.com' type='result' id='{}'/>", *stanza(sent).id()));
    EXPECT_EQ(answered, 100);
}

TEST(Flood, F21_without_a_rate_there_is_none) {
    Service service({});
    for (int i = 0; i < 10'000; ++i) service.hand->receive(ping("busy.example", i));
    EXPECT_EQ(service.served["busy.example"], 10'000);
}

TEST(Flood, F21_of_peers_that_rest_nothing_is_remembered) {
    Shares shares({.per_second = 10, .burst = 5}, {});
    Instant now(1h);
    for (int i = 0; i < test::drawn(100'000); ++i) {
        now += 1ms;
        EXPECT_TRUE(shares.take(fmt::format("p{}@x.example", i), 100, now));
    }
    EXPECT_LE(shares.remembered(), 1000u);
}

// ---- presence storms ----

TEST(Flood, F21_of_a_presence_storm_the_beginning_and_the_latest_are_heard) {
    EntityOptions options;
    options.presence = {.per_second = 1, .burst = 3};
    Service service(options);
    for (int i = 0; i < 1000; ++i)
        service.hand->receive(presence("romeo@example.net/orchard", std::to_string(i), i % 2 == 1));
    EXPECT_THAT(service.heard, ElementsAre("gone 0", "here 1", "gone 2"));
    service.heard.clear();
    service.hand->advance(3s);
    EXPECT_THAT(service.heard, ElementsAre("here 999")) << "what is the case now, and once";
    const Ledger& ledger = (*service.hand)->ledger();
    EXPECT_EQ(ledger.presences_merged(), 1000u - 3 - 1);
    EXPECT_EQ(ledger.received(), 1000u);
    service.hand->advance(10s);
    service.hand->receive(presence("romeo@example.net/orchard", "calm"));
    EXPECT_THAT(service.heard, ElementsAre("here 999", "here calm"));
}

TEST(Flood, F21_a_storm_is_that_of_its_sender) {
    EntityOptions options;
    options.presence = {.per_second = 1, .burst = 1};
    Service service(options);
    service.hand->receive(presence("room@rooms.lit/a", "a"));
    service.hand->receive(presence("room@rooms.lit/a", "a again"));
    for (const char* nick : {"b", "c", "d"})
        service.hand->receive(presence(fmt::format("room@rooms.lit/{}", nick), nick));
    EXPECT_THAT(service.heard, ElementsAre("here a", "here b", "here c", "here d"));
}

// What is said behind it must not come before it.
TEST(Flood, F21_nothing_of_its_sender_overtakes_what_is_held) {
    EntityOptions options;
    options.presence = {.per_second = 1, .burst = 1};
    Service service(options);
    service.hand->receive(presence("romeo@example.net/orchard", "1"));
    service.hand->receive(presence("romeo@example.net/orchard", "2", false));
    service.hand->receive(message("romeo@example.net/orchard", "farewell"));
    EXPECT_THAT(service.heard, ElementsAre("here 1", "gone 2", "message farewell"));
    service.hand->advance(10s);
    EXPECT_THAT(service.heard, SizeIs(3));
}

// What was held was heard early, for the sake of what came behind it; the next one has its own time to wait.
TEST(Flood, F21_what_is_held_after_another_was_heard_waits_for_its_own_time) {
    EntityOptions options;
    options.presence = {.per_second = 1, .burst = 1};
    Service service(options);
    for (const char* status : {"1", "2"}) service.hand->receive(presence("romeo@example.net/orchard", status));
    service.hand->advance(500ms);
    service.hand->receive(message("romeo@example.net/orchard", "listen"));
    service.hand->receive(presence("romeo@example.net/orchard", "3"));
    service.hand->advance(1s);
    EXPECT_THAT(service.heard, ElementsAre("here 1", "here 2", "message listen"));
    service.hand->advance(1s);
    EXPECT_THAT(service.heard, ElementsAre("here 1", "here 2", "message listen", "here 3"));
}

TEST(Flood, F21_what_was_held_is_filtered_like_the_rest) {
    EntityOptions options;
    options.presence = {.per_second = 1, .burst = 1};
    Service service(options);
    int filtered = 0;
    Router filter;
    filter.filter_in([&](Stanza& in, Entity&) {
        ++filtered;
        return in.element().child("status", xml::stanza_ns).text() != "2";
    });
    (*service.hand)->take(std::move(filter));
    for (const char* status : {"1", "2"}) service.hand->receive(presence("romeo@example.net/orchard", status));
    EXPECT_EQ(filtered, 1);
    service.hand->advance(2s);
    EXPECT_EQ(filtered, 2);
    EXPECT_THAT(service.heard, ElementsAre("here 1"));
}

TEST(Flood, F21_requests_for_subscriptions_are_no_storm) {
    EntityOptions options;
    options.presence = {.per_second = 1, .burst = 1};
    Service service(options);
    for (const char* type : {"subscribe", "subscribed", "unsubscribe", "probe"})
        service.hand->receive(
            fmt::format("<presence from='romeo@example.net' to='echo.example.com' type='{}'/>", type));
    EXPECT_THAT(service.heard, SizeIs(4));
}

TEST(Flood, F21_by_default_a_presence_storm_is_held_and_a_calm_person_is_not) {
    Service service({});
    for (int i = 0; i < 10'000; ++i) service.hand->receive(presence("romeo@example.net/orchard", std::to_string(i)));
    EXPECT_LE(service.heard.size(), 100u);
    service.heard.clear();
    for (int i = 0; i < 100; ++i) {
        service.hand->receive(presence("juliet@example.net/balcony", std::to_string(i)));
        service.hand->advance(2s);
    }
    EXPECT_EQ(std::ranges::count_if(service.heard, [](const std::string& one) { return one != "here 9999"; }), 100);
}

TEST(Flood, F21_what_is_held_of_presence_is_bounded_in_bytes) {
    EntityOptions options;
    options.presence = {.per_second = 1, .burst = 1};
    Service service(options);
    const std::string large(50'000, 'x');
    for (int i = 0; i < 500; ++i)
        for (int twice = 0; twice < 2; ++twice)
            service.hand->receive(presence(fmt::format("p{}@x.example/home", i), large));
    EXPECT_GT((*service.hand)->ledger().refused(), 400u) << "25 MB would be too much";
    service.heard.clear();
    service.hand->advance(10s);
    EXPECT_LT(service.heard.size(), 100u);
    EXPECT_FALSE(service.heard.empty());
}

TEST(Flood, F21_of_strangers_who_come_once_nothing_is_remembered) {
    Storms storms({.per_second = 2, .burst = 20});
    const Instant now(1h);
    std::size_t heard = 0;
    for (int i = 0; i < 20'000; ++i) {
        Stanza one = stanza(presence(fmt::format("p{}@x.example/home", i), "hello"));
        heard += storms.weigh(one, fmt::format("p{}@x.example/home", i), now) == Storms::Verdict::heard ? 1 : 0;
    }
    EXPECT_EQ(heard, 20'000u);
    EXPECT_LE(storms.remembered(), 1024u) << "those whose place in the table was busy by chance";
}

TEST(Flood, F21_who_waits_for_a_storm_is_one_for_each_sender) {
    Storms storms({.per_second = 1, .burst = 1});
    const Instant now{std::chrono::hours(1)};
    int watchers = 0;
    for (int i = 0; i < 1000; ++i) {  // what is held is released by what is said behind it, and the next one is held
        Stanza one = Presence(JidView(), PresenceType::available);
        if (storms.weigh(one, "romeo@x.example/home", now) != Storms::Verdict::held) continue;
        watchers += storms.watch("romeo@x.example/home") ? 1 : 0;
        EXPECT_TRUE(storms.holds("romeo@x.example/home"));
        EXPECT_TRUE(storms.release("romeo@x.example/home", now));
    }
    EXPECT_EQ(watchers, 1);
    storms.end_watch("romeo@x.example/home");
    EXPECT_TRUE(storms.watch("romeo@x.example/home"));
}

// More than can be known by name: they are heard, and cost no more memory.
TEST(Flood, F21_storms_of_very_many_are_bounded) {
    Storms storms({.per_second = 1, .burst = 1});
    const Instant now(1h);
    for (int i = 0; i < 10'000; ++i)
        for (int twice = 0; twice < 2; ++twice) {
            const std::string who = fmt::format("p{}@x.example/home", i);
            Stanza one = stanza(presence(who, "hello"));
            storms.weigh(one, who, now);
        }
    EXPECT_LE(storms.remembered(), 1024u);
    EXPECT_TRUE(storms.any());
}

TEST(Flood, F21_of_those_who_have_rested_nothing_stays_behind) {
    Storms storms({.per_second = 2, .burst = 20});
    const Instant now(1h);
    for (int i = 0; i < test::drawn(100'000); ++i) {
        Stanza one = stanza(presence("p@x.example/home", "hello"));
        storms.weigh(one, fmt::format("p{}@x.example/home", i), now);
    }
    EXPECT_TRUE(storms.remembers());
    storms.forget_rested(now + 500ms);
    EXPECT_TRUE(storms.remembers());
    storms.forget_rested(now + 30s);
    EXPECT_FALSE(storms.remembers());
}

TEST(Flood, F21_an_entity_forgets_who_has_rested_by_itself) {
    EntityOptions options;
    options.peer_stanzas = {.per_second = 10, .burst = 5};
    Service service(options);
    EXPECT_EQ((*service.hand)->deadline(), never);
    for (int i = 0; i < 100; ++i) service.hand->receive(presence(fmt::format("p{}@x.example/home", i), "hello"));
    EXPECT_NE((*service.hand)->deadline(), never);
    for (int i = 0; i < 5; ++i) service.hand->advance(10s);
    EXPECT_EQ((*service.hand)->deadline(), never);  // for there is nothing left to forget
}

TEST(Flood, F21_an_entity_that_stops_forgets_what_is_held) {
    EntityOptions options;
    options.presence = {.per_second = 1, .burst = 1};
    Service service(options);
    for (int i = 0; i < 2; ++i) service.hand->receive(presence("romeo@example.net/orchard", std::to_string(i)));
    (*service.hand)->stop(service.hand->now);
    service.hand->advance(10s);
    EXPECT_THAT(service.heard, SizeIs(1));
}

}  // namespace
}  // namespace rondel
