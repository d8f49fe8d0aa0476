// F07: a million messages and a million requests, both ways, with hundreds of random disconnects, for three seeds:
// nothing unknown, nothing twice, nothing out of order, and the memory does not grow.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <vector>

#include "tests/simulator/seeds.hpp"
#include "tests/simulator/simulation.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <malloc.h>

#if defined(__SANITIZE_ADDRESS__)
// Of the sanitizer's own heap, of which mallinfo2() knows nothing. Debian's g++ comes without the header.
extern "C" std::size_t __sanitizer_get_current_allocated_bytes();  // NOLINT(bugprone-reserved-identifier)
#endif

namespace rondel::simulator {
namespace {

double heap_in_use() {
#if defined(__SANITIZE_ADDRESS__)
    return static_cast<double>(__sanitizer_get_current_allocated_bytes());
#else
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
#endif
}

std::size_t descriptors() {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {}));
}

std::size_t stanzas_of_each_kind() {
    const char* wanted = std::getenv("RONDEL_SOAK");
    return wanted == nullptr ? 1'000'000 : std::strtoull(wanted, nullptr, 10);
}

// How fast the floor of the heap rises, in bytes per stanza: by least squares through the least of each stretch of the
// run. What is under way, or kept for somebody who is away, comes and goes by a megabyte; what is never given back
// lifts the floor.
class Floor {
  public:
    explicit Floor(std::size_t stretch) : stretch_(stretch) {}
    void add(std::size_t stanzas, double bytes) {
        const std::size_t place = stanzas / stretch_;
        if (least_.size() <= place) least_.resize(place + 1, bytes);
        least_[place] = std::min(least_[place], bytes);
    }
    double slope() const {  // the first stretches warm up
        double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (std::size_t i = least_.size() / 5; i < least_.size(); ++i) {
            const auto x = static_cast<double>(i * stretch_);
            n += 1, sx += x, sy += least_[i], sxx += x * x, sxy += x * least_[i];
        }
        return (n * sxy - sx * sy) / (n * sxx - sx * sx);
    }

  private:
    const std::size_t stretch_;
    std::vector<double> least_ = {};
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
        Floor floor(many / 10);
        simulation.sample(1'000, [&](std::size_t said) {
            const double bytes = heap_in_use();
            floor.add(said, bytes);
            if (is_replay() && said % (many / 10) < 1'000)
                std::printf("%zu stanzas: %.0f KiB, %zu calls to come\n", said, bytes / 1024, world.time.waiting());
        });
        simulation.run();

        for (const std::string& fault : simulation.faults()) ADD_FAILURE() << fault;
        const double bytes = floor.slope() * 10'000;
        std::printf("seed %llu: %s; %zu disconnects, %zu resumed; %.0f bytes per 10,000 stanzas; %.0f s simulated\n",
                    static_cast<unsigned long long>(seed), world.books.summary().c_str(),
                    simulation.weather().disconnects(), simulation.sessions_resumed(), bytes,
                    std::chrono::duration<double>(simulation.lasted()).count());
        std::fflush(stdout);
        EXPECT_EQ(descriptors(), descriptors_before);
        if (many < 1'000'000) continue;  // too few for these
        EXPECT_GE(simulation.weather().disconnects(), 200u);
        EXPECT_LE(bytes, 1024);
    }
}

}  // namespace
}  // namespace rondel::simulator
