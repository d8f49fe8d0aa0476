#include "rondel/net/weak_secret.hpp"

#include <gtest/gtest.h>

namespace rondel::net {
namespace {

TEST(WeakSecret, V37_T_CSEC_short_and_simple_ones_are_told) {
    for (const char* weak : {"pass", "fifteen-chars-1", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "abababababababababab"})
        EXPECT_NE(weakness_in_plain_text(weak), "") << weak;
    for (const char* strong : {"k3Jx0aPq9TzL5wVb", "Vb1oZr0hJ8m2y6Wc7uQfK4xT"})
        EXPECT_EQ(weakness_in_plain_text(strong), "") << strong;
}

TEST(WeakSecret, V37_T_LOG_the_sentence_does_not_hold_it) {
    EXPECT_EQ(weakness_in_plain_text("sesame").find("sesame"), std::string::npos);
}

}  // namespace
}  // namespace rondel::net
