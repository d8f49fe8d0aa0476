// Component: the host that runs an entity as a server component (XEP-0114), and keeps it connected.
//
//   return run(Component({.domain = "echo.example.com", .secret = "pass", .server = "example.com:5347"}, router));
//
// It may start before the server is up, and connects again after every loss, with growing, jittered delays. A refused
// secret, an unknown domain, and a second program of the same name are final: they are said in one sentence, and tried
// no more.
#pragma once

#include "rondel/base/secret.hpp"
#include "rondel/net/tls_options.hpp"
#include "rondel/net/traffic.hpp"
#include "rondel/service/entity.hpp"
#include "rondel/service/router.hpp"
#include "rondel/stream/component_stream.hpp"

#include <functional>
#include <memory>
#include <string>

#include <boost/asio/any_io_executor.hpp>

namespace rondel {

struct ComponentOptions {
    std::string domain;                     // "echo.example.com": the server's configuration names it
    Secret secret;                          // and the secret
    std::string server = "localhost:5347";  // HOST[:PORT], [IPV6][:PORT] or unix:PATH
    net::TlsOptions tls = {};
    bool allow_plaintext = false;  // to another machine without TLS (the secret can be guessed from the traffic)

    Duration connect_timeout = std::chrono::seconds(15);
    Duration reconnect_first = std::chrono::seconds(2);  // the first delay is between 0 and this; base/backoff.hpp
    Duration reconnect_most = std::chrono::seconds(60);
    Duration drain_timeout = std::chrono::seconds(10);   // for work in flight, at an orderly end
    Duration write_deadline = std::chrono::seconds(10);  // for a server that stopped reading
    bool reconnect = true;                               // false: the first loss, or failure to connect, is the end

    EntityOptions entity = {};
    stream::StreamOptions stream = {};
    LogSink log = {};  // default: run() prints to standard error
    net::TrafficSink traffic = {};
};

// How a host ended.
struct Ending {
    bool failed = false;  // the program should exit with 1
    std::string why;      // a sentence
};

// Owns: its entity, its connection.   Threads: everything on the executor given to start(), but post().
class Component {
  public:
    Component(ComponentOptions options, Router router);
    ~Component();
    Component(const Component&) = delete;
    Component& operator=(const Component&) = delete;

    // Wrong options end at once, with a sentence.
    void start(const boost::asio::any_io_executor& executor, std::function<void(const Ending&)> ended);
    void drain();  // finish what is in flight, close the stream, end
    void stop();   // end now

    Entity& entity();                              // after start()
    void post(std::function<void(Entity&)> call);  // from any thread, at any time; dropped after the end
    const ComponentOptions& options() const;
    void log_to(LogSink log);  // before start(): where the options name no log

    struct State;

  private:
    std::shared_ptr<State> state_;
};

}  // namespace rondel
