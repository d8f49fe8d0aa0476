#include "rondel/base/text_error.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace rondel {
namespace {

TEST(TextError, has_a_sentence_for_each_and_for_a_number_that_is_none) {
    std::set<std::string> sentences;
    for (int i = 1; i <= 4; ++i) {
        const std::error_code error = make_error_code(static_cast<TextError>(i));
        EXPECT_EQ(error.category().name(), std::string("rondel.text"));
        EXPECT_TRUE(error.message().ends_with('.')) << error.message();
        sentences.insert(error.message());
    }
    EXPECT_EQ(sentences.size(), 4u);
}

}  // namespace
}  // namespace rondel
