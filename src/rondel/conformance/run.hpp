// Runs the cases, one after the other, and says how each ended.
#pragma once

#include "rondel/conformance/encounter.hpp"
#include "rondel/conformance/server_under_test.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::conformance {

enum class Verdict { passed, failed, not_offered };
std::string_view to_string(Verdict verdict);  // "pass", "FAIL", "not offered"

struct Tried {
    const char* of;  // "server" or "component"
    const char* row;
    const char* section;
    const char* title;
    Verdict verdict;
    std::string why;  // of a failure, a sentence; of what is not offered, what is missing
    Duration took;
};

struct RunOptions {
    std::string only = {};  // in row, section or title; empty: all
    std::function<void(const Tried&)> tell = [](const Tried&) {};
};

// The accounts are used up in turns, and marked as used.
std::vector<Tried> try_server(ServerUnderTest& server, const RunOptions& options);
std::vector<Tried> try_component(const ComponentUnderTest& component, Harbour& harbour, const RunOptions& options);

struct Sums {
    int passed = 0, failed = 0, not_offered = 0;
    int rows = 0, rows_passed = 0;  // of docs/requirements.md: a row passes if none of its cases fails
};
Sums sum(const std::vector<Tried>& all);

}  // namespace rondel::conformance
