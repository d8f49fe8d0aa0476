#include "rondel/sasl/scram_server.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/sasl/client_mechanism.hpp"
#include "rondel/sasl/offer_hash.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include "tests/support/accounts.hpp"
#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

const Channel bound_channel{.encrypted = true,
                            .bindings = {{"tls-exporter", "exported"}, {"tls-server-end-point", "certificate"}}};

// Accounts, a policy and what a client would say.
struct ScramServerTest : testing::Test {
    test::Accounts accounts;
    ServerPolicy policy;
    Channel channel;

    ScramServerTest() {
        policy.domain = "example.org";
        policy.iterations = 4096;
        policy.nonce = [] { return "server"; };
        accounts.add("user", "pencil");
    }

    std::unique_ptr<ServerMechanism> server(std::string_view name = "SCRAM-SHA-1") {
        return make_server_mechanism(name, accounts, policy, channel);
    }

    // The whole exchange, as somebody with this password goes through it; `change` may spoil the final message.
    std::string exchange(std::string_view name, std::string_view header, std::string_view user, const Secret& password,
                         std::string_view binding = {}, void (*change)(std::string&) = nullptr) {
        const auto mechanism = server(name);
        if (!mechanism) return "not offered";
        const Hash hash = name.find("256") != name.npos ? Hash::sha256 : Hash::sha1;
        const std::string bare = "n=" + std::string(user) + ",r=client";
        const Step first = mechanism->respond(std::string(header) + bare);
        if (!std::holds_alternative<Challenge>(first)) return test::text_of(first);
        const std::string challenge = std::get<Challenge>(first).data;
        const std::size_t salt = challenge.find(",s=") + 3;
        const std::size_t count = challenge.find(",i=");
        const std::size_t after = challenge.find(",h=");
        const std::string without = "c=" + to_base64(std::string(header) + std::string(binding)) + ",r=clientserver";
        const Secret salted =
            salted_password(hash, password, *parse_base64(challenge.substr(salt, count - salt)),
                            static_cast<std::uint32_t>(std::stoul(challenge.substr(count + 3, after - count - 3))));
        const ClientProof made = prove(hash, salted, bare + "," + challenge + "," + without);
        std::string final = without + ",p=" + to_base64(made.proof);
        if (change != nullptr) change(final);
        const Step last = mechanism->respond(final);
        if (const auto* success = std::get_if<Success>(&last)) {
            EXPECT_EQ(success->data, "v=" + to_base64(made.server_signature));
            return "success " + success->username;
        }
        return test::text_of(last);
    }
};

TEST_F(ScramServerTest, R066_has_the_exchange_of_RFC_5802) {
    accounts.keys[{"user", Hash::sha1}] =
        derive_keys("pencil", Hash::sha1, *parse_base64("QSXCR+Q6sek8bf92"), 4096).value();
    policy.nonce = [] { return "3rfcNHYJY1ZVvWVs7j"; };
    const auto mechanism = server();
    const std::string first = test::text_of(mechanism->respond("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL"));
    EXPECT_TRUE(
        first.starts_with("challenge r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096,h="))
        << first;
}

TEST_F(ScramServerTest, lets_in_who_knows_the_password) {
    EXPECT_EQ(exchange("SCRAM-SHA-1", "n,,", "user", "pencil"), "success user");
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "user", "pencil"), "success user");
    EXPECT_EQ(exchange("SCRAM-SHA-256", "y,,", "user", "pencil"), "success user") << "we offer no binding here";
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "USER", "pencil"), "success user") << "case is mapped";
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "user", "pencil "), "failure not-authorized");
}

TEST_F(ScramServerTest, names_may_hold_what_is_escaped) {
    accounts.add("a,b=c", "pencil");
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "a=2Cb=3Dc", "pencil"), "success a,b=c");
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "a=2cb", "pencil"), "failure malformed-request");
}

TEST_F(ScramServerTest, binds_to_the_channel) {
    channel = bound_channel;
    for (const char* name : {"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"}) {
        EXPECT_EQ(exchange(name, "p=tls-exporter,,", "user", "pencil", "exported"), "success user");
        EXPECT_EQ(exchange(name, "p=tls-server-end-point,,", "user", "pencil", "certificate"), "success user");
        EXPECT_EQ(exchange(name, "p=tls-exporter,,", "user", "pencil", "other"), "failure not-authorized");
        EXPECT_EQ(exchange(name, "p=tls-server-end-point,,", "user", "pencil", "exported"), "failure not-authorized");
    }
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "user", "pencil"), "success user") << "a client that cannot";
}

