// Row V27, T-CT: does the time that a comparison takes tell where two texts differ? The test of "dude, is my code
// constant time?" (Reparaz, Balasch, Verbauwhede, 2017): Welch's t between the times for texts that differ at the first
// byte and for equal ones. Below 4.5 nothing can be told. memcmp is measured beside it, to show that the test can tell.
//
// Row V28, T-ENUM: the same test for the first answer of SCRAM to a user who is there, and to one who is not: each is
// asked for by a name that was not asked for before, and half of them are there. Beside it, what it would be if the
// keys of nobody were made up only when they are needed.
//
// No test of the repository, because a busy machine can disturb it.
#include "rondel/base/digest.hpp"
#include "rondel/base/random.hpp"
#include "rondel/sasl/identity.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace {

using Equal = bool (*)(std::string_view, std::string_view);

bool by_memcmp(std::string_view a, std::string_view b) { return std::memcmp(a.data(), b.data(), a.size()) == 0; }

struct Moments {
    double count = 0, mean = 0, squares = 0;
    void add(double value) {  // Welford
        const double delta = value - mean;
        mean += delta / ++count;
        squares += delta * (value - mean);
    }
    double variance_of_mean() const { return squares / (count - 1) / count; }
};

template <class Call>
double nanoseconds_of(Call call) {
    const auto start = std::chrono::steady_clock::now();
    call();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

double nanoseconds(Equal equal, std::string_view a, std::string_view b) {
    const auto start = std::chrono::steady_clock::now();
    bool result = equal(a, b);
    asm volatile("" : "+r"(result));
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - start).count();
}

using Times = std::vector<std::pair<bool, double>>;

double welch_t(const Times& times) {
    std::vector<double> sorted;
    for (const auto& [alike, time] : times) sorted.push_back(time);
    const auto cut = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() * 95 / 100);  // interrupts and the like
    std::nth_element(sorted.begin(), cut, sorted.end());
    Moments equal_times, unequal_times;
    for (const auto& [alike, time] : times)
        if (time <= *cut) (alike ? equal_times : unequal_times).add(time);
    return (equal_times.mean - unequal_times.mean) /
           std::sqrt(equal_times.variance_of_mean() + unequal_times.variance_of_mean());
}

double welch_t(Equal equal, std::size_t size, int samples) {
    const std::string secret(size, 's');
    std::string same = secret;
    std::string other = secret;
    other[0] = 'x';
    Times times;
    std::vector<unsigned char> coins(static_cast<std::size_t>(samples));
    rondel::fill_random(coins);
    for (const unsigned char coin : coins) {
        const bool alike = (coin & 1) != 0;
        times.emplace_back(alike, nanoseconds(equal, secret, alike ? same : other));
    }
    return welch_t(times);
}

// Everybody whose name ends in an even digit has an account. The look-up takes as long for the others.
struct Book final : rondel::sasl::AccountDirectory {
    rondel::sasl::ScramKeys keys = *rondel::sasl::derive_keys("secret", rondel::sasl::Hash::sha256, 4096);

    std::optional<rondel::sasl::ScramKeys> keys_of(std::string_view name, rondel::sasl::Hash) const override {
        rondel::sasl::ScramKeys copy = keys;
        return (name.back() - '0') % 2 == 0 ? std::optional(std::move(copy)) : std::nullopt;
    }
    bool is_disabled(std::string_view) const override { return false; }
    std::optional<std::string> certified(const std::vector<std::string>&) const override { return {}; }
    std::vector<rondel::Secret> tokens_of(std::string_view, std::string_view) const override { return {}; }
};

// `late`: as it was before, for comparison.
double welch_t_of_users(bool late, int samples) {
    const Book book;
    const rondel::sasl::ServerPolicy policy;
    Times times;
    std::vector<unsigned char> coins(static_cast<std::size_t>(samples));
    rondel::fill_random(coins);
    for (std::size_t i = 0; i < coins.size(); ++i) {
        const bool there = (coins[i] & 1) != 0;
        const std::string name = "user" + std::to_string(i) + (there ? "2" : "3");
        times.emplace_back(there, nanoseconds_of([&] {
                               if (late && book.keys_of(name, rondel::sasl::Hash::sha256)) return;
                               rondel::sasl::find_keys(book, policy, name, rondel::sasl::Hash::sha256);
                           }));
    }
    return welch_t(times);
}

}  // namespace

int main() {
    constexpr int samples = 1'000'000;
    for (const std::size_t size : {40, 1000}) {
        std::printf("%4zu bytes: equal_in_constant_time |t| = %6.2f, memcmp |t| = %6.2f\n", size,
                    std::abs(welch_t(rondel::equal_in_constant_time, size, samples)),
                    std::abs(welch_t(by_memcmp, size, samples)));
    }
    std::printf("a user who is there, and one who is not: |t| = %6.2f, made up when needed |t| = %6.2f\n",
                std::abs(welch_t_of_users(false, samples / 5)), std::abs(welch_t_of_users(true, samples / 5)));
}
