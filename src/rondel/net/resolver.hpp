// Asks the DNS, on the executor, without a thread: c-ares underneath.
//
// Names of this machine's /etc/hosts count, and "localhost" (with what stands below it) is this machine, whatever the
// DNS says (RFC 6761 §6.3). International names are asked for with A-labels.
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/net/srv_order.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/address.hpp>

namespace rondel::net {

struct ResolverOptions {
    std::vector<std::string> servers = {};         // "192.0.2.1", "127.0.0.1:5353", "[::1]:53"; empty: the system's
    Duration limit = std::chrono::seconds(10);     // for each question, with all its tries
    Duration first_try = std::chrono::seconds(2);  // then the next server is asked, or the same again, with more time
};

enum class Family { ipv6, ipv4 };

// Owns: its questions. Destroying it ends them without a callback.   Threads: the executor's.
class Resolver {
  public:
    // Called once, never from inside the call that asked.
    using SrvDone = std::function<void(SrvAnswer)>;
    using AddressesDone = std::function<void(std::vector<boost::asio::ip::address>, std::string why)>;  // none: why

    Resolver(const boost::asio::any_io_executor& executor, const ResolverOptions& options);
    ~Resolver();
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    // Why it cannot be used: the servers are none. A sentence, or empty.
    const std::string& problem() const;

    void srv(const std::string& service, const std::string& domain, SrvDone done);  // "_xmpp-client._tcp"
    // An IP address is its own answer.
    void addresses(const std::string& host, Family family, AddressesDone done);

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::net