// gloox and slixmpp 1.8 know tls-unique only, and do not read what XEP-0440 offers. (On TLS 1.3 no channel has it.)
TEST_F(ScramServerTest, binds_to_any_type_that_the_channel_has) {
    channel = bound_channel;
    channel.bindings.push_back({"tls-unique", "finished"});
    EXPECT_EQ(exchange("SCRAM-SHA-256-PLUS", "p=tls-unique,,", "user", "pencil", "finished"), "success user");
    EXPECT_EQ(exchange("SCRAM-SHA-256-PLUS", "p=tls-unique,,", "user", "pencil", "other"), "failure not-authorized");
}

TEST_F(ScramServerTest, R064_V29_T_CB_refuses_flags_that_do_not_fit) {
    channel = bound_channel;
    EXPECT_EQ(exchange("SCRAM-SHA-256", "y,,", "user", "pencil"), "failure not-authorized") << "our offer was stripped";
    EXPECT_EQ(exchange("SCRAM-SHA-256-PLUS", "p=tls-unique,,", "user", "pencil"), "failure not-authorized");
    EXPECT_EQ(exchange("SCRAM-SHA-256-PLUS", "n,,", "user", "pencil"), "failure malformed-request");
    EXPECT_EQ(exchange("SCRAM-SHA-256-PLUS", "y,,", "user", "pencil"), "failure malformed-request");
    EXPECT_EQ(exchange("SCRAM-SHA-256", "p=tls-exporter,,", "user", "pencil", "exported"), "failure malformed-request");
    channel.bindings.clear();
    EXPECT_EQ(exchange("SCRAM-SHA-256-PLUS", "p=tls-exporter,,", "user", "pencil"), "not offered");
}

TEST_F(ScramServerTest, R064_c_and_nonce_are_always_checked) {
    const auto with = [&](void (*change)(std::string&)) {
        return exchange("SCRAM-SHA-256", "n,,", "user", "pencil", {}, change);
    };
    EXPECT_EQ(with([](std::string& m) { m.replace(0, 6, "c=eSws"); }), "failure not-authorized")
        << "y,, instead of n,,";
    EXPECT_EQ(with([](std::string& m) { m.replace(m.find("r=client"), 8, "r=Client"); }), "failure not-authorized");
    EXPECT_EQ(with([](std::string& m) { m.replace(m.find("server"), 6, ""); }), "failure not-authorized");
    EXPECT_EQ(with([](std::string& m) { m.insert(m.find(",p="), ",x=y"); }), "failure not-authorized")
        << "an extension is fine, but the proof does not cover it";
    EXPECT_EQ(with([](std::string& m) { m.insert(m.find(",p="), ",m=y"); }), "failure malformed-request");
    EXPECT_EQ(with([](std::string& m) { m.resize(m.size() - 4); }), "failure not-authorized") << "a short proof";
}

TEST_F(ScramServerTest, V30_each_exchange_has_a_nonce_of_its_own) {
    policy.nonce = {};
    const std::string one = test::text_of(server()->respond("n,,n=user,r=x"));
    EXPECT_NE(one, test::text_of(server()->respond("n,,n=user,r=x")));
    EXPECT_GE(one.find(",s=") - one.find("r=x"), 3u + 22);
}

TEST_F(ScramServerTest, goes_through_its_steps_once) {
    const auto mechanism = server();
    EXPECT_EQ(test::text_of(mechanism->begin()), "challenge ");
    EXPECT_EQ(test::text_of(mechanism->respond("garbage")), "failure malformed-request");
    EXPECT_EQ(test::text_of(mechanism->respond("n,,n=user,r=x")), "failure malformed-request") << "after a failure";
}

