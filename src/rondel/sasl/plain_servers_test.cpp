#include "rondel/sasl/plain_servers.hpp"

#include "rondel/sasl/hashed_token.hpp"

#include "tests/support/accounts.hpp"
#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

using namespace std::string_literals;

struct PlainServers : testing::Test {
    test::Accounts accounts;
    ServerPolicy policy;
    Channel channel{.encrypted = true};

    PlainServers() {
        policy.domain = "example.org";
        policy.iterations = 4096;
        accounts.add("tim", "tanstaaf");
    }
    std::string answer(std::string_view name, std::string_view message) {
        const auto mechanism = make_server_mechanism(name, accounts, policy, channel);
        return mechanism ? test::text_of(mechanism->respond(message)) : "not offered";
    }
};

TEST_F(PlainServers, PLAIN_lets_in_who_knows_the_password) {
    EXPECT_EQ(answer("PLAIN", "\0tim\0tanstaaf"s), "success tim");
    EXPECT_EQ(answer("PLAIN", "\0TIM\0tanstaaf"s), "success tim");
    EXPECT_EQ(answer("PLAIN", "\0tim\0Tanstaaf"s), "failure not-authorized");
    EXPECT_EQ(answer("PLAIN", "\0tom\0tanstaaf"s), "failure not-authorized");
    EXPECT_EQ(answer("PLAIN", "\0tim\0tan\x07"s), "failure not-authorized") << "no password at all";
    accounts.keys.erase({"tim", Hash::sha256});
    EXPECT_EQ(answer("PLAIN", "\0tim\0tanstaaf"s), "success tim") << "SHA-1 will do";
}

TEST_F(PlainServers, PLAIN_takes_a_password_that_one_profile_takes) {
    accounts.add("one", "I\u00ADX");
    EXPECT_EQ(answer("PLAIN", "\0one\0IX"s), "success one");
    EXPECT_EQ(answer("PLAIN", "\0one\0\u2168"s), "success one");
    accounts.add("two", "\U0001F40E");
    EXPECT_EQ(answer("PLAIN", "\0two\0\U0001F40E"s), "success two");
}

TEST_F(PlainServers, PLAIN_messages_have_three_parts) {
    for (const std::string& bad : {""s, "tim"s, "\0tim"s, "\0tim\0"s, "\0\0tanstaaf"s, "\0tim\0tanstaaf\0"s,
                                   "\0tim\0tan\0staaf"s, "\0t\xFFm\0tanstaaf"s})
        EXPECT_EQ(answer("PLAIN", bad), "failure malformed-request") << bad;
}

TEST_F(PlainServers, V24_T_AUTHZ_R054_PLAIN_acts_for_nobody_else) {
    EXPECT_EQ(answer("PLAIN", "tim@example.org\0tim\0tanstaaf"s), "success tim");
    for (const char* other : {"tom@example.org", "tim@example.com", "tim@example.org/desk", "tim", "@"})
        EXPECT_EQ(answer("PLAIN", other + "\0tim\0tanstaaf"s), "failure invalid-authzid") << other;
}

TEST_F(PlainServers, R054_a_server_without_a_domain_knows_no_address_that_is_ones_own) {
    policy.domain = "";
    EXPECT_EQ(answer("PLAIN", "\0tim\0tanstaaf"s), "success tim");
    EXPECT_EQ(answer("PLAIN", "tim@example.org\0tim\0tanstaaf"s), "failure invalid-authzid");
}

TEST_F(PlainServers, there_is_one_message_and_no_second) {
    const auto mechanism = make_server_mechanism("PLAIN", accounts, policy, channel);
    EXPECT_EQ(test::text_of(mechanism->respond("\0tim\0wrong"s)), "failure not-authorized");
    EXPECT_EQ(test::text_of(mechanism->respond("\0tim\0tanstaaf"s)), "failure malformed-request");
}

TEST_F(PlainServers, R051_R059_PLAIN_under_TLS_only_and_if_allowed) {
    const auto refusal = [&](std::string_view name) {
        const auto failure = refusal_of(name, policy, channel);
        return failure ? to_string(failure->condition) : "none";
    };
    EXPECT_EQ(refusal("PLAIN"), "none");
    channel.encrypted = false;
    EXPECT_EQ(refusal("PLAIN"), "encryption-required");
    EXPECT_EQ(refusal("HT-SHA-256-NONE"), "encryption-required");
    EXPECT_EQ(answer("PLAIN", "\0tim\0tanstaaf"s), "not offered");
    channel.encrypted = true;
    policy.plain = false;
    EXPECT_EQ(refusal("PLAIN"), "mechanism-too-weak");
    EXPECT_EQ(refusal("HT-SHA-256-EXPR"), "invalid-mechanism") << "there is no such binding";
    for (const char* unknown : {"", "plain", "GSSAPI", "SCRAM-SHA-512", "SCRAM-SHA-1-PLUS", "EXTERNAL", "ANONYMOUS"})
        EXPECT_EQ(refusal(unknown), "invalid-mechanism") << unknown;
}

TEST_F(PlainServers, R059_a_disabled_account_is_told_so) {
    accounts.disabled.insert("tim");
    EXPECT_EQ(answer("PLAIN", "\0tim\0tanstaaf"s), "failure account-disabled");
    EXPECT_EQ(answer("PLAIN", "\0tim\0wrong"s), "failure not-authorized");
}

