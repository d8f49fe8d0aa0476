// A test prints what it measured, for the table of ./test --reliability: one line `FIGURE name value note`.
#pragma once

#include <cstdio>
#include <string>

namespace rondel::test {

// `note`: what the figure is over, as in "1,824 documents"; it is shown beside it.
inline void figure(const char* name, double value, const std::string& note = {}) {
    std::printf("FIGURE %s %.10g%s%s\n", name, value, note.empty() ? "" : " ", note.c_str());
    std::fflush(stdout);
}

}  // namespace rondel::test
