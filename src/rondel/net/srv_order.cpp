#include "rondel/net/srv_order.hpp"

#include <algorithm>
#include <utility>

namespace rondel::net {

namespace {

bool is_refusal(const SrvRecord& record) { return record.target.empty() || record.target == "."; }

// The one that a throw of the dice finds: those of weight 0 come first in the count, so that they have a small chance.
std::size_t pick(const std::vector<SrvRecord>& equals, const Uniform& uniform) {
    std::uint64_t sum = 0;
    for (const SrvRecord& record : equals) sum += record.weight;
    const auto thrown = static_cast<std::uint64_t>(uniform() * static_cast<double>(sum + 1));
    std::uint64_t running = 0;
    for (std::size_t i = 0; i < equals.size(); ++i) {
        running += equals[i].weight;
        if (running >= thrown) return i;
    }
    return equals.size() - 1;
}

}  // namespace

std::vector<SrvRecord> in_order(std::vector<SrvRecord> records, const Uniform& uniform) {
    std::stable_sort(records.begin(), records.end(), [](const SrvRecord& a, const SrvRecord& b) {
        return std::pair(a.priority, a.weight != 0) < std::pair(b.priority, b.weight != 0);
    });
    std::vector<SrvRecord> ordered;
    for (auto first = records.begin(); first != records.end();) {
        const auto last = std::find_if(first, records.end(),
                                       [&](const SrvRecord& record) { return record.priority != first->priority; });
        std::vector<SrvRecord> equals(first, last);
        while (!equals.empty()) {
            const std::size_t chosen = pick(equals, uniform);
            ordered.push_back(std::move(equals[chosen]));
            equals.erase(equals.begin() + static_cast<std::ptrdiff_t>(chosen));
        }
        first = last;
    }
    return ordered;
}

SrvPlan plan(const std::string& domain, const SrvAnswer& direct_tls, const SrvAnswer& starttls,
             const Uniform& uniform) {
    std::vector<SrvRecord> all;
    for (SrvRecord record : direct_tls.records) record.direct_tls = true, all.push_back(std::move(record));
    for (SrvRecord record : starttls.records) record.direct_tls = false, all.push_back(std::move(record));
    const bool any = !all.empty();
    std::erase_if(all, is_refusal);
    if (!all.empty()) return {in_order(std::move(all), uniform), false};
    if (any) return {{}, true};
    return {{{.port = client_port, .target = domain}}, false};
}

}  // namespace rondel::net
