// What `rondel conformance` prints.
#pragma once

#include "rondel/conformance/run.hpp"

#include <vector>

namespace rondel::tool {

struct ReportOptions {
    bool json = false;
    bool quiet = false;  // only what did not pass, and the sums
};

void print(const conformance::Tried& tried, const ReportOptions& how);  // as soon as it is known
void print_sums(const std::vector<conformance::Tried>& all, const ReportOptions& how);

}  // namespace rondel::tool
