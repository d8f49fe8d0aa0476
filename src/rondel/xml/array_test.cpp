#include "rondel/xml/array.hpp"

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

TEST(Array, grows_and_keeps_what_is_there) {
    Array<int> array;
    EXPECT_TRUE(array.empty());
    for (int i = 0; i < 20000; ++i) array.push_back(i);
    ASSERT_EQ(array.size(), 20000u);
    for (int i = 0; i < 20000; ++i) ASSERT_EQ(array[static_cast<std::size_t>(i)], i);
    EXPECT_EQ(array.back(), 19999);
    EXPECT_EQ(*array.begin(), 0);
    EXPECT_EQ(array.end() - array.begin(), 20000);
}

TEST(Array, an_element_may_be_added_to_its_own_array) {
    Array<int> array;
    array.push_back(7);
    for (int i = 0; i < 1000; ++i) array.push_back(array[0]);
    EXPECT_EQ(array.back(), 7);
}

TEST(Array, drops_the_last_and_keeps_the_memory) {
    Array<int> array;
    for (int i = 0; i < 100; ++i) array.push_back(i);
    const std::size_t capacity = array.capacity();
    array.pop_back();
    EXPECT_EQ(array.back(), 98);
    array.shrink(99);
    EXPECT_EQ(array.size(), 99u);
    array.shrink(3);
    EXPECT_EQ(array.back(), 2);
    array.clear();
    EXPECT_TRUE(array.empty());
    EXPECT_EQ(array.capacity(), capacity);
}

TEST(Array, copies) {
    Array<int> array;
    for (int i = 0; i < 100; ++i) array.push_back(i);
    Array<int> copy(array);
    array.clear();
    EXPECT_EQ(copy.size(), 100u);
    EXPECT_EQ(copy[99], 99);
    copy = array;
    EXPECT_TRUE(copy.empty());
    const Array<int>& same = copy;
    copy = same;
    EXPECT_TRUE(copy.empty());
}

// V08: with very many elements, what is held is never far more than what is used.
TEST(Array, V08_T_AMPL_grows_by_half_when_large) {
    Array<int> array;
    for (int i = 0; i < 100000; ++i) array.push_back(i);
    EXPECT_LE(array.capacity(), 150000u);
    array.reserve(10);
    EXPECT_EQ(array.size(), 100000u);
}

}  // namespace
}  // namespace rondel::xml
