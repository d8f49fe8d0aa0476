// Makes transports: resolves a name anew, tries each address, secures the connection.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/endpoint.hpp"
#include "rondel/net/tls_options.hpp"
#include "rondel/net/transport.hpp"

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

struct ConnectFailure {
    std::string why;     // a sentence: "Nothing listens at 127.0.0.1:5347 (Connection refused)."
    bool fatal = false;  // trying again cannot help: the options are wrong
};

struct ConnectOptions {
    Endpoint server;
    TlsOptions tls;
    bool allow_plaintext =
        false;  // off this machine and without TLS (a component's secret can be guessed from what it sends)
    Duration timeout = std::chrono::seconds(15);  // for each of: resolving, each address, the TLS handshake
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
