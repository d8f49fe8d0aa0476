// Connects to whichever of a host's addresses answers first (RFC 8305, in its simple form): IPv6 and IPv4 take turns,
// each attempt has a head start before the next one begins, and who comes first ends the others. An address that is
// dead so costs a quarter of a second, and one that refuses nothing.
#pragma once

#include "rondel/base/time.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace rondel::net {

struct RaceOptions {
    Duration head_start = std::chrono::milliseconds(250);  // RFC 8305 §5
    Duration limit = std::chrono::seconds(15);             // for the whole, until complete() and beyond
    bool loopback_only = false;                            // other addresses are not connected to
};

struct RaceEnd {
    std::optional<boost::asio::ip::tcp::socket> socket = {};
    std::string why = {};              // there is none: of the address that failed last
    bool refused_off_machine = false;  // `loopback_only` was all that was in the way of some
};

// Owns: the attempts. Destroying it ends them without a callback.   Threads: the executor's.
class AddressRace {
  public:
    using Done = std::function<void(RaceEnd)>;  // called once, never from inside a call; may destroy the race

    AddressRace(const boost::asio::any_io_executor& executor, std::uint16_t port, const RaceOptions& options,
                Done done);
    ~AddressRace();
    AddressRace(const AddressRace&) = delete;
    AddressRace& operator=(const AddressRace&) = delete;

    void add(const std::vector<boost::asio::ip::address>& addresses);  // as they become known
    void complete(const std::string& why);  // there are no more; `why` counts if there were none at all

  private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace rondel::net
