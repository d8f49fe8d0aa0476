// The embedded server, put together: domains and their storage, doors, certificate.
#pragma once

#include "rondel/net/endpoint.hpp"
#include "rondel/net/traffic.hpp"
#include "rondel/server/switchboard.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/tool/serve_options.hpp"

#include <functional>
#include <memory>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::tool {

// Owns: all of it.   Threads: the executor's.
class Serving {
  public:
    struct Opened {
        DoorKind kind;
        net::Endpoint at;
    };

    // Listens when it returns. Throws ConfigError.
    Serving(const boost::asio::any_io_executor& executor, ServeOptions options, LogSink log,
            net::PeerTrafficSink traffic = {});
    ~Serving();
    Serving(const Serving&) = delete;
    Serving& operator=(const Serving&) = delete;

    const std::vector<Opened>& opened() const;
    const std::vector<Jid>& domains() const;
    std::string pin() const;  // the certificate's fingerprint, "sha256:…"
    bool made_certificate() const;
    server::Switchboard& board();

    void reload_certificate();  // from its files; what is wrong is logged, and the old one stays
    // Takes nobody any more; gives those who owe an answer five seconds, and answers for them then; tells all that it
    // ends (system-shutdown), and waits until they left. Once.
    void drain(std::function<void()> done);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace rondel::tool
