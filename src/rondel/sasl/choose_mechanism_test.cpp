#include "rondel/sasl/client_mechanism.hpp"

#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

using Names = std::vector<std::string>;

const ChannelBindings both_bindings{{"tls-exporter", "e"}, {"tls-server-end-point", "p"}};
const Names all_types{"tls-server-end-point", "tls-exporter"};
const Names everything{"EXTERNAL",      "SCRAM-SHA-1",        "SCRAM-SHA-1-PLUS", "PLAIN",
                       "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "ANONYMOUS",        "GSSAPI"};
const Credentials juliet{.username = "juliet", .password = "r0m30"};

Offer under_tls(Names mechanisms, std::optional<Names> types = all_types, ChannelBindings bindings = both_bindings) {
    Offer offer;
    offer.mechanisms = std::move(mechanisms);
    offer.binding_types = std::move(types);
    offer.encrypted = true;
    offer.bindings = std::move(bindings);
    return offer;
}

// Name and initial response up to the user's name; or the error's number.
std::string choice(const Credentials& who, const Offer& offer, const Names& except = {}, bool plain = false) {
    ClientPolicy policy;
    policy.plain = plain;
    policy.nonce = [] { return "nonce"; };
    const auto chosen = choose_mechanism(who, offer, policy, except);
    if (!chosen) return "fault " + std::to_string(chosen.error().value());
    const std::string initial = (*chosen)->initial().value_or("");
    return std::string((*chosen)->name()) +
           ((*chosen)->name().starts_with("SCRAM") ? " " + initial.substr(0, initial.find("n=")) : "");
}
std::string fault(SaslFault fault) { return "fault " + std::to_string(static_cast<int>(fault)); }

TEST(Choice, R050_R061_is_by_our_own_order) {
    EXPECT_EQ(choice(juliet, under_tls(everything)), "SCRAM-SHA-256-PLUS p=tls-exporter,,");
    EXPECT_EQ(choice(juliet, under_tls({"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1"})),
              "SCRAM-SHA-1-PLUS p=tls-exporter,,");
    EXPECT_EQ(choice(juliet, under_tls({"SCRAM-SHA-1", "SCRAM-SHA-256", "PLAIN"}, {}, {})), "SCRAM-SHA-256 n,,");
    EXPECT_EQ(choice(juliet, under_tls({"SCRAM-SHA-1", "PLAIN"}, {}, {})), "SCRAM-SHA-1 n,,");
    EXPECT_EQ(choice(juliet, under_tls({"PLAIN"}, {}, {}), {}, true), "PLAIN");
    EXPECT_EQ(choice(juliet, under_tls({"GSSAPI", "X-OAUTH2"}, {}, {}), {}, true),
              fault(SaslFault::no_common_mechanism));
    EXPECT_EQ(choice(juliet, under_tls({}, {}, {}), {}, true), fault(SaslFault::no_common_mechanism));
}

TEST(Choice, R065_says_p_where_offered_y_where_only_we_could_and_else_n) {
    EXPECT_EQ(choice(juliet, under_tls({"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"})),
              "SCRAM-SHA-256-PLUS p=tls-exporter,,");
    EXPECT_EQ(choice(juliet, under_tls({"SCRAM-SHA-256"}, std::nullopt)), "SCRAM-SHA-256 y,,");
    EXPECT_EQ(choice(juliet, under_tls({"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, all_types, {})), "SCRAM-SHA-256 n,,");
}

TEST(Choice, R065_says_y_where_a_binding_is_offered_with_unknown_hashes_only) {
    EXPECT_EQ(choice(juliet, under_tls({"SCRAM-SHA-512-PLUS", "SCRAM-SHA-256"})), "SCRAM-SHA-256 y,,");
}

TEST(Choice, takes_the_best_binding_that_both_have) {
    const Names plus{"SCRAM-SHA-1-PLUS", "SCRAM-SHA-1"};
    EXPECT_EQ(choice(juliet, under_tls(plus, Names{"tls-unique", "tls-server-end-point"})),
              "SCRAM-SHA-1-PLUS p=tls-server-end-point,,");
    EXPECT_EQ(choice(juliet, under_tls(plus, std::nullopt)), "SCRAM-SHA-1-PLUS p=tls-exporter,,")
        << "a server older than XEP-0440 does not say";
    EXPECT_EQ(
        choice(juliet, under_tls({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"}, std::nullopt), {"SCRAM-SHA-256-PLUS"}),
        "SCRAM-SHA-1-PLUS p=tls-server-end-point,,")
        << "so the second attempt takes the next one";
}

// Both servers of Debian 12 offer -PLUS without saying which types they know: they know tls-unique, and refuse the
// others.
TEST(Choice, a_server_that_names_no_types_is_tried_with_tls_unique_first) {
    const ChannelBindings all{{"tls-exporter", "e"}, {"tls-server-end-point", "p"}, {"tls-unique", "u"}};
    const Names plus{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"};
    EXPECT_EQ(choice(juliet, under_tls(plus, std::nullopt, all)), "SCRAM-SHA-256-PLUS p=tls-unique,,");
    EXPECT_EQ(choice(juliet, under_tls(plus, std::nullopt, all), {"SCRAM-SHA-256-PLUS"}),
              "SCRAM-SHA-1-PLUS p=tls-exporter,,");
    EXPECT_EQ(choice(juliet, under_tls(plus, Names{"tls-unique", "tls-exporter"}, all)),
              "SCRAM-SHA-256-PLUS p=tls-exporter,,");
    EXPECT_EQ(choice(juliet, under_tls(plus, Names{"tls-unique"}, all)), "SCRAM-SHA-256-PLUS p=tls-unique,,");
}

// On TLS 1.3 there is no tls-unique. Who knows no other type takes 'y', or refuses it as RFC 5802 §6 demands of all who
// have one: nobody is told 'n', and no password is shown.
TEST(Choice, V29_T_CB_without_tls_unique_a_server_that_names_no_types_is_told_y_when_it_refused_to_bind) {
    const Names offered{"SCRAM-SHA-512-PLUS", "SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS",
                        "SCRAM-SHA-256",      "SCRAM-SHA-1",        "PLAIN"};
    const Offer offer = under_tls(offered, std::nullopt);
    Names tried;
    const auto next = [&] {
        const std::string chosen = choice(juliet, offer, tried, true);
        tried.push_back(chosen.substr(0, chosen.find(' ')));
        return chosen;
    };
    EXPECT_EQ(next(), "SCRAM-SHA-256-PLUS p=tls-exporter,,");
    EXPECT_EQ(next(), "SCRAM-SHA-256 y,,");
    EXPECT_EQ(next(), "SCRAM-SHA-1-PLUS p=tls-server-end-point,,");
    EXPECT_EQ(next(), "SCRAM-SHA-1 y,,");
    EXPECT_EQ(next(), fault(SaslFault::no_common_mechanism));
}

TEST(Choice, V29_T_CB_y_needs_the_same_hash_without_a_binding) {
    const Offer offer = under_tls({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1"}, std::nullopt);
    EXPECT_EQ(choice(juliet, offer, {"SCRAM-SHA-256-PLUS"}, true), fault(SaslFault::no_common_mechanism));
}

TEST(Choice, V29_T_CB_y_is_no_way_out_where_the_types_are_named_or_tls_unique_is_there) {
    const Names offered{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "PLAIN"};
    const Names tried{"SCRAM-SHA-256-PLUS"};
    ChannelBindings of_tls_1_2 = both_bindings;
    of_tls_1_2.push_back({"tls-unique", "u"});
    EXPECT_EQ(choice(juliet, under_tls(offered), tried, true), fault(SaslFault::no_common_mechanism));
    EXPECT_EQ(choice(juliet, under_tls(offered, Names{"tls-exporter"}), tried, true),
              fault(SaslFault::no_common_mechanism));
    EXPECT_EQ(choice(juliet, under_tls(offered, std::nullopt, of_tls_1_2), tried, true),
              fault(SaslFault::no_common_mechanism));
    Offer sasl2 = under_tls(offered, std::nullopt);
    sasl2.sasl2 = true;
    EXPECT_EQ(choice(juliet, sasl2, tried, true), fault(SaslFault::binding_stripped));
}

TEST(Choice, V29_T_CB_nothing_goes_on_where_the_offer_contradicts_itself) {
    EXPECT_EQ(choice(juliet, under_tls({"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"}), {}, true),
              fault(SaslFault::binding_stripped))
        << "types, but -PLUS is gone";
    EXPECT_EQ(choice(juliet, under_tls({"PLAIN"}), {}, true), fault(SaslFault::binding_stripped))
        << "SCRAM is gone too";
    Offer sasl2 = under_tls({"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"}, std::nullopt);
    sasl2.sasl2 = true;
    EXPECT_EQ(choice(juliet, sasl2), fault(SaslFault::binding_stripped)) << "-PLUS, but the types are gone";
    sasl2.binding_types = Names();
    EXPECT_EQ(choice(juliet, sasl2), fault(SaslFault::binding_stripped)) << "a list of none";
    sasl2.binding_types = all_types;
    EXPECT_EQ(choice(juliet, sasl2), "SCRAM-SHA-256-PLUS p=tls-exporter,,") << "both are there";
    sasl2.binding_types.reset();
    sasl2.mechanisms = {"SCRAM-SHA-256"};
    EXPECT_EQ(choice(juliet, sasl2), "SCRAM-SHA-256 y,,") << "neither: the server will see our y";
}

TEST(Choice, V29_T_CB_unknown_types_only_count_if_the_server_signs_for_them) {
    const Offer offer = under_tls({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}, Names{"tls-fiction"});
    ClientPolicy policy;
    policy.nonce = [] { return "nonce"; };
    auto chosen = choose_mechanism(juliet, offer, policy);
    ASSERT_TRUE(chosen.has_value());
    EXPECT_EQ((*chosen)->initial(), "n,,n=juliet,r=nonce");
    EXPECT_EQ((*chosen)->respond("r=noncex,s=QSXCR+Q6sek8bf92,i=4096").error(), SaslFault::binding_stripped);
}

// Every server has that type (XEP-0440, rule 1), and many no other: one honest server like that needs no signature.
TEST(Choice, V29_T_CB_a_type_that_every_server_has_needs_no_signature) {
    const ChannelBindings exporter{{"tls-exporter", "e"}};
    const Offer offer = under_tls({"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}, Names{"tls-server-end-point"}, exporter);
    ClientPolicy policy;
    policy.nonce = [] { return "nonce"; };
    auto chosen = choose_mechanism(juliet, offer, policy);
    ASSERT_TRUE(chosen.has_value());
    EXPECT_EQ((*chosen)->initial(), "n,,n=juliet,r=nonce");
    EXPECT_TRUE((*chosen)->respond("r=noncex,s=QSXCR+Q6sek8bf92,i=4096").has_value());
}

TEST(Choice, V29_T_CB_a_binding_that_failed_is_not_done_without) {
    const Names tried{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"};
    EXPECT_EQ(choice(juliet, under_tls(everything), {"SCRAM-SHA-256-PLUS"}, true), "SCRAM-SHA-1-PLUS p=tls-exporter,,");
    EXPECT_EQ(choice(juliet, under_tls(everything), tried, true), fault(SaslFault::no_common_mechanism));
}

TEST(Choice, V29_PLAIN_only_under_TLS_and_if_allowed) {
    Offer offer = under_tls({"PLAIN"}, std::nullopt);
    EXPECT_EQ(choice(juliet, offer), fault(SaslFault::only_plain_offered));
    EXPECT_EQ(choice(juliet, offer, {}, true), "PLAIN");
    EXPECT_EQ(choice(juliet, offer, {"PLAIN"}, true), fault(SaslFault::no_common_mechanism));
    offer.encrypted = false;
    EXPECT_EQ(choice(juliet, offer, {}, true), fault(SaslFault::only_plain_offered));
}

TEST(Choice, EXTERNAL_needs_a_certificate_that_TLS_has_shown) {
    Credentials certified = juliet;
    certified.certificate = true;
    EXPECT_EQ(choice(certified, under_tls(everything)), "EXTERNAL");
    EXPECT_EQ(choice(certified, under_tls(everything), {"EXTERNAL"}), "SCRAM-SHA-256-PLUS p=tls-exporter,,");
    certified.password = {};
    EXPECT_EQ(choice(certified, under_tls({"SCRAM-SHA-1"}, {}, {})), fault(SaslFault::no_common_mechanism));
}

TEST(Choice, ANONYMOUS_is_for_those_without_a_name) {
    EXPECT_EQ(choice({}, under_tls(everything)), "ANONYMOUS");
    EXPECT_EQ(choice({}, under_tls({"SCRAM-SHA-1"}, {}, {})), fault(SaslFault::no_common_mechanism));
    EXPECT_EQ(choice(juliet, under_tls({"ANONYMOUS"}, {}, {})), fault(SaslFault::no_common_mechanism));
}

TEST(Choice, a_token_is_tried_first_with_its_own_mechanism_only) {
    Credentials known = juliet;
    known.token = Token{"HT-SHA-256-EXPR", "t", {}};
    Offer offer = under_tls(everything);
    EXPECT_EQ(choice(known, offer), "SCRAM-SHA-256-PLUS p=tls-exporter,,") << "no FAST there";
    offer.fast_mechanisms = {"HT-SHA-256-NONE", "HT-SHA-256-EXPR"};
    EXPECT_EQ(choice(known, offer), "HT-SHA-256-EXPR");
    EXPECT_EQ(choice(known, offer, {"HT-SHA-256-EXPR"}), "SCRAM-SHA-256-PLUS p=tls-exporter,,");
    offer.encrypted = false;
    EXPECT_EQ(choice(known, offer), "SCRAM-SHA-256-PLUS p=tls-exporter,,") << "not where others can see it";
    offer.encrypted = true;
    Credentials nameless = known;
    nameless.username = "";
    EXPECT_EQ(choice(nameless, offer), "ANONYMOUS") << "a token is of an account";
    offer.bindings = {{"tls-server-end-point", "p"}};
    EXPECT_EQ(choice(known, offer), "SCRAM-SHA-256-PLUS p=tls-server-end-point,,")
        << "the token is for another binding";
    known.password = {};
    offer.bindings = both_bindings;
    EXPECT_EQ(choice(known, offer), "HT-SHA-256-EXPR") << "without a password";
}

TEST(Choice, a_password_must_be_one) {
    Credentials who = juliet;
    who.password = "a\nb";
    EXPECT_EQ(choice(who, under_tls(everything)), fault(SaslFault::bad_password));
    who.password = {};
    EXPECT_EQ(choice(who, under_tls(everything)), fault(SaslFault::no_common_mechanism));
}

TEST(Choice, V49_nonces_are_random) {
    const auto nonce = [] {
        return (*choose_mechanism(juliet, under_tls(everything), ClientPolicy()))->initial().value();
    };
    EXPECT_NE(nonce(), nonce());
}

}  // namespace
}  // namespace rondel::sasl
