#include "rondel/stream/handshake.hpp"

#include "rondel/xml/reader.hpp"

#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

xml::Element element(std::string_view text) { return xml::parse_document(text).value(); }

TEST(Handshake, R121_is_the_lower_case_sha1_of_id_and_secret) {
    EXPECT_EQ(handshake_digest("3BF96D32", "test"), "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e");
    EXPECT_EQ(handshake_digest("a&b", "x"), handshake_digest("a&", "bx"));  // one text, without anything in between
    EXPECT_NE(handshake_digest("a&amp;b", "x"), handshake_digest("a&b", "x"));
}

TEST(Handshake, is_right_only_if_every_character_is) {
    const std::string digest = handshake_digest("id", "secret");
    const auto right = [](const std::string& text) {
        return is_right_handshake(element("<handshake xmlns='jabber:client'>" + text + "</handshake>"), "id", "secret");
    };
    EXPECT_TRUE(right(digest));
    EXPECT_FALSE(right(""));
    EXPECT_FALSE(right(handshake_digest("id", "Secret")));
    EXPECT_FALSE(right(handshake_digest("ID", "secret")));
    EXPECT_FALSE(right(digest.substr(1)));
    EXPECT_FALSE(right(digest + "0"));
    EXPECT_FALSE(right(" " + digest));
    EXPECT_FALSE(right(digest + "\n"));
    EXPECT_FALSE(right(digest + "<x/>"));
    EXPECT_FALSE(right("<x>" + digest + "</x>"));
    for (std::size_t i = 0; i < digest.size(); ++i) {
        std::string other = digest;
        other[i] = other[i] == '0' ? '1' : '0';
        EXPECT_FALSE(right(other)) << i;
    }
    std::string upper = digest;
    for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    EXPECT_FALSE(right(upper));
}

TEST(Handshake, an_empty_secret_lets_nobody_in) {
    const std::string text = "<handshake xmlns='jabber:client'>" + handshake_digest("id", "") + "</handshake>";
    EXPECT_FALSE(is_right_handshake(element(text), "id", ""));
}

TEST(Handshake, R123_is_known_by_name_and_namespace_and_is_void_only_without_anything_in_it) {
    EXPECT_TRUE(is_handshake(element("<handshake xmlns='jabber:client'/>")));
    EXPECT_FALSE(is_handshake(element("<handshake/>")));
    EXPECT_FALSE(is_handshake(element("<handshake xmlns='http://etherx.jabber.org/streams'/>")));
    EXPECT_FALSE(is_handshake(element("<handshakes xmlns='jabber:client'/>")));
    EXPECT_TRUE(is_void(element("<a/>")));
    EXPECT_TRUE(is_void(element("<a x='y'></a>")));
    EXPECT_FALSE(is_void(element("<a> </a>")));
    EXPECT_FALSE(is_void(element("<a><b/></a>")));
}

}  // namespace
}  // namespace rondel::stream
