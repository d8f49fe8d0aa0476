// Load for an XMPP server: clients send messages to an echo component, which this program plays, too, and get them
// back. Everything is verified: text, addresses, nothing lost, nothing twice, order per client. One line of JSON.
//
// A round trip is two stanzas for the server: one from client to component, one back.
#include <algorithm>
#include <chrono>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <vector>

#include "client.hpp"
#include "component.hpp"
#include "process.hpp"
#include <fmt/format.h>

namespace load {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); }

void turn_until(Loop& loop, const std::function<bool()>& done, double limit, const char* what) {
    for (const auto begin = Clock::now(); !done();) {
        if (seconds_since(begin) > limit) throw Failure(fmt::format("{} took more than {} s.", what, limit));
        loop.turn(10);
    }
}

void turn_for(Loop& loop, double seconds) {
    for (const auto begin = Clock::now(); seconds_since(begin) < seconds;) loop.turn(10);
}

std::vector<std::unique_ptr<Client>> log_in(Loop& loop, const Options& options, Counts& counts) {
    constexpr std::size_t at_once = 100;
    std::vector<std::unique_ptr<Client>> clients;
    while (clients.size() < options.clients) {
        const std::size_t before = clients.size();
        for (std::size_t i = before; i < std::min(options.clients, before + at_once); ++i)
            clients.push_back(std::make_unique<Client>(loop, options, i, counts));
        const auto all_there = [&] {
            return std::all_of(clients.begin() + static_cast<std::ptrdiff_t>(before), clients.end(),
                               [](const auto& one) { return one->is_there(); });
        };
        turn_until(loop, all_there, 60, "Logging in");
    }
    return clients;
}

void measure(Loop& loop, const Options& options, const Counts& counts, const std::function<void(bool)>& ask) {
    ask(true);
    turn_for(loop, options.warm_up);
    const double cpu = options.server == 0 ? 0 : cpu_seconds(options.server);
    const double echo_cpu = options.echo == 0 ? 0 : cpu_seconds(options.echo);
    const std::uint64_t answered = counts.answered;
    const auto begin = Clock::now();
    turn_for(loop, options.seconds);
    const double took = seconds_since(begin);
    const double used = options.server == 0 ? 0 : cpu_seconds(options.server) - cpu;
    const double echo_used = options.echo == 0 ? 0 : cpu_seconds(options.echo) - echo_cpu;
    const double stanzas = 2 * static_cast<double>(counts.answered - answered);
    ask(false);
    const auto settled = [&counts] { return counts.answered + counts.spoilt >= counts.asked; };
    for (const auto end = Clock::now(); !settled() && seconds_since(end) < 10;) loop.turn(10);
    fmt::print(
        "{{\"stanzas_per_second\": {:.0f}, \"cpu_us_per_stanza\": {:.3f}, \"busy\": {:.2f}, \"peak_rss\": {}, "
        "\"echo_cpu_us_per_stanza\": {:.3f}, \"echo_peak_rss\": {}, "
        "\"asked\": {}, \"heard\": {}, \"answered\": {}, \"misplaced\": {}, \"spoilt\": {}}}\n",
        stanzas / took, stanzas > 0 ? used / stanzas * 1e6 : 0, used / took,
        options.server == 0 ? 0 : peak_bytes(options.server), stanzas > 0 ? echo_used / stanzas * 1e6 : 0,
        options.echo == 0 ? 0 : peak_bytes(options.echo), counts.asked, counts.heard, counts.answered, counts.misplaced,
        counts.spoilt);
    if (counts.spoilt != 0) std::cerr << "The first that was not as it should be: " << counts.first_spoilt << '\n';
}

void run_clients(const Options& options) {
    Loop loop;
    Counts counts;
    auto clients = log_in(loop, options, counts);
    const auto find = [&clients](std::size_t number) {
        return number < clients.size() ? &clients[number]->talk() : nullptr;
    };
    std::optional<Echo> echo;
    if (options.echo == 0) echo.emplace(loop, options, find, counts);
    turn_until(
        loop, [&] { return !echo || echo->is_there(); }, 30, "The component's handshake");
    measure(loop, options, counts, [&clients](bool on) {
        for (auto& one : clients) {
            if (!on) {
                one->ask_no_more();
                continue;
            }
            one->ask_on();
            one->fill();
            one->flush();
        }
    });
}

void run_components(const Options& options) {
    Loop loop;
    Counts counts;
    Asker asker(loop, options, counts);
    Echo echo(
        loop, options, [&](std::size_t number) { return number == 0 ? &asker.talk() : nullptr; }, counts);
    turn_until(
        loop, [&] { return echo.is_there() && asker.is_there(); }, 30, "The components' handshakes");
    measure(loop, options, counts, [&asker](bool on) {
        if (!on) return asker.ask_no_more();
        asker.ask_on();
        asker.fill();
        asker.flush();
    });
}

[[noreturn]] void echo_alone(const Options& options) {
    Loop loop;
    Counts counts;
    Echo echo(loop, options, nullptr, counts);
    turn_until(
        loop, [&] { return echo.is_there(); }, 30, "The component's handshake");
    fmt::print("Connected.\n");
    std::fflush(stdout);
    for (;;) loop.turn(1000);
}

void stay(const Options& options) {
    Loop loop;
    Counts counts;
    const std::size_t before = resident_bytes(options.server);
    const auto begin = Clock::now();
    const auto clients = log_in(loop, options, counts);
    const double took = seconds_since(begin);
    turn_for(loop, 1);
    const std::size_t after = resident_bytes(options.server);
    fmt::print("{{\"clients\": {}, \"logins_per_second\": {:.0f}, \"before\": {}, \"after\": {}}}\n", clients.size(),
               static_cast<double>(clients.size()) / took, before, after);
    std::fflush(stdout);
    std::cin.get();
}

}  // namespace

}  // namespace load

int main(int count, char** words) {
    const load::Options options = load::read_options(count, words);
    try {
        if (options.idle)
            load::stay(options);
        else if (options.only_echo)
            load::echo_alone(options);
        else if (!options.peer.empty())
            load::run_components(options);
        else
            load::run_clients(options);
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