TEST_F(ScramServerTest, V28_T_ENUM_nobody_learns_who_has_an_account) {
    const auto first = [&](std::string_view user) {
        return test::text_of(server("SCRAM-SHA-256")->respond("n,,n=" + std::string(user) + ",r=client"));
    };
    const auto salt = [](const std::string& text) {
        return text.substr(text.find(",s="), text.find(",i=") - text.find(",s="));
    };
    EXPECT_EQ(first("nobody"), first("nobody")) << "stable";
    EXPECT_EQ(salt(first("nobody")), salt(first("NOBODY"))) << "of the name as it is compared";
    EXPECT_NE(salt(first("nobody")), salt(first("no-one")));
    EXPECT_EQ(first("nobody").size(), first("user").size());
    EXPECT_NE(first("nobody").find(",i=4096,"), std::string::npos) << "the usual number";
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "nobody", "pencil"), exchange("SCRAM-SHA-256", "n,,", "user", "wrong"));
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "with/slash\u2028", "pencil"), "failure not-authorized");
    const ServerPolicy other = policy;
    EXPECT_EQ(other.fake_salt_key, policy.fake_salt_key) << "a copy goes on with the same salts";
    EXPECT_NE(ServerPolicy().fake_salt_key, ServerPolicy().fake_salt_key);
}

TEST_F(ScramServerTest, an_account_without_keys_of_this_hash_is_none) {
    accounts.keys.erase({"user", Hash::sha1});
    EXPECT_EQ(exchange("SCRAM-SHA-1", "n,,", "user", "pencil"), "failure not-authorized");
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "user", "pencil"), "success user");
}

TEST_F(ScramServerTest, V24_T_AUTHZ_R054_one_may_act_for_oneself_only) {
    const auto as = [&](std::string_view authzid, const Secret& password = "pencil") {
        return exchange("SCRAM-SHA-256", "n,a=" + std::string(authzid) + ",", "user", password);
    };
    EXPECT_EQ(as("user@example.org"), "success user");
    EXPECT_EQ(as("USER@Example.org"), "success user");
    EXPECT_EQ(as("other@example.org"), "failure invalid-authzid");
    EXPECT_EQ(as("user@example.com"), "failure invalid-authzid");
    EXPECT_EQ(as("user@example.org/desk"), "failure invalid-authzid");
    EXPECT_EQ(as("example.org"), "failure invalid-authzid");
    EXPECT_EQ(as("user"), "failure invalid-authzid");
    EXPECT_EQ(as("@@"), "failure invalid-authzid");
    EXPECT_EQ(as("user=40example.org"), "failure malformed-request");
    EXPECT_EQ(as("other@example.org", "wrong"), "failure not-authorized");
}

TEST_F(ScramServerTest, R059_a_disabled_account_is_told_so_if_its_owner_asks) {
    accounts.disabled.insert("user");
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "user", "pencil"), "failure account-disabled");
    EXPECT_EQ(exchange("SCRAM-SHA-256", "n,,", "user", "wrong"), "failure not-authorized");
}

TEST_F(ScramServerTest, V29_signs_what_it_offered) {
    channel = bound_channel;
    const std::string first = test::text_of(server("SCRAM-SHA-256-PLUS")->respond("p=tls-exporter,,n=user,r=client"));
    const std::string expected =
        offer_hash(Hash::sha256, offered_mechanisms(policy, channel), offered_binding_types(channel));
    EXPECT_TRUE(first.ends_with(",h=" + expected)) << first;
}

// Our client and our server, each mechanism.
TEST_F(ScramServerTest, goes_with_our_client) {
    channel = bound_channel;
    for (const char* name : {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1"}) {
        const bool plus = std::string_view(name).ends_with("PLUS");
        Credentials who{.username = "user", .password = "pencil"};
        Offer offer;
        offer.encrypted = true;
        offer.mechanisms = offered_mechanisms(policy, channel);
        offer.binding_types = offered_binding_types(channel);
        if (plus) offer.bindings = channel.bindings;
        std::vector<std::string> except;
        for (const std::string& offered : offer.mechanisms)
            if (offered.ends_with("256") != std::string_view(name).ends_with("256") && !plus) except.push_back(offered);
        if (std::string_view(name) == "SCRAM-SHA-1-PLUS") except.emplace_back("SCRAM-SHA-256-PLUS");
        auto client = choose_mechanism(who, offer, {}, except).value();
        ASSERT_EQ(client->name(), name);
        const auto mechanism = server(name);
        Step step = mechanism->respond(*client->initial());
        step = mechanism->respond(client->respond(std::get<Challenge>(step).data).value());
        ASSERT_TRUE(std::holds_alternative<Success>(step)) << name;
        EXPECT_EQ(client->finish(std::get<Success>(step).data), std::error_code());
    }
}

}  // namespace
}  // namespace rondel::sasl
