#include "rondel/service/metrics.hpp"

#include <array>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

namespace rondel {

namespace {

struct Counter {
    std::string_view name, help;
    std::uint64_t (Ledger::*value)() const;
};

constexpr std::array<Counter, 9> counters = {{
    {"stanzas_issued", "Stanzas and requests handed over for sending.", &Ledger::issued},
    {"stanzas_received", "Stanzas that came.", &Ledger::received},
    {"stanzas_refused", "Stanzas that came and were not acceptable.", &Ledger::refused},
    {"stanzas_over_share", "Stanzas turned away, for their sender had said too much.", &Ledger::over_share},
    {"presences_merged", "Presence of a storm that a later one took the place of.", &Ledger::presences_merged},
    {"queries_received", "Gets and sets that came.", &Ledger::iqs_received},
    {"queries_replied", "Gets and sets that were answered.", &Ledger::iqs_replied},
    {"replies_dropped", "Answers to gets and sets for which the connection was gone.", &Ledger::replies_dropped},
    {"answers_late", "Answers to no request of ours: too late, twice, or forged.", &Ledger::late_answers},
}};

// A label's value: a resource may hold anything that is text.
std::string quoted(std::string_view text) {
    std::string safe = "\"";
    for (const char c : text) {
        if (c == '\\' || c == '"') safe += '\\';
        if (c == '\n')
            safe += "\\n";
        else
            safe += c;
    }
    return safe += '"';
}

}  // namespace

std::string to_prometheus(std::span<const NamedLedger> ledgers) {
    std::string text;
    auto out = std::back_inserter(text);
    for (const Counter& one : counters) {
        fmt::format_to(out, "# HELP rondel_{0}_total {1}\n# TYPE rondel_{0}_total counter\n", one.name, one.help);
        for (const auto& [entity, ledger] : ledgers)
            fmt::format_to(out, "rondel_{}_total{{entity={}}} {}\n", one.name, quoted(entity), (ledger->*one.value)());
    }
    fmt::format_to(out,
                   "# HELP rondel_stanzas_ended_total How those that were handed over ended.\n"
                   "# TYPE rondel_stanzas_ended_total counter\n");
    for (const auto& [entity, ledger] : ledgers)
        for (std::size_t i = 0; i < outcome_count; ++i) {
            const auto outcome = static_cast<Outcome>(i);
            fmt::format_to(out, "rondel_stanzas_ended_total{{entity={},outcome=\"{}\"}} {}\n", quoted(entity),
                           to_string(outcome), ledger->ended(outcome));
        }
    fmt::format_to(out,
                   "# HELP rondel_stanzas_open Those that have not ended yet.\n"
                   "# TYPE rondel_stanzas_open gauge\n");
    for (const auto& [entity, ledger] : ledgers)
        fmt::format_to(out, "rondel_stanzas_open{{entity={}}} {}\n", quoted(entity), ledger->open());
    return text;
}

}  // namespace rondel
