// Listener: takes connections of components and clients to the embedded server.
//
//   server::Switchboard board;
//   server::ComponentBook book(board);
//   book.add("echo.localhost"_jid, "pass");
//   Listener listener(executor);
//   const Endpoint here = *listener.listen(*Endpoint::parse("127.0.0.1:0"), {welcome_components(board, book)});
//
// Each place where it listens is a door: what comes in there is made a guest by the door's `welcome`. Who may come in
// at all is the listener's affair: so many in all, so many from one address, and nobody who failed to say who they are
// five times in a minute (AdmissionLimits).
#pragma once

#include "rondel/net/admission.hpp"
#include "rondel/net/component_guest.hpp"
#include "rondel/net/endpoint.hpp"
#include "rondel/net/guest.hpp"
#include "rondel/net/server_certificate.hpp"
#include "rondel/service/entity.hpp"

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

struct Door {
    enum class Tls {
        none,      // only on loopback and UNIX sockets, unless plain text is allowed
        optional,  // STARTTLS may be asked for; the same restriction
        required,  // STARTTLS must be asked for: the guest sees to it
        first,     // the connection begins with it; UNIX sockets do without
    };
    Welcome welcome = {};
    Tls tls = Tls::none;
    std::vector<std::string> protocols = {};  // ALPN
    bool http = false;                        // a WebSocket (RFC 7395) inside
    // PEM: clients are asked for a certificate, and one of these authorities lets in whom it names (SASL EXTERNAL,
    // XEP-0178). Empty: nobody is asked.
    std::string client_ca_file = {};
};

struct ListenerOptions : AdmissionLimits {
    stream::AcceptingOptions stream = {};  // of components, for the short constructor
    ServerCertificate certificate = {};
    bool allow_plaintext = false;  // without TLS, listen for other machines: secrets can be guessed from the traffic
    Duration handshake = std::chrono::seconds(10);  // for TLS, and for HTTP
    LogSink log = {};
};

// Owns: the ports and its guests. Borrows: what the doors' `welcome` borrows.   Threads: the executor's.
class Listener {
  public:
    explicit Listener(const boost::asio::any_io_executor& executor, ListenerOptions options = {});
    // For components at each place: with TLS first if there is a certificate.
    Listener(const boost::asio::any_io_executor& executor, server::Switchboard& board,
             const server::ComponentBook& book, ListenerOptions options = {});
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // At as many places as wanted. Where it really listens; port 0 takes a free one.
    Result<Endpoint> listen(const Endpoint& at, Door door);
    Result<Endpoint> listen(const Endpoint& at);  // of the constructor for components
    // For connections from now on. An error leaves the old one in use; the sentence tells what is wrong.
    std::error_code use(const ServerCertificate& certificate, std::string& why);
    void close_doors();  // takes no more connections; those that have come in stay
    void shut_down();  // tells all of them system-shutdown, and takes no more
    std::size_t connections() const;
    void on_empty(std::function<void()> call);  // after shut_down(): once, when the last guest has gone

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::net
