// A whole server for tests of the client host, on loopback: the domain capulet.example with juliet and romeo, all the
// doors that clients know, and an authority that vouches for it.
#pragma once

#include "rondel/net/client.hpp"
#include "rondel/net/client_guest.hpp"
#include "rondel/net/listener.hpp"
#include "rondel/server/domain.hpp"
#include "rondel/server/memory_storage.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/authority.hpp"
#include "tests/support/folder.hpp"
#include "tests/support/loopback.hpp"

namespace rondel::testing {

class ClientHouseTest : public LoopbackTest {
  protected:
    ClientHouseTest() { open(issue({.alternative = "DNS:capulet.example"}, &authority)); }

    // Opens anew, with all sessions forgotten.
    void open(const Certificate& certificate) {
        listener.reset();
        domain.reset();
        board = std::make_unique<server::Switchboard>();
        server::DomainOptions options;
        options.name = "capulet.example"_jid;
        options.iterations = 4096;
        options.anonymous = true;
        options.clock = [] { return Clock::now(); };
        options.calendar = [] {
            return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
        };
        domain = std::make_unique<server::Domain>(*board, storage, options);
        domain->set_password("juliet", "r0m30");
        domain->set_password("romeo", "jul13t");
        const LogSink log = [this](LogLevel, std::string_view sentence) { server_said.emplace_back(sentence); };
        net::ListenerOptions how;
        how.log = log;
        how.certificate = {certificate.chain, certificate.key};
        listener = std::make_unique<net::Listener>(io.get_executor(), how);
        net::ClientGuestOptions welcome;
        welcome.stream.sasl.anonymous = true;
        welcome.log = log;
        if (server_shows_traffic)
            welcome.traffic = [this](net::Direction, std::string_view peer, std::string_view xml) {
                server_said.emplace_back(std::string(peer) + ": " + std::string(xml));
            };
        const auto guests = net::welcome_clients({domain.get()}, welcome);
        using Tls = net::Door::Tls;
        starttls_port = listen(starttls_port, {guests, Tls::required});
        tls_port = listen(tls_port, {guests, Tls::first, {"xmpp-client"}, false, client_ca_file});
        wss_port = listen(wss_port, {guests, Tls::first, {"http/1.1"}, true});
    }

    std::uint16_t listen(std::uint16_t port, const net::Door& door) {
        const auto at = listener->listen({.host = "127.0.0.1", .port = port, .path = {}}, door);
        EXPECT_TRUE(at) << at.error().message();
        return at->port;
    }

    static std::string here(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

    ClientOptions options(const std::string& jid = "juliet@capulet.example", const Secret& password = "r0m30") {
        ClientOptions made;
        made.jid = jid;
        made.password = password;
        made.server = here(starttls_port);
        std::ofstream(folder.path() + "/ca.pem") << authority.chain;
        made.tls.ca_file = folder.path() + "/ca.pem";
        made.reconnect_first = std::chrono::milliseconds(2);
        made.reconnect_most = std::chrono::milliseconds(20);
        made.log = [this](LogLevel, std::string_view sentence) { said.emplace_back(sentence); };
        return made;
    }

    struct Running {
        std::unique_ptr<Client> client = {};
        std::vector<std::string> heard = {};  // bodies of messages
        std::optional<Ending> ending = {};
        int sessions = 0;

        Entity& self() { return client->entity(); }
        bool in_session() { return self().in_session(); }
        void tell(const Jid& whom, std::string text) { self().send(Message(whom, std::move(text))); }
    };

    std::unique_ptr<Running> start(ClientOptions with, Router router = {}) {
        auto running = std::make_unique<Running>();
        router.on_session([it = running.get()](Entity&) { ++it->sessions; });
        router.on_message([it = running.get()](const Message& in, Entity&) {
            if (const auto text = in.body()) it->heard.emplace_back(*text);
        });
        running->client = std::make_unique<Client>(std::move(with), std::move(router));
        running->client->start(io.get_executor(), [it = running.get()](const Ending& how) { it->ending = how; });
        return running;
    }
    // … and waits for its session.
    std::unique_ptr<Running> enter(ClientOptions with, Router router = {}) {
        auto running = start(std::move(with), std::move(router));
        EXPECT_TRUE(until([&] { return running->sessions > 0 || running->ending; }));
        EXPECT_FALSE(running->ending) << running->ending->why;
        return running;
    }

    bool was_said(std::string_view part) const {
        return std::any_of(said.begin(), said.end(),
                           [&](const std::string& each) { return each.find(part) != each.npos; });
    }

    rondel::test::Folder folder;
    Certificate authority = issue({.alternative = "", .common_name = "authority", .constraints = "critical,CA:TRUE"});
    server::MemoryStorage storage;
    std::unique_ptr<server::Switchboard> board;
    std::unique_ptr<server::Domain> domain;
    std::unique_ptr<net::Listener> listener;
    bool server_shows_traffic = false;
    std::string client_ca_file;  // of the door that begins with TLS
    std::uint16_t starttls_port = 0, tls_port = 0, wss_port = 0;
    std::vector<std::string> said, server_said;  // the lines of their logs
};

}  // namespace rondel::testing
