#include "rondel/sasl/sasl_fault.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

TEST(FailureCondition, R059_has_eleven_names_that_are_read_back) {
    std::set<std::string_view> names;
    for (int i = 1; i <= 11; ++i) {
        const auto condition = static_cast<FailureCondition>(i);
        names.insert(to_string(condition));
        EXPECT_EQ(parse_failure_condition(to_string(condition)), condition);
    }
    EXPECT_EQ(names.size(), 11u);
}

TEST(FailureCondition, R060_an_unknown_one_is_not_authorized) {
    EXPECT_EQ(parse_failure_condition("sulking"), FailureCondition::not_authorized);
    EXPECT_EQ(parse_failure_condition(""), FailureCondition::not_authorized);
    EXPECT_EQ(to_string(static_cast<FailureCondition>(0)), "not-authorized");
}

TEST(SaslFault, each_says_what_is_the_matter) {
    std::set<std::string> sentences;
    for (int i = 1; i <= 12; ++i) {  // the twelfth is none
        const std::error_code error = make_error_code(static_cast<SaslFault>(i));
        EXPECT_EQ(error.category().name(), std::string("rondel.sasl"));
        EXPECT_TRUE(error.message().ends_with('.'));
        sentences.insert(error.message());
    }
    EXPECT_EQ(sentences.size(), 12u);
}

}  // namespace
}  // namespace rondel::sasl
