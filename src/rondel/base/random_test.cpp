#include "rondel/base/random.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rondel {
namespace {

bool needs_no_escape(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
}

TEST(Random, V49_T_RNG_ids_are_unique_and_carry_96_bits) {
    RandomIds ids;
    std::unordered_set<std::string> seen;
    for (int i = 0; i < 100'000; ++i) {
        const RandomId id = ids.next();
        ASSERT_TRUE(needs_no_escape(id));
        ASSERT_TRUE(seen.insert(id.str()).second);
    }
    EXPECT_EQ(RandomId::size * 6, 96u);
}

// Each of the 96 bits must be on about half the time: 3 standard deviations of 20 000 throws are 212; 8 never happen.
TEST(Random, V49_T_RNG_no_bit_of_an_id_is_stuck) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    RandomIds ids;
    std::array<int, 96> on{};
    for (int i = 0; i < 20'000; ++i) {
        const RandomId id = ids.next();
        for (std::size_t k = 0; k < on.size(); ++k)
            on[k] += static_cast<int>(alphabet.find(id.view()[k / 6]) >> k % 6 & 1);
    }
    for (const int count : on) EXPECT_NEAR(count, 10'000, 570);
}

TEST(Random, ids_are_the_bytes_of_the_source_and_can_be_repeated_in_tests) {
    int fills = 0;
    RandomIds ids([&](std::span<unsigned char> bytes) {
        ++fills;
        for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i);
    });
    EXPECT_EQ(ids.next().str(), "AAECAwQFBgcICQoL");  // base64 of 0 … 11
    EXPECT_EQ(ids.next().str(), "DA0ODxAREhMUFRYX");
    for (int i = 2; i < 64; ++i) ids.next();
    EXPECT_EQ(fills, 1);
    EXPECT_EQ(ids.next().str(), "AAECAwQFBgcICQoL");
    EXPECT_EQ(fills, 2);
}

// What a child process writes until it ends.
template <class Work>
std::string output_of_child(Work work) {
    int ends[2];
    if (pipe(ends) != 0) return "no pipe";
    const pid_t child = fork();
    if (child == 0) {
        const std::string text = work();
        const bool written = write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size());
        _exit(written ? 0 : 1);
    }
    close(ends[1]);
    std::string out;
    char chunk[4096];
    for (ssize_t count; (count = read(ends[0], chunk, sizeof chunk)) > 0;)
        out.append(chunk, static_cast<std::size_t>(count));
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return out;
}

TEST(Random, V49_T_RNG_parent_and_child_do_not_share_ids_after_a_fork) {
    RandomIds ids;
    ids.next();  // the buffer is full of bytes that both processes have
    const auto hundred = [&] {
        std::string text;
        for (int i = 0; i < 100; ++i) text += ids.next().view();
        return text;
    };
    std::set<std::string> seen;
    std::size_t total = 0;
    const auto add = [&](const std::string& text) {
        ASSERT_EQ(text.size(), 100 * RandomId::size);
        for (std::size_t i = 0; i < text.size(); i += RandomId::size, ++total)
            seen.insert(text.substr(i, RandomId::size));
    };
    add(output_of_child(hundred));
    add(output_of_child(hundred));
    add(output_of_child([&] { return output_of_child(hundred); }));  // a grandchild
    add(hundred());
    EXPECT_EQ(seen.size(), total);
}

TEST(Random, V49_T_RNG_tokens_differ_after_a_fork_too) {
    const std::string child = output_of_child([] { return random_token(); });
    EXPECT_EQ(child.size(), 22u);
    EXPECT_NE(child, random_token());
}

TEST(Random, tokens_have_the_bits_asked_for) {
    EXPECT_EQ(random_token(128).size() * 6, 132u);
    EXPECT_EQ(random_token(1).size(), 1u);
    EXPECT_EQ(random_token(0), "");
    EXPECT_TRUE(needs_no_escape(random_token(6000)));
    EXPECT_NE(random_token(), random_token());
}

TEST(Random, uniform_numbers_are_even) {
    std::array<int, 10> boxes{};
    for (int i = 0; i < 100'000; ++i) {
        const double number = random_uniform();
        ASSERT_GE(number, 0.0);
        ASSERT_LT(number, 1.0);
        ++boxes[static_cast<std::size_t>(number * 10)];
    }
    for (const int count : boxes) EXPECT_NEAR(count, 10'000, 800);
}

TEST(Random, durations_stay_within_their_limit) {
    EXPECT_EQ(random_duration(std::chrono::seconds(10), [] { return 0.0; }), Duration::zero());
    EXPECT_EQ(random_duration(std::chrono::seconds(10), [] { return 0.5; }), std::chrono::seconds(5));
    EXPECT_LE(random_duration(Duration::max(), [] { return 0.9999999999999999; }), Duration::max());
    EXPECT_LE(random_duration(std::chrono::seconds(1)), std::chrono::seconds(1));
}

}  // namespace
}  // namespace rondel
