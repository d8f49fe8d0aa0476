#include "rondel/sasl/plain_clients.hpp"

#include "rondel/sasl/hashed_token.hpp"

#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

using namespace std::string_literals;

TEST(PlainClient, says_names_and_password) {
    const auto client = make_plain_client("", "tim", "tanstaaftanstaaf");  // RFC 4616 §4
    EXPECT_EQ(client->name(), "PLAIN");
    EXPECT_EQ(client->initial(), "\0tim\0tanstaaftanstaaf"s);
    EXPECT_EQ(client->finish(std::nullopt), std::error_code());
    EXPECT_EQ(make_plain_client("Ursel", "Kurt", "xipj3plmq")->initial(), "Ursel\0Kurt\0xipj3plmq"s);
}

TEST(PlainClient, answers_an_empty_challenge_once) {
    const auto client = make_plain_client("", "tim", "x");
    EXPECT_EQ(client->respond("give me more").error(), SaslFault::bad_challenge);
    EXPECT_EQ(client->respond("").value(), "\0tim\0x"s);
    EXPECT_FALSE(client->respond("").has_value());
    const auto began = make_plain_client("", "tim", "x");
    began->initial();
    EXPECT_FALSE(began->respond("").has_value()) << "the password goes out once";
}

TEST(ExternalClient, R054_names_nobody_unless_it_acts_for_another) {
    EXPECT_EQ(make_external_client("")->initial(), "");
    EXPECT_EQ(make_external_client("boss@example.org")->initial(), "boss@example.org");
    EXPECT_EQ(make_external_client("")->name(), "EXTERNAL");
}

TEST(AnonymousClient, says_nothing) {
    EXPECT_EQ(make_anonymous_client()->initial(), "");
    EXPECT_EQ(make_anonymous_client()->name(), "ANONYMOUS");
}

TEST(TokenClient, shows_that_it_has_the_token_and_wants_the_same) {
    const Token token{"HT-SHA-256-EXPR", "secret-token", {}};
    const auto make = [&] { return make_token_client("juliet", token, "bound"); };
    EXPECT_EQ(make()->name(), "HT-SHA-256-EXPR");
    EXPECT_EQ(make()->initial(), "juliet\0"s + initiator_hash("secret-token", "bound"));
    EXPECT_NE(make()->initial(), make_token_client("juliet", token, "elsewhere")->initial());
    EXPECT_EQ(make()->finish(responder_hash("secret-token", "bound")), std::error_code());
    EXPECT_EQ(make()->finish(initiator_hash("secret-token", "bound")), SaslFault::bad_server_signature) << "an echo";
    EXPECT_EQ(make()->finish(responder_hash("secret-token", "elsewhere")), SaslFault::bad_server_signature);
    EXPECT_EQ(make()->finish(""), SaslFault::bad_server_signature);
    EXPECT_EQ(make()->finish(std::nullopt), SaslFault::early_success);
}

TEST(HashedToken, binds_to_what_its_name_says) {
    const ChannelBindings bindings{{"tls-exporter", "e"}, {"tls-server-end-point", "p"}};
    EXPECT_EQ(token_binding("HT-SHA-256-EXPR", bindings), "e");
    EXPECT_EQ(token_binding("HT-SHA-256-ENDP", bindings), "p");
    EXPECT_EQ(token_binding("HT-SHA-256-NONE", bindings), "");
    EXPECT_EQ(token_binding("HT-SHA-256-UNIQ", bindings), std::nullopt);
    EXPECT_EQ(token_binding("HT-SHA-256-EXPR", {}), std::nullopt);
    EXPECT_EQ(token_mechanisms({}), (std::vector<std::string>{"HT-SHA-256-NONE"}));
    EXPECT_EQ(token_mechanisms(bindings).size(), 3u);
}

}  // namespace
}  // namespace rondel::sasl
