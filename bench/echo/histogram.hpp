// Histogram of durations: each known to half a percent, in constant memory.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace echo_bench {

class Histogram {
  public:
    void add(std::uint64_t nanoseconds, std::uint64_t times = 1) {
        counts_[place(nanoseconds)] += times;
        total_ += times;
        if (nanoseconds > most_) most_ = nanoseconds;
    }
    void clear() { *this = Histogram(); }
    std::uint64_t total() const { return total_; }
    std::uint64_t most() const { return most_; }

    // The duration that a share (0 to 1) of them does not exceed, in nanoseconds.
    double quantile(double share) const {
        const double wanted = share * static_cast<double>(total_);
        std::uint64_t seen = 0;
        for (std::size_t at = 0; at < counts_.size(); ++at) {
            seen += counts_[at];
            if (counts_[at] != 0 && static_cast<double>(seen) >= wanted) return middle(at);
        }
        return static_cast<double>(most_);
    }

  private:
    static constexpr unsigned bits = 7;  // 128 steps for each power of two
    static std::size_t place(std::uint64_t value) {
        if (value < (1u << bits)) return value;
        const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - bits - 1;
        return (std::size_t{shift} << bits) + (value >> shift);
    }
    static double middle(std::size_t at) {
        if (at < (2u << bits)) return static_cast<double>(at);
        const std::size_t shift = (at >> bits) - 1;
        const std::uint64_t low = ((at & ((1u << bits) - 1)) | (1u << bits)) << shift;
        return static_cast<double>(low) + static_cast<double>(std::uint64_t{1} << shift) / 2;
    }

    std::array<std::uint64_t, (64u - bits + 1) << bits> counts_ = {};
    std::uint64_t total_ = 0;
    std::uint64_t most_ = 0;
};

}  // namespace echo_bench
