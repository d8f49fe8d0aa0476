#include "rondel/sasl/scram_keys.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/sasl/offer_hash.hpp"
#include "rondel/sasl/sasl_fault.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

// RFC 6070, the vectors of PBKDF2 with SHA-1.
TEST(SaltedPassword, has_the_vectors_of_RFC_6070) {
    EXPECT_EQ(to_hex(salted_password(Hash::sha1, "password", "salt", 1).reveal()),
              "0c60c80f961f0e71f3a9b524af6012062fe037a6");
    EXPECT_EQ(to_hex(salted_password(Hash::sha1, "password", "salt", 4096).reveal()),
              "4b007901b765489abead49d926f721d065a429c1");
}

TEST(SaltedPassword, is_not_made_in_no_iterations) {
    EXPECT_THROW(salted_password(Hash::sha256, "password", "salt", 0), std::runtime_error);
}

TEST(ScramKeys, let_nobody_in_but_who_knows_the_password) {
    const ScramKeys keys = derive_keys("pencil", Hash::sha256, "0123456789abcdef", 4096).value();
    EXPECT_EQ(keys.stored_key.size(), 32u);
    EXPECT_NE(keys.stored_key, keys.server_key);
    for (const char* password : {"pencil", "Pencil"}) {
        const Secret salted = salted_password(Hash::sha256, password, keys.salt, keys.iterations);
        const ClientProof made = prove(Hash::sha256, salted, "n=a,r=b");
        EXPECT_EQ(is_proof(keys, "n=a,r=b", made.proof), std::string_view(password) == "pencil");
        EXPECT_FALSE(is_proof(keys, "n=a,r=c", made.proof)) << "of another exchange";
        EXPECT_FALSE(is_proof(keys, "n=a,r=b", made.proof.substr(1)));
    }
}

TEST(ScramKeys, have_a_salt_of_their_own) {
    const ScramKeys one = derive_keys("pencil", Hash::sha1, 4096u).value();
    const ScramKeys other = derive_keys("pencil", Hash::sha1, 4096u).value();
    EXPECT_EQ(one.salt.size(), 16u);
    EXPECT_NE(one.salt, other.salt);
    EXPECT_NE(one.stored_key, other.stored_key);
}

TEST(ScramKeys, are_made_of_passwords_only) {
    for (const char* bad : {"", "a\nb", "\xFF"})
        EXPECT_EQ(derive_keys(bad, Hash::sha256).error(), SaslFault::bad_password);
    const auto same = [](const char* a, const char* b) {
        return derive_keys(a, Hash::sha1, "salt", 1).value().stored_key ==
               derive_keys(b, Hash::sha1, "salt", 1).value().stored_key;
    };
    EXPECT_TRUE(same("I\u00ADX", "IX")) << "SASLprep";
    EXPECT_TRUE(same("\U0001F40E", "\U0001F40E")) << "OpaqueString, where SASLprep gives up";
}

TEST(OfferHash, is_that_of_XEP_0474) {
    EXPECT_EQ(offer_hash(Hash::sha1, {"SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"},
                         std::vector<std::string>{"tls-server-end-point", "tls-exporter"}),
              "G6k/rBLDqgOhRRaCuuatSDFkJ08=");
    EXPECT_NE(offer_hash(Hash::sha1, {"SCRAM-SHA-1"}, std::nullopt),
              offer_hash(Hash::sha1, {"SCRAM-SHA-1"}, std::vector<std::string>()));
}

}  // namespace
}  // namespace rondel::sasl
