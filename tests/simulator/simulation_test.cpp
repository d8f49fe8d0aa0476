// T-LEDGER and F01 to F05, F07, F19 together: whole worlds, each from one seed, and the books of each must balance.
#include "tests/simulator/simulation.hpp"

#include <cstdio>
#include <cstdlib>

#include "tests/simulator/seeds.hpp"
#include <gtest/gtest.h>

namespace rondel::simulator {
namespace {

class Worlds : public ::testing::Test {
  protected:
    void run(std::uint64_t seed, Scenario scenario) {
        SCOPED_TRACE(how_to_replay(seed));
        Simulation simulation(seed, std::move(scenario));
        if (is_replay()) show(simulation);
        simulation.run();
        const Books& books = simulation.world().books;
        for (const std::string& fault : simulation.faults()) ADD_FAILURE() << fault;
        if (is_replay()) std::printf("%s\n", books.summary().c_str());
        for (std::size_t i = 0; i < outcome_count; ++i) ended[i] += books.ended(static_cast<Outcome>(i));
        for (std::size_t i = 0; i < fault_count; ++i) befell[i] += simulation.weather().count(static_cast<Fault>(i));
        connects += simulation.connects(), overtaken += simulation.connects_overtaken();
        returned += books.returned(), kept += books.kept(), resumed += simulation.sessions_resumed();
    }

    static void show(Simulation& simulation) {
        World& world = simulation.world();
        world.shows_bytes = std::getenv("RONDEL_WIRE") != nullptr;
        const Instant began = world.time.now();
        world.log = [&world, began](std::string_view line) {
            std::printf("%10.3f  %.*s\n", std::chrono::duration<double>(world.time.now() - began).count(),
                        static_cast<int>(line.size()), line.data());
        };
    }

