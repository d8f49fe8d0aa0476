#include "rondel/base/digest.hpp"

#include "rondel/base/encoding.hpp"

#include <string>

#include <gtest/gtest.h>

namespace rondel {
namespace {

TEST(Digest, R121_handshake_is_lower_case_hex_of_sha1_of_stream_id_and_secret) {
    EXPECT_EQ(to_hex(sha1({"3BF96D32", "test"})), "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e");
}

TEST(Digest, FIPS180_vectors) {
    EXPECT_EQ(to_hex(sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    EXPECT_EQ(to_hex(sha1({"abc"})), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(to_hex(sha256({"a", "", "bc"})), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    const std::string million(1'000'000, 'a');
    EXPECT_EQ(to_hex(sha1({million})), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(Digest, RFC2202_and_RFC4231_vectors_of_hmac) {
    EXPECT_EQ(to_hex(hmac_sha1("Jefe", {"what do ya want ", "for nothing?"})),
              "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    EXPECT_EQ(to_hex(hmac_sha1(std::string(80, '\xaa'), {"Test Using Larger Than Block-Size Key - Hash Key First"})),
              "aa4ae5e15272d00e95705637ce8a3b55ed402112");
    EXPECT_EQ(to_hex(hmac_sha256("Jefe", {"what do ya want for nothing?"})),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(to_hex(hmac_sha256("", {})), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Digest, V27_T_CT_secrets_are_equal_only_if_every_byte_is) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("secret", "Secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secret "));
    EXPECT_FALSE(equal_in_constant_time("secret", ""));
    EXPECT_FALSE(equal_in_constant_time(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

}  // namespace
}  // namespace rondel
