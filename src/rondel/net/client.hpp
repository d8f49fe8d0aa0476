// Client: the host that runs an entity as a user of a server: an account, a resource, a roster.
//
//   return run(Client({.jid = "echo@example.com", .password = "pass"}, router));
//
// It finds the server by DNS (RFC 6120 §3.2, XEP-0368), insists on TLS and on a certificate for the domain, and
// connects again after every loss: resuming the session where the server can (XEP-0198), so that nothing is lost or
// doubled. Wrong credentials, and a second program of the same full JID, are final.
#pragma once

#include "rondel/net/component.hpp"
#include "rondel/stream/client_stream.hpp"
#include "rondel/xep/roster.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rondel {

struct ClientOptions {
    // "echo@example.com"; "echo@example.com/here", with a resource that is wanted exactly (so that binding inline,
    // XEP-0386, which would add to it, is not used); a domain alone: ANONYMOUS.
    std::string jid;
    Secret password = {};
    // Where to connect, instead of asking DNS: HOST[:PORT], [IPV6][:PORT], or wss://HOST[:PORT]/PATH (RFC 7395).
    std::string server = {};
    bool direct_tls = false;  // `server` begins with TLS (XEP-0368); without `server`, DNS tells

    // `name` is not used: the certificate must be for the domain of `jid`, whatever host answers (RFC 6120 §13.7.2).
    net::TlsOptions tls = {.mode = net::TlsOptions::Mode::verify};
    std::string certificate_file = {};  // PEM, with its key: authenticates by EXTERNAL
    std::string key_file = {};
    bool allow_plaintext = false;  // without TLS to another machine; on loopback, `tls.mode = off` is enough
    bool allow_plain = false;      // SASL PLAIN, under TLS only
    std::vector<std::string> dns_servers = {};  // "127.0.0.1:5353"; empty: the system's

    bool initial_presence = true;             // sent with each new session
    std::function<Presence()> presence = {};  // instead of <presence/>; asked for each new session
    bool fetch_roster = false;                // before the initial presence (RFC 6121 §2.2)
    // Where it is kept, and kept up to date by the server's pushes; also from one run to the next. With one, it is
    // fetched. Without, and with `fetch_roster`, the host makes one: options().roster.
    std::shared_ptr<roster::Roster> roster = {};
    bool carbons = false;  // XEP-0280: what our other resources send and get (xep/carbons.hpp)

    Duration connect_timeout = std::chrono::seconds(15);
    Duration reconnect_first = std::chrono::seconds(2);
    Duration reconnect_most = std::chrono::seconds(60);
    Duration drain_timeout = std::chrono::seconds(10);
    Duration write_deadline = std::chrono::seconds(10);
    bool reconnect = true;

    EntityOptions entity = {};
    stream::ClientStreamOptions stream = {};
    std::function<void(const sasl::Token&)> keep_token = {};  // XEP-0484: to be given as `token` by a later run
    std::optional<sasl::Token> token = {};
    LogSink log = {};
    net::TrafficSink traffic = {};
};

// Owns: its entity, its connection.   Threads: everything on the executor given to start(), but post().
class Client {
  public:
    Client(ClientOptions options, Router router);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void start(const boost::asio::any_io_executor& executor, std::function<void(const Ending&)> ended);
    void drain();
    void stop();

    Entity& entity();  // after start(); its address() is the bound full JID from the first session on
    void post(std::function<void(Entity&)> call);
    const ClientOptions& options() const;
    void log_to(LogSink log);
    // Tells the server whether somebody is looking (XEP-0352), in this session and those that follow.
    void set_active(bool active);
    // The namespaces of what the server offered with the session: an archive, versions of the roster, and so on.
    const std::vector<std::string>& features() const;

    struct State;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace rondel
