#include "rondel/xml/wide_look.hpp"

#include "rondel/xml/scan.hpp"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace rondel::xml {
namespace {

bool is_control(unsigned char c) { return c < 0x20; }

// The plainest way to say it: what may not simply stand in a value, in a text.
bool stops_value(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return is_control(byte) || byte >= 0x80 || std::string_view("<&'\"").find(c) != std::string_view::npos;
}
bool stops_text(char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\t' || c == '\n') return false;
    return is_control(byte) || byte >= 0x80 || std::string_view("<>&").find(c) != std::string_view::npos;
}

// Every byte at every place, among plain ones and among those that are not.
template <class Look>
void look_at_every_byte() {
    for (const char around : {'a', '<', '\t', '\x80'}) {
        for (unsigned place = 0; place < wide_glance; ++place) {
            for (int byte = 0; byte < 256; ++byte) {
                std::string bytes(wide_glance, around);
                bytes[place] = static_cast<char>(byte);
                std::uint32_t value = 0, text = 0, different = 0;
                for (unsigned i = 0; i < wide_glance; ++i) {
                    value |= static_cast<std::uint32_t>(stops_value(bytes[i])) << i;
                    text |= static_cast<std::uint32_t>(stops_text(bytes[i])) << i;
                    different |= static_cast<std::uint32_t>(bytes[i] != around) << i;
                }
                ASSERT_EQ(Look::in_value(bytes.data()), value) << byte << " at " << place;
                ASSERT_EQ(Look::in_text(bytes.data()), text) << byte << " at " << place;
                std::uint32_t lines = 0;  // of which it is not said how they are seen
                for (unsigned i = 0; i < wide_glance; ++i)
                    lines |= static_cast<std::uint32_t>(bytes[i] == '\t' || bytes[i] == '\n') << i;
                ASSERT_EQ(Look::ends(Part::value, bytes.data()), value) << byte << " at " << place;
                ASSERT_EQ(Look::ends(Part::text, bytes.data()) & ~lines, text) << byte << " at " << place;
                const std::string others(wide_glance, around);
                ASSERT_EQ(Look::differences(bytes.data(), others.data()), different) << byte << " at " << place;
            }
        }
    }
}

// The same for twice as many: where nothing is seen, there is nothing.
template <class Look>
void look_at_two() {
    for (const Part part : {Part::value, Part::text})
        for (unsigned place = 0; place < 2 * wide_glance; ++place)
            for (int byte = 0; byte < 256; ++byte) {
                const char c = static_cast<char>(byte);
                if (part == Part::text && (c == '\t' || c == '\n')) continue;  // of which nothing is said
                std::string bytes(2 * wide_glance, 'a');
                bytes[place] = c;
                const bool stops = part == Part::text ? stops_text(c) : stops_value(c);
                ASSERT_EQ(Look::ends_in_two(part, bytes.data()), stops) << byte << " at " << place;
            }
}

TEST(WideLook, sees_every_byte_at_every_place) {
    look_at_every_byte<PortableLook>();
    look_at_two<PortableLook>();
}

#if defined(__x86_64__)
RONDEL_AVX2 bool copies_plain(const char* p, const char* q, char* to_p, char* to_q) {
    return Avx2Look::copy_plain(p, q, to_p, to_q);
}

TEST(WideLook, copies_what_is_plain) {
    if (avx2_kernels() == nullptr) return;
    for (std::size_t size = wide_glance; size <= 2 * wide_glance; ++size)
        for (std::size_t place = 0; place < size; ++place)
            for (int byte = 0; byte < 256; ++byte) {
                std::string from(size, 'x');
                from[place] = static_cast<char>(byte);
                std::string to(size, 'y');
                const std::size_t last = size - wide_glance;
                const bool plain = copies_plain(from.data(), from.data() + last, to.data(), to.data() + last);
                ASSERT_EQ(plain, !stops_text(from[place])) << byte << " at " << place;
                ASSERT_EQ(to, from);
            }
}

TEST(WideLook, sees_the_same_by_avx2) {
    if (avx2_kernels() == nullptr) return;
    look_at_every_byte<Avx2Look>();
    look_at_two<Avx2Look>();
}
#endif

}  // namespace
}  // namespace rondel::xml
