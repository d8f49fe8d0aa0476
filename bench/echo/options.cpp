#include "options.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "script.hpp"

namespace echo_bench {

namespace {

constexpr std::string_view usage =
    "Usage: echo_feeder [--case 16|1k|16k|chat|text|ping|mixed] [--in-flight N | --burst N] [--senders N]\n"
    "  [--seconds S | --stanzas N] [--warm-up S] [--warm-up-stanzas N] [--patience S] [--wait-for S] [--read-size "
    "BYTES]\n"
    "  [--domain DOMAIN] [--secret SECRET] [--port N] [--counters FILE] [--spin] [--phases] [--hold] [--json]\n";

[[noreturn]] void refuse(const std::string& why) {
    std::fprintf(stderr, "echo_feeder: %s\n%.*s", why.c_str(), static_cast<int>(usage.size()), usage.data());
    std::exit(2);
}

template <class Number>
Number number(std::string_view name, std::string_view text, Number least, Number most) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
        refuse(std::string(name) + " wants a number between " + std::to_string(least) + " and " + std::to_string(most) +
               ", not '" + std::string(text) + "'.");
    return value;
}

}  // namespace

Options parse_options(int count, char** words) {
    using Seconds = std::chrono::duration<double>;
    Options to;
    for (int at = 1; at < count; ++at) {
        const std::string_view name = words[at];
        bool* const flag = name == "--spin"     ? &to.spin
                           : name == "--phases" ? &to.phases
                           : name == "--hold"   ? &to.hold
                           : name == "--json"   ? &to.json
                                                : nullptr;
        if (flag != nullptr) {
            *flag = true;
            continue;
        }
        if (name == "--help") {
            std::fputs(usage.data(), stdout);
            std::exit(0);
        }
        if (at + 1 == count) refuse("'" + std::string(name) + "' is unknown, or wants a value.");
        const std::string_view value = words[++at];
        const auto whole = [&](std::uint64_t least, std::uint64_t most) {
            return number<std::uint64_t>(name, value, least, most);
        };
        const auto seconds = [&] { return Seconds(number<double>(name, value, 0, 3600)); };
        if (name == "--case")
            to.what = value;
        else if (name == "--in-flight")
            to.in_flight = whole(1, 1'000'000);
        else if (name == "--burst")
            to.burst = whole(1, 1'000'000);
        else if (name == "--senders")
            to.senders = whole(1, 1'000'000);
        else if (name == "--seconds")
            to.seconds = seconds();
        else if (name == "--stanzas")
            to.stanzas = whole(1, 1'000'000'000'000);
        else if (name == "--warm-up")
            to.warm_up = seconds();
        else if (name == "--warm-up-stanzas")
            to.warm_up_stanzas = whole(0, 1'000'000'000);
        else if (name == "--patience")
            to.patience = seconds();
        else if (name == "--wait-for")
            to.wait_for = seconds();
        else if (name == "--read-size")
            to.read_size = whole(1, 16 * 1024 * 1024);
        else if (name == "--domain")
            to.domain = value;
        else if (name == "--secret")
            to.secret = value;
        else if (name == "--port")
            to.port = static_cast<std::uint16_t>(whole(0, 65535));
        else if (name == "--counters")
            to.counters = value;
        else
            refuse("'" + std::string(name) + "' is unknown.");
    }
    if (!is_case(to.what)) refuse("There is no case '" + to.what + "'.");
    if (to.burst != 0) to.in_flight = to.burst;
    return to;
}

}  // namespace echo_bench
