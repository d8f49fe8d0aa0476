#include "rondel/base/encoding.hpp"

#include <random>
#include <string>

#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::string_literals;

TEST(Encoding, RFC4648_section_10_vectors_of_base64) {
    const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                           {"f", "Zg=="},
                                                           {"fo", "Zm8="},
                                                           {"foo", "Zm9v"},
                                                           {"foob", "Zm9vYg=="},
                                                           {"fooba", "Zm9vYmE="},
                                                           {"foobar", "Zm9vYmFy"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(parse_base64(text).value(), bytes);
    }
}

TEST(Encoding, R053_base64_that_is_not_strict_is_refused) {
    for (const char* text :
         {"=AAA", "BBBB=CCC", "A=BC",  "AA=C",     "====", "A===",  "AAAA====",   "AA==AAAA",  // '=' in a wrong place
          "A",    "AA",       "AAA",   "AAAAA",    "AA=",  "AAAA=",                            // length
          "AA A", "AAAA\n",   " AAAA", "AAAA    ", "AA-_", "AA*A",  "AA\xC3\xA4",              // alphabet
          "AB==", "AAB=",     "Zh==",  "Zm9="})                                                // padding bits
        EXPECT_EQ(parse_base64(text).error(), TextError::bad_base64) << text;
    EXPECT_EQ(parse_base64("AA\0A"s).error(), TextError::bad_base64);
    EXPECT_TRUE(make_error_code(TextError::bad_base64).message().ends_with('.'));
}

TEST(Encoding, R053_what_is_accepted_is_what_is_written) {
    std::mt19937 random(1);
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        const std::string_view letters = "ABQgwx/+=";
        for (unsigned long n = random() % 9; n > 0; --n) text += letters[random() % letters.size()];
        const auto bytes = parse_base64(text);
        ASSERT_TRUE(!bytes || to_base64(*bytes) == text) << text;
    }
    for (std::size_t size = 0; size < 100; ++size) {
        std::string bytes;
        for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random());
        ASSERT_EQ(parse_base64(to_base64(bytes)).value(), bytes);
    }
}

TEST(Encoding, hex_is_lower_case) {
    EXPECT_EQ(to_hex(""), "");
    EXPECT_EQ(to_hex("\x00\x0f\xAB\xff"s), "000fabff");
    EXPECT_EQ(to_hex(std::array<unsigned char, 2>{0xDE, 0xAD}), "dead");
}

}  // namespace
}  // namespace rondel
