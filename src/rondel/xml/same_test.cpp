#include "rondel/xml/same.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

// In memory of its own size, so that a look outside is an error.
std::unique_ptr<char[]> alone(const std::string& text) {
    std::unique_ptr<char[]> copy(new char[text.size()]);
    text.copy(copy.get(), text.size());
    return copy;
}

TEST(SameText, sees_every_byte_of_every_size) {
    for (std::size_t size = 0; size <= 40; ++size) {
        std::string text;
        for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i % 26);
        const auto original = alone(text);
        const auto twin = alone(text);
        EXPECT_TRUE(same_text({original.get(), size}, {twin.get(), size})) << size;
        for (std::size_t i = 0; i < size; ++i) {
            twin[i] ^= 1;
            EXPECT_FALSE(same_text({original.get(), size}, {twin.get(), size})) << size << " at " << i;
            twin[i] ^= 1;
        }
        EXPECT_FALSE(same_text({original.get(), size}, text + "x"));
        EXPECT_FALSE(same_text(text + "x", {original.get(), size}));
    }
}

}  // namespace
}  // namespace rondel::xml
