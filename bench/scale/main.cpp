// scale_bench: how cost grows, in one table with its goals. In process: bytes of a server in, bytes for it out.
//   scale_bench [handlers | requests | senders]     without an argument, all of them; the exit status is 1 if one
//   missed
#include <cstdio>
#include <string_view>
#include <utility>

#include "measure.hpp"

int main(int count, char** arguments) {
    using namespace rondel::bench;
    const std::string_view wanted = count > 1 ? arguments[1] : "";
    const std::pair<std::string_view, Figures (*)()> groups[] = {
        {"handlers", &of_handlers}, {"requests", &of_requests}, {"senders", &of_senders}};
    bool known = wanted.empty();
    bool all_met = true;
    std::printf("| | measured | goal | |\n|---|--:|--:|---|\n");
    for (const auto& [name, take] : groups) {
        if (!wanted.empty() && wanted != name) continue;
        known = true;
        for (const Figure& figure : take()) {
            all_met = all_met && figure.is_met();
            std::printf("| %s | %.3g %s | ", figure.what.c_str(), figure.measured, figure.unit.c_str());
            if (figure.goal) std::printf("%s %g", figure.at_least ? "≥" : "≤", *figure.goal);
            std::printf(" | %s |\n", figure.is_met() ? "" : "missed");
            std::fflush(stdout);
        }
    }
    if (!known) std::fprintf(stderr, "There are the groups handlers, requests and senders.\n");
    return known && all_met ? 0 : 1;
}
