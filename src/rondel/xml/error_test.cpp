#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

// As many different sentences as there are errors, and one more for a number that is none.
template <class Error>
std::size_t sentences(Error last, const std::string& category) {
    std::set<std::string> all;
    for (int i = 1; i <= static_cast<int>(last) + 1; ++i) {
        const std::error_code error = make_error_code(static_cast<Error>(i));
        EXPECT_EQ(error.category().name(), category);
        EXPECT_TRUE(error.message().ends_with('.')) << error.message();
        all.insert(error.message());
    }
    return all.size();
}

TEST(XmlErrors, have_a_sentence_each) {
    EXPECT_EQ(sentences(ReadError::ends_early, "rondel.xml.read"), 12u);
    EXPECT_EQ(sentences(WriteError::too_deep, "rondel.xml.write"), 5u);
}

}  // namespace
}  // namespace rondel::xml
