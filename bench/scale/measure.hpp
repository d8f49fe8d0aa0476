// How the figures of scale_bench are taken.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <vector>

#include <malloc.h>

namespace rondel::bench {

struct Figure {
    std::string what;
    std::string unit;
    double measured = 0;
    std::optional<double> goal;  // what is shown beside a figure with a goal has none
    bool at_least = true;        // the goal is a floor, not a ceiling

    bool is_met() const { return !goal || (at_least ? measured >= *goal : measured <= *goal); }
};

using Figures = std::vector<Figure>;

template <class Work>
double seconds_of(const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

inline double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

// Of this thread, the kernel's part of it included: what others did meanwhile is no stall of ours.
template <class Work>
double cpu_seconds_of(const Work& work) {
    const auto now = [] {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    };
    const double start = now();
    work();
    return now() - start;
}

// How many times as fast as `base` `other` is, taken in turns, so that whatever else the machine does hits both alike.
template <class Base, class Other>
double speed_ratio(const Base& base, const Other& other, int rounds) {
    std::vector<double> ratios;
    for (int i = 0; i < rounds; ++i) {
        const double first = seconds_of(base);
        const double second = seconds_of(other);
        ratios.push_back(first / second);
    }
    return median(ratios);
}

// What malloc has given out and was not given back.
inline double heap_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

// What of the process is in memory.
inline double resident_bytes() {
    std::FILE* file = std::fopen("/proc/self/statm", "r");
    long pages = 0;
    if (file != nullptr && std::fscanf(file, "%*s %ld", &pages) != 1) pages = 0;
    if (file != nullptr) std::fclose(file);
    return static_cast<double>(pages) * 4096;
}

Figures of_handlers();
Figures of_requests();
Figures of_senders();

}  // namespace rondel::bench
