// Our client's side and our server's, each against the other: what the two say to each other is what both understand.
#include "rondel/stream/accepting_client_stream.hpp"
#include "rondel/stream/client_stream.hpp"

#include <algorithm>
#include <utility>

#include "tests/support/actor.hpp"
#include "tests/support/clients.hpp"
#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using namespace stream;

struct Way {
    Framing framing = Framing::tcp;
    bool sasl2 = true;
    bool managed = true;
    bool tls_first = false;
    bool bindings = true;
    std::size_t chunk = std::string::npos;
};

ClientStreamOptions client_options(const Way& way) {
    ClientStreamOptions options;
    options.framing = way.framing;
    options.sasl2 = way.sasl2;
    options.stream_management = way.managed;
    options.sasl.fewest_iterations = 1;
    options.carbons = true;
    options.user_agent_id = "d4565fa7-4d72-4749-b3d3-740edbf87770";
    return options;
}

// The two, and the bytes between them.
struct Meeting {
    Way way;
    std::shared_ptr<ClientStream> client_stream;
    std::shared_ptr<Stream> server_stream;
    Actor client, server;

    explicit Meeting(Way the_way, Clients clients = capulet(), ClientIdentity who = juliet(),
                     std::optional<Resumption> earlier = std::nullopt)
        : way(the_way),
          client_stream(std::make_shared<ClientStream>(std::move(who), client_options(way), std::move(earlier))),
          server_stream(make_server(way, std::move(clients))()),
          client([this] {
              if (is_secure()) client_stream->secured(facts(), Instant());
              return client_stream;
          }),
          server([this] { return server_stream; }) {
        run();
    }

    static ClientIdentity juliet() {
        return {.account = "juliet@capulet.example"_jid, .resource = "balcony", .password = "r0m30"};
    }
    static MakeStream make_server(const Way& way, Clients clients) {
        AcceptingClientOptions options = capulet_options();
        options.framing = way.framing;
        const bool secure = way.tls_first || way.framing == Framing::websocket;
        return accepting_client(std::move(clients), options, secure ? std::optional(facts_of(way)) : std::nullopt);
    }
    bool is_secure() const { return way.tls_first || way.framing == Framing::websocket; }
    static TlsFacts facts_of(const Way& way) { return way.bindings ? usual_tls() : TlsFacts(); }
    TlsFacts facts() const { return facts_of(way); }

    void run() {
        for (bool more = true; more;) {
            more = pass(client, server);
            more = pass(server, client) || more;
            if (wants_tls(client) && wants_tls(server)) {
                for (Actor* one : {&server, &client}) {
                    one->reported.erase(std::find(one->reported.begin(), one->reported.end(), "wants tls"));
                    one->act([this](Stream& stream, Instant now) { stream.secured(facts(), now); });
                }
                more = true;
            }
        }
        EXPECT_EQ(client.fault(), "");
        EXPECT_EQ(server.fault(), "");
    }
    bool pass(Actor& from, Actor& to) const {
        const std::string said = std::exchange(from.said, {});
        for (std::size_t at = 0; at < said.size(); at += std::min(way.chunk, said.size()))
            to.receive(std::string_view(said).substr(at, way.chunk));
        return !said.empty();
    }
    static bool wants_tls(const Actor& actor) {
        return std::find(actor.reported.begin(), actor.reported.end(), "wants tls") != actor.reported.end();
    }

    void say(Actor& who, std::string_view stanza) {
        who.act([&](Stream& stream, Instant) { EXPECT_EQ(stream.send(Stanza(stanza_of(stanza))), std::error_code()); });
    }
    AcceptingClientStream& accepting() { return static_cast<AcceptingClientStream&>(*server_stream); }
};

// The events of an actor that begin so, taken out.
std::vector<std::string> take(Actor& actor, std::string_view beginning) {
    std::vector<std::string> found;
    for (const std::string& event : actor.reported)
        if (event.starts_with(beginning)) found.push_back(event);
    std::erase_if(actor.reported, [&](const std::string& event) { return event.starts_with(beginning); });
    return found;
}

std::vector<Way> all_ways() {
    std::vector<Way> ways;
    for (const Framing framing : {Framing::tcp, Framing::websocket})
        for (const bool sasl2 : {false, true})
            for (const bool managed : {false, true})
                for (const bool bindings : {false, true})
                    for (const std::size_t chunk : {std::string::npos, std::size_t(1)})
                        ways.push_back({framing, sasl2, managed, false, bindings, chunk});
    ways.push_back({.tls_first = true});
    return ways;
}

