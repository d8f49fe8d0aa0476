#include "rondel/server/accounts.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::House;
using testing::ElementsAre;
using testing::IsEmpty;

class AccountsTest : public testing::Test {
  protected:
    House house{{}, {}};
    Accounts& accounts = house.state.accounts;
};

TEST_F(AccountsTest, keys_of_both_hashes_are_kept_and_no_password) {
    EXPECT_FALSE(accounts.add("Juliet", "R0m30"));
    const std::optional<Account> account = house.storage.account("juliet");
    ASSERT_TRUE(account);
    ASSERT_EQ(account->keys.size(), 2u);
    for (const sasl::Hash hash : {sasl::Hash::sha1, sasl::Hash::sha256}) {
        const auto keys = accounts.keys_of("juliet", hash);
        ASSERT_TRUE(keys);
        EXPECT_EQ(keys->hash, hash);
        EXPECT_EQ(keys->iterations, 4u);
        const auto again = sasl::derive_keys("R0m30", hash, keys->salt, keys->iterations);
        EXPECT_EQ(again->stored_key, keys->stored_key);
        EXPECT_EQ(keys->stored_key.find("R0m30"), std::string::npos);
    }
    EXPECT_NE(account->keys[0].salt, account->keys[1].salt);
}

TEST_F(AccountsTest, names_and_passwords_that_cannot_be_are_refused) {
    EXPECT_EQ(accounts.add("", "x"), Condition::not_acceptable);
    EXPECT_EQ(accounts.add("a@b", "x"), Condition::not_acceptable);
    EXPECT_EQ(accounts.add("a b", "x"), Condition::not_acceptable);
    EXPECT_EQ(accounts.add(std::string(1024, 'a'), "x"), Condition::not_acceptable);
    EXPECT_EQ(accounts.add("juliet", ""), Condition::not_acceptable);
    EXPECT_EQ(accounts.add("juliet", "a\nb"), Condition::not_acceptable);
    EXPECT_THAT(house.storage.usernames(), IsEmpty());
    EXPECT_FALSE(accounts.add("juliet", "x"));
    EXPECT_EQ(accounts.add("JULIET", "y"), Condition::conflict);
}

TEST_F(AccountsTest, another_password_makes_other_keys_and_ends_all_tokens) {
    accounts.add("juliet", "one");
    const auto before = accounts.keys_of("juliet", sasl::Hash::sha256);
    ASSERT_TRUE(accounts.grant_token("juliet", "HT-SHA-256-NONE", "phone"));
    EXPECT_FALSE(accounts.set_password("juliet", "two"));
    EXPECT_NE(accounts.keys_of("juliet", sasl::Hash::sha256)->stored_key, before->stored_key);
    EXPECT_THAT(accounts.tokens_of("juliet", "HT-SHA-256-NONE"), IsEmpty());
    EXPECT_EQ(accounts.set_password("juliet", ""), Condition::not_acceptable);
}

TEST_F(AccountsTest, V28_T_ENUM_of_nobody_there_is_nothing) {
    EXPECT_FALSE(accounts.keys_of("nobody", sasl::Hash::sha256));
    EXPECT_FALSE(accounts.is_disabled("nobody"));
    EXPECT_THAT(accounts.tokens_of("nobody", "HT-SHA-256-NONE"), IsEmpty());
    EXPECT_FALSE(accounts.grant_token("nobody", "HT-SHA-256-NONE", "phone"));
}

TEST_F(AccountsTest, an_account_can_be_disabled) {
    house.storage.put_account({"juliet", {}, true});
    EXPECT_TRUE(accounts.is_disabled("juliet"));
    house.storage.put_account({"juliet", {}, false});
    EXPECT_FALSE(accounts.is_disabled("juliet"));
}

TEST_F(AccountsTest, a_certificate_stands_for_the_account_whose_address_is_in_it) {
    accounts.add("juliet", "x");
    EXPECT_EQ(accounts.certified({"Juliet@home.example"}), "juliet");
    EXPECT_EQ(accounts.certified({"romeo@home.example", "juliet@home.example"}), "juliet");
    for (const char* address : {"juliet@elsewhere.example", "romeo@home.example", "home.example", "@@", "",
                                "juliet@home.example/balcony", "juliet@home.example.evil.example"})
        EXPECT_FALSE(accounts.certified({address})) << address;
    EXPECT_FALSE(accounts.certified({}));
}

TEST_F(AccountsTest, tokens_are_new_each_time_and_for_one_mechanism) {
    accounts.add("juliet", "x");
    const auto one = accounts.grant_token("juliet", "HT-SHA-256-EXPR", "phone");
    const auto two = accounts.grant_token("juliet", "HT-SHA-256-EXPR", "phone");
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->mechanism, "HT-SHA-256-EXPR");
    EXPECT_GE(one->secret.reveal().size(), 43u);  // 256 bits
    EXPECT_NE(one->secret, two->secret);
    EXPECT_EQ(one->expiry, "2026-02-17T04:00:00Z");
    // The one before is good until the new one has been used; older ones are not.
    EXPECT_THAT(accounts.tokens_of("juliet", "HT-SHA-256-EXPR"), ElementsAre(one->secret, two->secret));
    const auto three = accounts.grant_token("juliet", "HT-SHA-256-EXPR", "phone");
    EXPECT_THAT(accounts.tokens_of("juliet", "HT-SHA-256-EXPR"), ElementsAre(two->secret, three->secret));
    EXPECT_THAT(accounts.tokens_of("juliet", "HT-SHA-256-NONE"), IsEmpty());
    EXPECT_FALSE(accounts.grant_token("juliet", "HT-SHA-256-EXPR", ""));
}

TEST_F(AccountsTest, tokens_expire_and_are_revoked_by_client) {
    accounts.add("juliet", "x");
    accounts.grant_token("juliet", "HT-SHA-256-NONE", "phone");
    house.pass(std::chrono::hours(24 * 14) - std::chrono::seconds(1));
    accounts.grant_token("juliet", "HT-SHA-256-NONE", "desk");
    EXPECT_EQ(accounts.tokens_of("juliet", "HT-SHA-256-NONE").size(), 2u);
    house.pass(std::chrono::seconds(1));
    EXPECT_EQ(accounts.tokens_of("juliet", "HT-SHA-256-NONE").size(), 1u);
    accounts.revoke_tokens("juliet", "phone");
    EXPECT_EQ(accounts.tokens_of("juliet", "HT-SHA-256-NONE").size(), 1u);
    accounts.revoke_tokens("juliet", "desk");
    EXPECT_THAT(accounts.tokens_of("juliet", "HT-SHA-256-NONE"), IsEmpty());
}

}  // namespace
}  // namespace rondel::server
