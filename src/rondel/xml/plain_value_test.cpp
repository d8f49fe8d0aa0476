#include "rondel/xml/plain_value.hpp"

#include <memory>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

// In memory of its own size, so that a sanitizer notices what is read beside it.
bool is_plain(std::string_view value) {
    const auto own = std::make_unique<char[]>(value.size());
    value.copy(own.get(), value.size());
    return is_plain_value({own.get(), value.size()});
}

TEST(PlainValue, each_byte_at_each_place_of_each_size) {
    EXPECT_TRUE(is_plain(""));
    for (std::size_t size = 1; size <= 70; ++size) {
        const std::string plain(size, 'a');
        ASSERT_TRUE(is_plain(plain)) << size;
        for (std::size_t place = 0; place < size; ++place)
            for (int byte = 0; byte < 256; ++byte) {
                std::string value = plain;
                value[place] = static_cast<char>(byte);
                const bool expected = byte >= 0x20 && byte < 0x80 &&
                                      std::string_view("'\"<&").find(value[place]) == std::string_view::npos;
                ASSERT_EQ(is_plain(value), expected) << "byte " << byte << " at " << place << " of " << size;
            }
    }
}

}  // namespace
}  // namespace rondel::xml