TEST(ClientMeetsServer, R061_in_every_way_a_session_is_opened_used_and_closed) {
    for (const Way& way : all_ways()) {
        Meeting meeting(way);
        ASSERT_EQ(take(meeting.client, "opened ").size(), 1u) << meeting.client.reported.back();
        const auto opened = take(meeting.server, "opened ");
        ASSERT_EQ(opened.size(), 1u);
        EXPECT_NE(opened[0].find("juliet@capulet.example/"), std::string::npos);
        EXPECT_EQ(meeting.client.stream().is_managed(), way.managed);
        EXPECT_EQ(meeting.server.stream().is_managed(), way.managed);

        meeting.say(meeting.client,
                    "<message to='romeo@montague.example' id='1'><body>&lt;O Romeo&gt;</body></message>");
        meeting.say(meeting.server, "<message from='romeo@montague.example/o' to='juliet@capulet.example' id='2'/>");
        meeting.run();
        const auto received = take(meeting.server, "received ");
        ASSERT_EQ(received.size(), 1u);
        EXPECT_NE(received[0].find("from='juliet@capulet.example/"), std::string::npos) << received[0];
        EXPECT_EQ(take(meeting.client, "received ").size(), 1u);
        if (way.managed) {
            EXPECT_EQ(meeting.client.stream().stanzas_acknowledged(), 1u);
            EXPECT_EQ(meeting.server.stream().stanzas_acknowledged(), 1u);
        }

        meeting.client.act([](Stream& stream, Instant now) { stream.close(now); });
        meeting.run();
        EXPECT_EQ(meeting.client.end().cause, CloseCause::closed_by_us);
        EXPECT_TRUE(meeting.client.end().proven);
        EXPECT_EQ(meeting.server.end().cause, CloseCause::closed_by_peer);
    }
}

TEST(ClientMeetsServer, R057_a_wrong_password_is_refused) {
    for (const bool sasl2 : {false, true}) {
        ClientIdentity who = Meeting::juliet();
        who.password = "wrong";
        Meeting meeting({.sasl2 = sasl2}, capulet(), who);
        EXPECT_TRUE(meeting.client.has_ended());
        EXPECT_EQ(meeting.client.end().cause, CloseCause::refused);
        EXPECT_FALSE(meeting.server.has_opened());
    }
}

TEST(ClientMeetsServer, a_token_opens_the_next_session) {
    for (const Framing framing : {Framing::tcp, Framing::websocket}) {
        Meeting first({.framing = framing});
        EXPECT_EQ(take(first.client, "token ").size(), 1u);
        ClientIdentity who = Meeting::juliet();
        who.password = {};
        who.token = sasl::Token{"HT-SHA-256-EXPR", "new-token", {}};
        Clients clients = capulet();
        clients.accounts.tokens[{"juliet", "HT-SHA-256-EXPR"}] = {"new-token"};
        Meeting second({.framing = framing}, clients, who);
        EXPECT_EQ(take(second.client, "opened ").size(), 1u);
        EXPECT_EQ(take(second.server, "opened ").size(), 1u);
    }
}

// Lost on the way: one message of each side. Each arrives once, in the session that goes on.
TEST(ClientMeetsServer, R128_a_session_that_was_cut_goes_on_and_nothing_is_lost_or_doubled) {
    for (const bool sasl2 : {false, true})
        for (const auto& [before, after] : {std::pair(Framing::tcp, Framing::tcp),
                                            {Framing::tcp, Framing::websocket},
                                            {Framing::websocket, Framing::tcp}}) {
            Meeting first({.framing = before, .sasl2 = sasl2});
            ASSERT_TRUE(first.client.has_opened() && first.server.has_opened());
            first.say(first.client, "<message to='romeo@montague.example' id='seen'/>");
            first.say(first.server, "<message from='romeo@montague.example' id='seen'/>");
            first.run();
            first.say(first.client, "<message to='romeo@montague.example' id='lost'/>");
            first.say(first.server, "<message from='romeo@montague.example' id='lost'/>");
            first.client.lose_connection();
            first.server.lose_connection();
            auto of_client = first.client_stream->take_resumption();
            auto of_server = first.accepting().take_resumption();
            ASSERT_TRUE(of_client && of_server);
            EXPECT_EQ(of_client->id, of_server->id);

            Clients clients = capulet();
            clients.sessions.emplace(of_server->id, *of_server);
            Meeting second({.framing = after, .sasl2 = sasl2}, clients, Meeting::juliet(), of_client);
            EXPECT_EQ(take(second.client, "resumed ").size(), 1u);
            EXPECT_EQ(take(second.server, "resumed ").size(), 1u);
            for (Actor* one : {&second.client, &second.server}) {
                const auto received = take(*one, "received ");
                ASSERT_EQ(received.size(), 1u);
                EXPECT_NE(received[0].find("id='lost'"), std::string::npos) << received[0];
            }
            EXPECT_EQ(second.client.stream().stanzas_acknowledged(), 1u);
        }
}

TEST(ClientMeetsServer, R128_a_session_that_is_gone_is_replaced) {
    for (const bool sasl2 : {false, true}) {
        Meeting first({.sasl2 = sasl2});
        first.say(first.client, "<message to='romeo@montague.example' id='lost'/>");
        first.client.lose_connection();
        Meeting second({.sasl2 = sasl2}, capulet(), Meeting::juliet(), first.client_stream->take_resumption());
        EXPECT_EQ(take(second.client, "lost the session").size(), 1u);
        EXPECT_EQ(take(second.client, "opened ").size(), 1u);
        EXPECT_EQ(take(second.server, "opened ").size(), 1u);
    }
}

}  // namespace
}  // namespace rondel::test
