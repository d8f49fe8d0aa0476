#include "rondel/tool/conformance_report.hpp"

#include "rondel/tool/json.hpp"

#include <cstdio>

#include <fmt/format.h>

namespace rondel::tool {

using conformance::Sums;
using conformance::Tried;
using conformance::Verdict;

void print(const Tried& tried, const ReportOptions& how) {
    if (how.json) {
        print_json({{"of", tried.of},
                    {"row", tried.row},
                    {"section", tried.section},
                    {"title", tried.title},
                    {"verdict", tried.verdict == Verdict::passed   ? "pass"
                                : tried.verdict == Verdict::failed ? "fail"
                                                                   : "not offered"},
                    {"why", tried.why},
                    {"ms", std::chrono::duration<double, std::milli>(tried.took).count()}});
    } else if (!how.quiet || tried.verdict != Verdict::passed) {
        fmt::print("{:<11} {:<4} {:<24} {}\n", to_string(tried.verdict), tried.row, tried.section, tried.title);
        if (!tried.why.empty()) fmt::print("                 {}\n", tried.why);
    }
    std::fflush(stdout);
}

void print_sums(const std::vector<Tried>& all, const ReportOptions& how) {
    const Sums sums = sum(all);
    if (how.json) {
        print_json({{"cases", all.size()},
                    {"passed", sums.passed},
                    {"failed", sums.failed},
                    {"not_offered", sums.not_offered},
                    {"rows", sums.rows},
                    {"rows_passed", sums.rows_passed}});
        return;
    }
    fmt::print("{} cases: {} passed, {} failed, {} not offered\n", all.size(), sums.passed, sums.failed,
               sums.not_offered);
    fmt::print("FIGURE must-rows-passing {}/{}\n", sums.rows_passed, sums.rows);
}

}  // namespace rondel::tool
