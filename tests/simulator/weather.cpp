#include "tests/simulator/weather.hpp"

#include <numeric>

#include <fmt/format.h>

namespace rondel::simulator {

using namespace std::chrono_literals;

std::string_view to_string(Fault fault) {
    constexpr std::array<std::string_view, fault_count> names = {"cut",         "cut_unseen", "cut_after", "vanish_one",
                                                                 "vanish_both", "stall",      "trickle",   "end_half",
                                                                 "shut_down",   "kill"};
    return names[static_cast<std::size_t>(fault)];
}

Weather::Weather(World& world, Server& server, Climate climate) : world_(world), server_(server), climate_(climate) {}

void Weather::begin() {
    world_.time.after(world_.chance.between(climate_.least, climate_.most), [this] { next(); });
}

void Weather::next() {
    if (over_) return;
    strike();
    begin();
}

void Weather::strike() { strike(draw()); }

Fault Weather::draw() {
    std::uint64_t left = world_.chance.below(std::accumulate(climate_.weights.begin(), climate_.weights.end(), 0U));
    std::size_t which = 0;
    while (left >= climate_.weights[which]) left -= climate_.weights[which++];
    return static_cast<Fault>(which);
}

void Weather::strike(Fault fault) {
    world_.time.note(100 + static_cast<std::uint64_t>(fault));
    if (fault == Fault::shut_down || fault == Fault::kill) {
        if (!server_.is_up()) return;
        ++counts_[static_cast<std::size_t>(fault)];
        if (fault == Fault::kill)
            server_.kill();
        else
            server_.shut_down();
        return world_.time.after(10s + world_.chance.up_to(climate_.longest_outage), [this] { server_.start(); });
    }
    const auto lines = server_.lines();
    if (lines.empty()) return;
    Line& line = *lines[world_.chance.below(lines.size())];
    if (!line.is_sound()) return;
    ++counts_[static_cast<std::size_t>(fault)];
    if (world_.log) world_.say(fmt::format("A line: {}.", to_string(fault)));
    switch (fault) {
        case Fault::cut:
            return line.cut(world_.chance.up_to(50ms), world_.chance.up_to(50ms));
        case Fault::cut_unseen:
            if (any_side() == Side::caller) return line.cut(1ms, Duration::max());
            return line.cut(Duration::max(), 1ms);
        case Fault::cut_after:
            return line.cut_after(any_side(), world_.chance.below(world_.chance.one_in(2) ? 200 : 20'000));
        case Fault::vanish_both:
            line.vanish(Side::caller);
            return line.vanish(Side::server);
        case Fault::vanish_one:
            return line.vanish(any_side());
        case Fault::stall:
            return line.stall(any_side(), world_.chance.up_to(climate_.longest_stall));
        case Fault::trickle:
            return line.trickle(any_side(), world_.chance.up_to(climate_.longest_stall));
        case Fault::end_half:
            return line.end_half(any_side());
        case Fault::shut_down:
        case Fault::kill:
            break;
    }
}

std::size_t Weather::disconnects() const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < fault_count; ++i)
        if (static_cast<Fault>(i) != Fault::stall && static_cast<Fault>(i) != Fault::trickle) sum += counts_[i];
    return sum;
}

}  // namespace rondel::simulator
