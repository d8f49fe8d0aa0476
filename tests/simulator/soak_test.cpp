// F07: a million messages and a million requests, both ways, with hundreds of random disconnects, for three seeds:
// nothing unknown, nothing twice, nothing out of order, and the memory does not grow.
#include "rondel/xml/block.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>

#include "tests/simulator/seeds.hpp"
#include "tests/simulator/simulation.hpp"
#include "tests/support/memory_in_use.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel::simulator {
namespace {

// Blocks of stanzas go back to a cache that is bounded, and how much of it is in use is chance.
void empty_cache() {
    for (int i = 0; i < 2000; ++i) delete xml::new_block().release();
}

std::size_t descriptors() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

std::size_t stanzas_of_each_kind() {
    const char* wanted = std::getenv("RONDEL_SOAK");
    return wanted == nullptr ? 1'000'000 : std::strtoull(wanted, nullptr, 10);
}

// Of a line through what was measured, by least squares.
class Slope {
  public:
    void add(double x, double y) { n_ += 1, x_ += x, y_ += y, xx_ += x * x, xy_ += x * y; }
    double value() const { return n_ < 2 ? 0 : (n_ * xy_ - x_ * y_) / (n_ * xx_ - x_ * x_); }

  private:
    double n_ = 0, x_ = 0, y_ = 0, xx_ = 0, xy_ = 0;
};

TEST(Soak, T_LEDGER_F07_a_million_of_each_and_the_books_balance) {
    const std::size_t many = stanzas_of_each_kind();
    for (const std::uint64_t seed : seeds(1, 3)) {
        SCOPED_TRACE(how_to_replay(seed));
        Scenario scenario;
        scenario.components = 2;
        scenario.clients = 2;
        scenario.talk.messages = scenario.talk.requests = many;
        scenario.talk.open_each = 100;
        scenario.talk.burst = 20;
        scenario.talk.pause = std::chrono::milliseconds(4);
        scenario.talk.slow_answer = std::chrono::milliseconds(5);
        // So that less is said to those who are not there.
        scenario.talk.to_those_there = true;
        scenario.program.reconnect_first = std::chrono::milliseconds(200);
        scenario.program.reconnect_most = std::chrono::seconds(2);
        scenario.climate.longest_stall = std::chrono::seconds(2);
        scenario.climate.longest_outage = std::chrono::seconds(1);
        const auto look_sooner = [](stream::StreamOptions& options) {
            options.ping_after = std::chrono::seconds(5);
            options.ping_timeout = std::chrono::seconds(2);
        };
        look_sooner(scenario.component_stream), look_sooner(scenario.client_stream);
        look_sooner(scenario.server.component_stream), look_sooner(scenario.server.client_stream);
        scenario.client_stream.ack_after = scenario.server.client_stream.ack_after = std::chrono::seconds(5);
        scenario.server.lines.in_pieces = true;
        scenario.client_stream.require_tls = scenario.client_stream.start_tls = false;
        scenario.server.client_stream.require_tls = scenario.server.client_stream.can_start_tls = false;
        scenario.timed_faults = false;
        Simulation simulation(seed, std::move(scenario));
        World& world = simulation.world();

        const std::size_t descriptors_before = descriptors();
        std::size_t next_strike = 0;
        simulation.each(100, [&](std::size_t said) {
            if (said < next_strike) return;
            next_strike = said + world.chance.between(100, 4'000);
            simulation.weather().strike();
        });
        Slope slope;
        // What is under way, or kept for somebody who is away, comes and goes by megabytes: so all fall silent to be
        // measured. The first measurement warms up.
        simulation.sample(many / 10, [&](std::size_t said) {
            simulation.rest(std::chrono::minutes(20));
            empty_cache();
            const double bytes = static_cast<double>(rondel::testing::memory_in_use());
            if (said >= many / 5) slope.add(static_cast<double>(said), bytes);
            if (is_replay())
                std::printf("%zu stanzas: %.1f KiB, %zu calls to come\n", said, bytes / 1024, world.time.waiting());
        });
        simulation.run();

        const std::vector<std::string> faults = simulation.faults();
        for (const std::string& fault : faults) ADD_FAILURE() << fault;
        const double bytes = slope.value() * 10'000;
        std::printf("seed %llu: %s; %zu disconnects, %zu resumed; %.0f bytes per 10,000 stanzas; %.0f s simulated\n",
                    static_cast<unsigned long long>(seed), world.books.summary().c_str(),
                    simulation.weather().disconnects(), simulation.sessions_resumed(), bytes,
                    std::chrono::duration<double>(simulation.lasted()).count());
        std::printf("FIGURE unaccounted-stanzas %zu seed %llu, %zu of each kind\n", faults.size(),
                    static_cast<unsigned long long>(seed), many);
        std::fflush(stdout);
        EXPECT_EQ(descriptors(), descriptors_before);
        if (many < 1'000'000) continue;  // too few for these
        EXPECT_GE(simulation.weather().disconnects(), 200u);
        EXPECT_LE(bytes, 1024);
    }
}

}  // namespace
}  // namespace rondel::simulator
