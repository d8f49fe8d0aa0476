#include "rondel/conformance/run.hpp"

#include "rondel/conformance/component/cases.hpp"
#include "rondel/conformance/server/cases.hpp"
#include "rondel/conformance/stage.hpp"
#include "rondel/conformance/verdict.hpp"

#include <map>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

template <class On>
bool is_wanted(const CaseOf<On>& one, const RunOptions& options) {
    const auto has = [&](const char* text) {
        return std::string_view(text).find(options.only) != std::string_view::npos;
    };
    return has(one.row) || has(one.section) || has(one.title);
}

template <class On, class Play>
Tried one(const char* of, const CaseOf<On>& each, const Play& play) {
    const Instant begun = Clock::now();
    Tried tried{of, each.row, each.section, each.title, Verdict::passed, {}, {}};
    try {
        play();
    } catch (const NotOffered& missing) {
        tried.verdict = Verdict::not_offered;
        tried.why = missing.what();
    } catch (const Unmet& unmet) {
        tried.verdict = Verdict::failed;
        tried.why = unmet.what();
    }
    tried.took = Clock::now() - begun;
    return tried;
}

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::passed:
            return "pass";
        case Verdict::failed:
            return "FAIL";
        case Verdict::not_offered:
            return "not offered";
    }
    return {};
}

std::vector<Tried> try_server(ServerUnderTest& server, const RunOptions& options) {
    Knowledge known;
    std::vector<Tried> all;
    for (const ServerCases& subject : server_cases())
        for (const ServerCase& each : subject) {
            if (!is_wanted(each, options)) continue;
            all.push_back(one("server", each, [&] {
                Stage stage(server, known);
                each.run(stage);
            }));
            options.tell(all.back());
        }
    return all;
}

std::vector<Tried> try_component(const ComponentUnderTest& component, Harbour& harbour, const RunOptions& options) {
    Encounter encounter(component, harbour);
    std::vector<Tried> all;
    for (const ComponentCases& subject : component_cases())
        for (const ComponentCase& each : subject) {
            if (!is_wanted(each, options)) continue;
            all.push_back(one("component", each, [&] { each.run(encounter); }));
            options.tell(all.back());
        }
    encounter.let_go();
    return all;
}

Sums sum(const std::vector<Tried>& all) {
    Sums sums;
    std::map<std::string_view, bool> rows;
    for (const Tried& each : all) {
        (each.verdict == Verdict::passed   ? sums.passed
         : each.verdict == Verdict::failed ? sums.failed
                                           : sums.not_offered)++;
        if (*each.row == '\0' || each.verdict == Verdict::not_offered) continue;
        const auto [row, is_new] = rows.emplace(each.row, true);
        row->second = row->second && each.verdict == Verdict::passed;
    }
    sums.rows = static_cast<int>(rows.size());
    for (const auto& [name, passed] : rows) sums.rows_passed += passed ? 1 : 0;
    return sums;
}

}  // namespace rondel::conformance
