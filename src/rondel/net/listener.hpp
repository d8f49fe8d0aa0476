// Listener: takes connections of components to the embedded server (XEP-0114).
//
//   server::Switchboard board;
//   server::ComponentBook book(board);
//   book.add("echo.localhost"_jid, "pass");
//   Listener listener(executor, board, book);
//   const Endpoint here = *listener.listen(*Endpoint::parse("127.0.0.1:0"));   // a free port
#pragma once

#include "rondel/net/endpoint.hpp"
#include "rondel/net/traffic.hpp"
#include "rondel/server/component_session.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/stream/accepting_stream.hpp"

#include <memory>

#include <boost/asio/any_io_executor.hpp>

namespace rondel::net {

// A certificate with its key, both PEM texts. Not TLS at all if empty.
struct ServerCertificate {
    std::string chain;
    std::string key;
    bool empty() const { return chain.empty(); }
};

struct ListenerOptions {
    stream::AcceptingOptions stream = {};
    ServerCertificate certificate = {};  // with it, connections begin with TLS
    bool allow_plaintext =
        false;  // without TLS, listen for other machines: the secrets can be guessed from the traffic
    std::size_t connections = 1000;  // more are closed at once
    LogSink log = {};
};

// Owns: the port and its connections. Borrows: board and book.   Threads: the executor's.
class Listener {
  public:
    Listener(const boost::asio::any_io_executor& executor, server::Switchboard& board,
             const server::ComponentBook& book, ListenerOptions options = {});
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    // At as many places as wanted. Where it really listens; port 0 takes a free one.
    Result<Endpoint> listen(const Endpoint& at);
    void shut_down();  // tells all of them system-shutdown, and takes no more
    std::size_t connections() const;

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::net
