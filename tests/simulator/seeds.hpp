// Which seeds a test runs, and what it says when one fails: RONDEL_SEED=17 in the environment runs that one alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rondel::simulator {

std::vector<std::uint64_t> seeds(std::uint64_t first, std::size_t count);
bool is_replay();  // one was asked for
// "Again with: RONDEL_SEED=17 PROGRAM --gtest_filter=Suite.test"
std::string how_to_replay(std::uint64_t seed);

}  // namespace rondel::simulator
