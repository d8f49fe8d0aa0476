// Makes transports: finds out where to, tries each place and each of its addresses, secures the connection.
//
// A domain's places come from the DNS, anew at each attempt (RFC 6120 §3.2, XEP-0368); all of them are tried before the
// attempt has failed. Whatever host answers, TLS is with the one that the TlsSide asks for.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/endpoint.hpp"
#include "rondel/net/tls_side.hpp"
#include "rondel/net/transport.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

struct ConnectFailure {
    std::string why;     // a sentence: "No connection to 127.0.0.1:5347 (Connection refused)."
    bool fatal = false;  // trying again cannot help: the options are wrong
};

struct ConnectOptions {
    std::optional<Endpoint> server = {};  // where to; nothing: where the DNS says for
    std::string domain = {};              // … this domain's clients

    std::shared_ptr<const TlsSide> tls = {};    // nothing: no TLS, now or later
    bool direct_tls = false;                    // `server` begins with it; else STARTTLS is the stream's affair
    std::string protocol = {};                  // ALPN, where the connection begins with TLS
    std::optional<std::string> websocket = {};  // the path on `server`: XMPP over WebSocket (RFC 7395)

    // Off this machine although there is no TLS. (A component's secret can be guessed from what it sends.)
    bool allow_plaintext = false;
    std::vector<std::string> dns_servers = {};    // empty: the system's
    Duration timeout = std::chrono::seconds(15);  // for each of: the DNS, each place, each handshake; the whole, at
                                                  // most four times this
};

// Owns: one attempt. Destroying it ends the attempt without a callback.   Threads: the executor's.
class Connector {
  public:
    using Done = std::function<void(std::unique_ptr<Transport>,
                                    ConnectFailure)>;  // called once; the transport, or why there is none

    Connector(const boost::asio::any_io_executor& executor, ConnectOptions options);
    ~Connector();
    Connector(const Connector&) = delete;
    Connector& operator=(const Connector&) = delete;
    void connect(Done done);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::net
