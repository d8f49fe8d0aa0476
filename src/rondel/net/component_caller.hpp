// Components that the embedded server calls, instead of waiting for them (XEP-0114, jabber:component:connect).
#pragma once

#include "rondel/net/connector.hpp"
#include "rondel/net/traffic.hpp"
#include "rondel/server/component_session.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/stream/calling_stream.hpp"

#include <functional>
#include <memory>

namespace rondel::net {

struct CallerOptions {
    stream::AcceptingOptions stream = {};
    ConnectOptions connect;  // where it listens, and how
    Duration retry_first = std::chrono::seconds(2);
    Duration retry_most = std::chrono::seconds(60);
    LogSink log = {};
    PeerTrafficSink traffic = {};
};

// Keeps one component connected: calls again after every loss, with growing, jittered delays.
// Owns: its connection. Borrows: the switchboard.   Threads: the executor's.
class ComponentCaller {
  public:
    ComponentCaller(const boost::asio::any_io_executor& executor, server::Switchboard& board,
                    stream::ComponentCredentials whom, CallerOptions options);
    ~ComponentCaller();
    ComponentCaller(const ComponentCaller&) = delete;
    ComponentCaller& operator=(const ComponentCaller&) = delete;

    bool is_connected() const;
    void shut_down(std::function<void()> done);  // says system-shutdown and calls no more; done is told once, soon

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::net
