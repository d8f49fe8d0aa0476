#include "rondel/service/slab.hpp"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace rondel {
namespace {

TEST(Slab, things_keep_their_place_and_address) {
    Slab<std::string> slab;
    const std::uint32_t first = slab.add();
    slab[first] = "first";
    const std::string* where = &slab[first];
    std::set<std::uint32_t> places;
    for (int i = 0; i < 5000; ++i) places.insert(slab.add());
    EXPECT_EQ(places.size(), 5000u);
    EXPECT_EQ(places.count(first), 0u);
    EXPECT_EQ(&slab[first], where);
    EXPECT_EQ(slab[first], "first");
    EXPECT_EQ(slab.size(), 5001u);
}

TEST(Slab, a_freed_place_is_empty_and_used_again) {
    Slab<std::string> slab;
    const std::uint32_t keep = slab.add();
    const std::uint32_t place = slab.add();
    slab[place] = "gone";
    slab.free(place);
    EXPECT_EQ(slab[place], "");
    EXPECT_EQ(slab.size(), 1u);
    EXPECT_EQ(slab.add(), place);
    EXPECT_NE(keep, place);
}

TEST(Slab, memory_is_given_back_with_the_last_thing) {
    Slab<int> slab;
    std::vector<std::uint32_t> places;
    for (int i = 0; i < 10'000; ++i) places.push_back(slab.add());
    EXPECT_EQ(slab.end(), 10'000u);
    for (const std::uint32_t place : places) slab.free(place);
    EXPECT_EQ(slab.end(), 0u);
    EXPECT_FALSE(slab.contains(0));
    slab[slab.add()] = 7;
    EXPECT_EQ(slab[0], 7);
    EXPECT_TRUE(slab.contains(0));
}

TEST(Slab, what_things_own_goes_with_them) {  // and leaks nothing: AddressSanitizer looks
    const std::string large(1000, 'x');
    const auto shared = std::make_shared<int>(7);
    Slab<std::pair<std::string, std::shared_ptr<int>>> slab;
    for (int round = 0; round < 2; ++round) {
        std::vector<std::uint32_t> places;
        for (int i = 0; i < 3000; ++i) {
            places.push_back(slab.add());
            slab[places.back()] = {large, shared};
        }
        EXPECT_EQ(shared.use_count(), 3001);
        for (const std::uint32_t place : places) slab.free(place);
        EXPECT_EQ(shared.use_count(), 1);
    }
    slab[slab.add()] = {large, shared};  // one that is there to the end
}

}  // namespace
}  // namespace rondel
