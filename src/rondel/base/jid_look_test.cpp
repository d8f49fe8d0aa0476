// One look at an address, by each kind of processor, against the plainest way to say the same.
#include "rondel/base/jid_look.hpp"

#include "rondel/base/jid.hpp"

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/sparse.hpp"
#include <gtest/gtest.h>

namespace rondel::jid_parts {
namespace {

bool is_one_of(std::string_view characters, char c) { return characters.find(c) != std::string_view::npos; }

bool is_label(std::string_view text) {
    if (text.empty() || text.front() == '-' || text.back() == '-') return false;
    if (text.size() > 2 && text.substr(2, 2) == "--") return false;
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return is_one_of("abcdefghijklmnopqrstuvwxyz0123456789-", c); });
}

bool is_domain(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return is_label(text);
    return is_label(text.substr(0, dot)) && is_domain(text.substr(dot + 1));
}

bool is_local(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return is_one_of("abcdefghijklmnopqrstuvwxyz0123456789-._+", c);
    });
}

bool is_resource(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// What a look is to see.
bool is_plain(std::string_view text) {
    if (text.size() < fewest_seen || text.size() > most_seen) return false;
    const std::size_t slash = text.find('/');
    if (slash != std::string_view::npos && !is_resource(text.substr(slash + 1))) return false;
    const std::string_view bare = text.substr(0, slash);
    const std::size_t at = bare.find('@');
    if (at == std::string_view::npos) return is_domain(bare);
    return is_local(bare.substr(0, at)) && is_domain(bare.substr(at + 1));
}

std::vector<Look> looks() {
    std::vector<Look> all;
#if defined(__SSE2__)
    all.push_back(portable_look);
#endif
    if (avx2_look() != nullptr) all.push_back(avx2_look());
    return all;
}

// In memory of its own, so that who reads beside it is found out.
void expect_seen(std::string_view text) {
    const auto alone = std::make_unique<char[]>(text.size());
    std::copy(text.begin(), text.end(), alone.get());
    const bool plain = is_plain(text);
    for (const Look look : looks())
        ASSERT_EQ(look({alone.get(), text.size()}), plain) << testing::PrintToString(std::string(text));
}

// With a dash, without; the resource goes on as long as is wanted.
const std::vector<std::string> addresses = {"juliet@example.net/",
                                            "juliet.c_1+x@example.net/",
                                            "example.net/",
                                            "a-b.example.net/",
                                            "u@a-b.c/",
                                            "u@conference.ex-ample/x",
                                            "u@example.net",
                                            "xmpp.example.",
                                            "u@xn--bcher-kva/",
                                            "a@b/@/",
                                            "u@" + std::string(40, 'a') + ".b-c.d/",
                                            std::string(30, 'u') + "@b-.c/",
                                            "a@b-c"};

TEST(JidLook, every_byte_at_every_place_of_every_size) {
    for (const std::string& address : addresses)
        for (std::size_t size = 0; size <= most_seen + 5; ++size) {
            std::string text = address.substr(0, size);
            if (text.size() < size) text.resize(size, 'x');
            for (std::size_t place = 0; place < size; ++place)
                for (int byte = 0; byte < 256; byte += byte < 0x80 ? 1 : 21) {
                    std::string other = text;
                    other[place] = static_cast<char>(byte);
                    ASSERT_NO_FATAL_FAILURE(expect_seen(other));
                }
        }
}

TEST(JidLook, V43_T_JID_random_texts_of_few_characters) {
    constexpr std::string_view characters = "aaz09aaaz.--_+@/ A~\x7F";
    std::mt19937 random(20261122);
    for (int i = 0; i < test::drawn(400'000); ++i) {
        std::string text;
        for (std::size_t size = random() % 66; size != 0; --size) {
            // Mostly what may stand there, so that some are addresses.
            const bool odd = random() % 8 == 0;
            text += odd ? characters[random() % characters.size()] : characters[random() % 8];
        }
        if (random() % 2 == 0 && !text.empty()) text[random() % text.size()] = '@';
        if (random() % 2 == 0 && !text.empty()) text[random() % text.size()] = '/';
        ASSERT_NO_FATAL_FAILURE(expect_seen(text));
    }
}

// What a look says yes to is what the judges of RFC 7622 leave as it is.
TEST(JidLook, V43_T_JID_says_yes_only_to_what_is_prepared) {
    constexpr std::string_view characters = "ab1-._+@/x ";
    std::mt19937 random(7622);
    int seen = 0;
    for (int i = 0; i < test::drawn(100'000); ++i) {
        std::string text;
        for (std::size_t size = 4 + random() % 20; size != 0; --size) text += characters[random() % characters.size()];
        if (!fastest_look()(text)) continue;
        ++seen;
        const std::string_view view = text;
        const std::size_t slash = std::min(view.find('/'), view.size());
        const std::size_t at = view.substr(0, slash).find('@');
        const bool has_local = at != std::string_view::npos;
        const auto jid = Jid::from_parts(has_local ? view.substr(0, at) : std::string_view(),
                                         has_local ? view.substr(at + 1, slash - at - 1) : view.substr(0, slash),
                                         slash == view.size() ? std::string_view() : view.substr(slash + 1));
        ASSERT_TRUE(jid) << text;
        ASSERT_EQ(jid->str(), text);
    }
    EXPECT_GT(seen, 0);
}

}  // namespace
}  // namespace rondel::jid_parts
