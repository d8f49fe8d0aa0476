#include "tests/simulator/seeds.hpp"

#include <cstdlib>
#include <filesystem>
#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel::simulator {

namespace {
const char* wanted() { return std::getenv("RONDEL_SEED"); }
}  // namespace

bool is_replay() { return wanted() != nullptr; }

std::vector<std::uint64_t> seeds(std::uint64_t first, std::size_t count) {
    if (is_replay()) return {std::strtoull(wanted(), nullptr, 0)};
    std::vector<std::uint64_t> all(count);
    std::iota(all.begin(), all.end(), first);
    return all;
}

std::string how_to_replay(std::uint64_t seed) {
    const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
    std::error_code ignored;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
    return fmt::format("Again with: RONDEL_SEED={} {} --gtest_filter={}.{}", seed, program, test->test_suite_name(),
                       test->name());
}

}  // namespace rondel::simulator
