// A whole world from one seed: a server, components and clients that talk to each other through everything that the
// weather does to them, and the books in the end.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulator/program.hpp"
#include "tests/simulator/server.hpp"
#include "tests/simulator/talker.hpp"
#include "tests/simulator/weather.hpp"

namespace rondel::simulator {

struct Scenario {
    std::size_t components = 2;
    std::size_t clients = 2;
    bool service = true;  // one inside the server
    Talk talk = {};
    Climate climate = {};
    ServerOptions server = {};
    ProgramOptions program = {};
    stream::StreamOptions component_stream = {};
    stream::ClientStreamOptions client_stream = {};
    bool calm = false;         // no faults, and nobody speaks before all are there
    bool timed_faults = true;  // at times; else whoever runs it strikes

    // One of all that there can be.
    static Scenario of(std::uint64_t seed);
};

// Owns: everything.   Threads: one.
class Simulation {
  public:
    Simulation(std::uint64_t seed, Scenario scenario);
    Simulation(const Simulation&) = delete;
    Simulation& operator=(const Simulation&) = delete;

    void run();  // until all is said, has ended, and everybody has left
    std::vector<std::string> faults() { return std::move(faults_); }  // none: the books balance

    // From each() or sample(): nobody speaks for so long; then all connections are new ones, and again nobody speaks.
    // No buffer holds on to what it once needed.
    void rest(Duration duration);

    World& world() { return *world_; }
    Weather& weather() { return *weather_; }
    std::size_t sessions_resumed() const { return resumed_; }
    std::size_t connects() const { return connects_; }
    std::size_t connects_overtaken() const { return overtaken_; }
    Duration lasted() const { return world_->time.now() - began_; }
    // Called each time that so many more stanzas were handed over: for who strikes, and for who looks at memory.
    using Said = std::function<void(std::size_t handed_over)>;
    void each(std::size_t stanzas, Said call) { every_[0] = {stanzas, stanzas, std::move(call)}; }
    void sample(std::size_t stanzas, Said call) { every_[1] = {stanzas, stanzas, std::move(call)}; }

  private:
    struct Party {
        std::unique_ptr<Talker> talker;
        std::unique_ptr<Program> program;  // nullptr: the service inside
        bool lasting = false;              // a client: its sessions outlive their streams
    };
    void make_parties();
    bool all_are_there() const;
    bool run_while(Duration most, const std::function<bool()>& goes_on);
    void settle();
    void check_ledgers();

    Scenario scenario_;
    std::unique_ptr<World> world_;
    std::unique_ptr<Server> server_;
    std::unique_ptr<Weather> weather_;
    std::vector<Party> parties_;
    std::vector<std::string> faults_;
    Instant began_;
    bool resting_ = false;
    std::size_t resumed_ = 0, connects_ = 0, overtaken_ = 0;
    struct Every {
        std::size_t step = 0, next = 0;
        Said call = {};
    };
    std::array<Every, 2> every_;
};

}  // namespace rondel::simulator
