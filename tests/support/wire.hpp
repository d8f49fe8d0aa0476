// A component and a server of ours, connected in memory: bytes are taken and handed over in random pieces, which the
// seed decides.
#pragma once

#include "rondel/base/time.hpp"

#include <limits>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/streams.hpp"

namespace rondel::test {

// Owns: both streams.   Threads: one.
class Wire {
  public:
    Wire(const MakeStream& make_component, const MakeStream& make_server, unsigned seed);

    // Bytes flow both ways, in at most so many pieces; all, if none is said.
    void flow(std::size_t pieces = std::numeric_limits<std::size_t>::max());
    void pass(Duration time);  // one step of time: deadlines are looked at when it has passed
    void cut();                // what is on its way is lost

  private:
    struct Side {
        Stream& stream;
        std::vector<std::string>& events;
        std::optional<stream::Closed>& end;
        std::string on_its_way = {};  // to this side
    };
    bool move(Side& from, Side& to);
    void drain(Side& side);

    std::shared_ptr<Stream> component_;
    std::shared_ptr<Stream> server_;
    std::mt19937 random_;

  public:
    Stream& component;
    Stream& server;
    Instant now = Instant(std::chrono::hours(1));
    std::vector<std::string> events_of_component = {};  // Received and Refused, by to_text
    std::vector<std::string> events_of_server = {};
    std::optional<stream::Closed> end_of_component = {};
    std::optional<stream::Closed> end_of_server = {};
    bool server_echoes_pings = false;  // routes what the component sends to itself, and reports nothing of it

  private:
    Side component_side_{component, events_of_component, end_of_component};
    Side server_side_{server, events_of_server, end_of_server};
};

}  // namespace rondel::test