TEST_F(PlainServers, EXTERNAL_believes_the_certificate) {
    EXPECT_EQ(answer("EXTERNAL", ""), "not offered");
    accounts.certificates = {{"tim@example.org", "tim"}, {"second@example.org", "second"}};
    channel.certificate_addresses = {"tim@example.org", "tim@example.com"};
    EXPECT_EQ(answer("EXTERNAL", ""), "success tim");
    EXPECT_EQ(answer("EXTERNAL", "tim@example.org"), "success tim");
    EXPECT_EQ(answer("EXTERNAL", "second@example.org"), "failure invalid-authzid");
    EXPECT_EQ(answer("EXTERNAL", "tim@example.org/desk"), "failure invalid-authzid");
    EXPECT_EQ(answer("EXTERNAL", "t\0"s), "failure malformed-request");
    EXPECT_EQ(answer("EXTERNAL", "t\xFFm@example.org"), "failure malformed-request");
    channel.certificate_addresses = {"tim@example.com"};
    EXPECT_EQ(answer("EXTERNAL", ""), "failure not-authorized");
    EXPECT_EQ(answer("EXTERNAL", "tim@example.org"), "failure not-authorized");
}

TEST_F(PlainServers, EXTERNAL_with_two_accounts_must_be_told_which) {
    accounts.certificates = {{"tim@example.org", "tim"}, {"second@example.org", "second"}};
    channel.certificate_addresses = {"tim@example.org", "second@example.org"};
    EXPECT_EQ(answer("EXTERNAL", ""), "failure invalid-authzid");
    EXPECT_EQ(answer("EXTERNAL", "second@example.org"), "success second");
    accounts.disabled.insert("second");
    EXPECT_EQ(answer("EXTERNAL", "second@example.org"), "failure account-disabled");
    accounts.certificates["second@example.org"] = "tim";
    EXPECT_EQ(answer("EXTERNAL", ""), "success tim") << "two addresses of one account";
}

TEST_F(PlainServers, ANONYMOUS_if_allowed) {
    EXPECT_EQ(answer("ANONYMOUS", ""), "not offered");
    policy.anonymous = true;
    EXPECT_EQ(answer("ANONYMOUS", ""), "success ");
    EXPECT_EQ(answer("ANONYMOUS", "sirhc"), "success ");
    EXPECT_EQ(answer("ANONYMOUS", "\xFF"), "failure malformed-request");
}

TEST_F(PlainServers, a_token_is_as_good_as_a_password_for_its_own_mechanism) {
    channel.bindings = {{"tls-exporter", "e"}};
    accounts.tokens[{"tim", "HT-SHA-256-EXPR"}] = {"older", "newer"};
    for (const char* token : {"older", "newer"}) {
        const auto mechanism = make_server_mechanism("HT-SHA-256-EXPR", accounts, policy, channel);
        const Step step = mechanism->respond("Tim\0"s + initiator_hash(token, "e"));
        ASSERT_TRUE(std::holds_alternative<Success>(step));
        EXPECT_EQ(std::get<Success>(step).username, "tim");
        EXPECT_EQ(std::get<Success>(step).data, responder_hash(token, "e"));
        EXPECT_EQ(std::get<Success>(step).token, Secret(token));
    }
    EXPECT_EQ(answer("HT-SHA-256-NONE", "tim\0"s + initiator_hash("newer", "")), "failure credentials-expired");
    EXPECT_EQ(answer("HT-SHA-256-EXPR", "tim\0"s + initiator_hash("newer", "E")), "failure credentials-expired");
    EXPECT_EQ(answer("HT-SHA-256-EXPR", "tim\0"s + initiator_hash("gone", "e")), "failure credentials-expired");
    EXPECT_EQ(answer("HT-SHA-256-EXPR", "tom\0"s + initiator_hash("newer", "e")), "failure credentials-expired");
    EXPECT_EQ(answer("HT-SHA-256-EXPR", "t m\0"s + initiator_hash("newer", "e")), "failure credentials-expired")
        << "nobody can have that name";
    accounts.disabled.insert("tim");
    EXPECT_EQ(answer("HT-SHA-256-EXPR", "tim\0"s + initiator_hash("newer", "e")), "failure account-disabled");
    for (const std::string& bad : {""s, "tim"s, "tim\0"s, "\0x"s, "\xFF\0x"s})
        EXPECT_EQ(answer("HT-SHA-256-EXPR", bad), "failure malformed-request");
}

TEST_F(PlainServers, all_wait_for_a_message_but_tokens) {
    policy.anonymous = true;
    channel.certificate_addresses = {"tim@example.org"};
    for (const char* name : {"PLAIN", "EXTERNAL", "ANONYMOUS"})
        EXPECT_EQ(test::text_of(make_server_mechanism(name, accounts, policy, channel)->begin()), "challenge ");
    EXPECT_EQ(test::text_of(make_server_mechanism("HT-SHA-256-NONE", accounts, policy, channel)->begin()),
              "failure malformed-request");
}

TEST_F(PlainServers, offers_what_the_channel_can_do) {
    using Names = std::vector<std::string>;
    channel = {};
    EXPECT_EQ(offered_mechanisms(policy, channel), (Names{"SCRAM-SHA-256", "SCRAM-SHA-1"}));
    EXPECT_EQ(offered_fast_mechanisms(channel), Names{});
    EXPECT_EQ(offered_binding_types(channel), Names{});
    channel = {.encrypted = true, .bindings = {{"tls-server-end-point", "p"}}, .certificate_addresses = {"a@b"}};
    policy.anonymous = true;
    EXPECT_EQ(offered_mechanisms(policy, channel), (Names{"EXTERNAL", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS",
                                                          "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "ANONYMOUS"}));
    EXPECT_EQ(offered_fast_mechanisms(channel), (Names{"HT-SHA-256-ENDP", "HT-SHA-256-NONE"}));
    EXPECT_EQ(offered_binding_types(channel), (Names{"tls-server-end-point"}));
}

}  // namespace
}  // namespace rondel::sasl