    std::array<std::size_t, outcome_count> ended{};
    std::array<std::size_t, fault_count> befell{};
    std::size_t returned = 0, kept = 0, resumed = 0, connects = 0, overtaken = 0;
};

TEST_F(Worlds, T_LEDGER_F01_F19_the_books_balance_in_all_weathers) {
    for (const std::uint64_t seed : seeds(1, 280)) {
        run(seed, Scenario::of(seed));
        if (HasFailure()) break;
    }
    if (is_replay() || HasFailure()) return;
    // And all of this has been in it.
    for (std::size_t i = 0; i < outcome_count; ++i) EXPECT_GT(ended[i], 0u) << to_string(static_cast<Outcome>(i));
    for (std::size_t i = 0; i < fault_count; ++i) EXPECT_GT(befell[i], 20u) << to_string(static_cast<Fault>(i));
    EXPECT_GT(overtaken, 20u) << "connects come in another order than they began";
    EXPECT_GT(returned, 0u);
    EXPECT_GT(kept, 0u);
    EXPECT_GT(resumed, 0u);
}

// Nothing befalls anybody; then whatever is slow, far or lossy is no reason to give anything up.
TEST_F(Worlds, F20_on_slow_long_and_lossy_lines_everything_arrives_and_nobody_is_taken_for_dead) {
    std::size_t programs = 0;
    for (const std::uint64_t seed : seeds(1, 40)) {
        Scenario scenario = Scenario::of(seed);
        scenario.calm = true;
        scenario.program.entity = {};
        scenario.talk.request_timeout = std::chrono::hours(1);
        LineManner& lines = scenario.server.lines;
        lines.window = std::max<std::size_t>(lines.window, 8'000);
        if (seed % 2 == 0) {  // by satellite, with rain on it
            lines.latency = std::chrono::milliseconds(300);
            lines.jitter = std::chrono::milliseconds(200);
            lines.bytes_per_second = 10'000;
            lines.lossy = 20;
            lines.resent_after = std::chrono::milliseconds(700);
            scenario.talk.pause = std::chrono::seconds(1);
        }
        // What was asked for too often would be turned away; that is another test's.
        scenario.talk.open_each = std::min<std::size_t>(scenario.talk.open_each, 20);
        scenario.components = std::max<std::size_t>(scenario.components, 2);
        scenario.service = false;  // nobody proves to it, at its end, what became of its last messages
        programs += scenario.components + scenario.clients;
        run(seed, std::move(scenario));
    }
    for (const Outcome none : {Outcome::timed_out, Outcome::rejected, Outcome::undelivered, Outcome::indeterminate})
        EXPECT_EQ(ended[static_cast<std::size_t>(none)], 0u) << to_string(none);
    EXPECT_EQ(returned, 0u);
    EXPECT_EQ(connects, programs) << "In more than an hour of silence nobody was taken for dead, either.";
}

// The narrower the line, the longer it takes, in proportion: what waits for it costs no more than it is worth, and
// makes nobody look dead who only waits his turn.
TEST_F(Worlds, F20_what_a_line_carries_is_what_it_can) {
    std::vector<double> took;
    for (const std::uint64_t bytes_per_second : {1'000, 2'000, 4'000}) {
        Scenario scenario;
        scenario.calm = true;
        scenario.service = false;
        scenario.clients = 0;
        scenario.talk.messages = scenario.talk.requests = 2'000;
        scenario.talk.open_each = 20;
        scenario.talk.pause = std::chrono::milliseconds(1);
        scenario.talk.long_texts = false;  // of one size: so each run says as much
        scenario.talk.request_timeout = std::chrono::hours(1);
        scenario.server.lines.latency = std::chrono::milliseconds(50);
        scenario.server.lines.jitter = std::chrono::milliseconds(20);
        scenario.server.lines.bytes_per_second = bytes_per_second;
        Simulation simulation(7, scenario);
        simulation.each(4'000, [&, one = took.size()](std::size_t) {
            if (took.size() == one) took.push_back(std::chrono::duration<double>(simulation.lasted()).count());
        });
        simulation.run();
        for (const std::string& fault : simulation.faults()) ADD_FAILURE() << fault;
        EXPECT_EQ(simulation.connects(), 2u) << "Somebody was taken for dead.";
        for (const Outcome none : {Outcome::timed_out, Outcome::rejected, Outcome::undelivered, Outcome::indeterminate})
            EXPECT_EQ(simulation.world().books.ended(none), 0u) << to_string(none);
    }
    ASSERT_EQ(took.size(), 3u);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_GT(took[i] / took[i + 1], 1.7) << took[i] << " s and then " << took[i + 1] << " s";
        EXPECT_LT(took[i] / took[i + 1], 2.3) << took[i] << " s and then " << took[i + 1] << " s";
    }
}

// Killed a thousand times, or told to stop, wherever a stanza just is; and it comes back each time.
TEST_F(Worlds, F01_a_server_that_is_killed_a_thousand_times_leaves_nothing_unknown) {
    std::size_t ends = 0;
    for (std::uint64_t seed = 1; ends < 1'000 && seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        Scenario scenario = Scenario::of(seed);
        scenario.timed_faults = false;
        Simulation simulation(seed, std::move(scenario));
        World& world = simulation.world();
        simulation.each(5, [&](std::size_t) {
            const Fault how = world.chance.one_in(4) ? Fault::shut_down : Fault::kill;
            world.time.after(world.chance.up_to(std::chrono::milliseconds(200)),
                             [&simulation, how] { simulation.weather().strike(how); });
        });
        simulation.run();
        for (const std::string& fault : simulation.faults()) ADD_FAILURE() << fault;
        ends += simulation.weather().count(Fault::kill) + simulation.weather().count(Fault::shut_down);
        if (HasFailure()) break;
    }
    EXPECT_GE(ends, 1'000u);
}

TEST_F(Worlds, a_seed_is_the_same_world_each_time) {
    for (const std::uint64_t seed : seeds(1, 10)) {
        SCOPED_TRACE(how_to_replay(seed));
        std::vector<std::uint64_t> fingerprints;
        for (int i = 0; i < 2; ++i) {
            Simulation simulation(seed, Scenario::of(seed));
            simulation.run();
            fingerprints.push_back(simulation.world().time.fingerprint());
        }
        EXPECT_EQ(fingerprints[0], fingerprints[1]);
    }
}

}  // namespace
}  // namespace rondel::simulator
