#include "rondel/sasl/scram_client.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include <gtest/gtest.h>

namespace rondel::sasl {
namespace {

ScramRequest of_rfc_5802() {
    ScramRequest request;
    request.hash = Hash::sha1;
    request.username = "user";
    request.password = "pencil";
    request.nonce = "fyko+d2lbbFgONRv9qkxdawL";
    return request;
}
constexpr std::string_view server_first = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
constexpr std::string_view server_final = "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=";

TEST(ScramClient, R066_has_the_exchange_of_RFC_5802) {
    const auto client = make_scram_client(of_rfc_5802());
    EXPECT_EQ(client->name(), "SCRAM-SHA-1");
    EXPECT_EQ(client->initial(), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
    EXPECT_EQ(client->respond(server_first).value(),
              "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    EXPECT_EQ(client->finish(server_final), std::error_code());
}

TEST(ScramClient, R066_has_the_exchange_of_RFC_7677) {
    ScramRequest request;
    request.username = "user";
    request.password = "pencil";
    request.nonce = "rOprNGfwEbeRWgbNEkqO";
    const auto client = make_scram_client(std::move(request));
    EXPECT_EQ(client->name(), "SCRAM-SHA-256");
    EXPECT_EQ(client->initial(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    EXPECT_EQ(client->respond("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")
                  .value(),
              "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+"
              "Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    EXPECT_EQ(client->finish("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="), std::error_code());
}

// The messages of XEP-0388, "Challenges and Responses": tls-exporter, with 32 bytes of binding. (Its proof is left out:
// it does not follow from the messages before it, as RFC 5802 has it.)
TEST(ScramClient, R065_binds_as_XEP_0388_shows) {
    ScramRequest request = of_rfc_5802();
    request.nonce = "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6";
    request.flag = 'p';
    const std::string header = "p=tls-exporter,,";
    const std::string c = "cD10bHMtZXhwb3J0ZXIsLMcoQvOdBDePd4OswlmAWV3dg1a1Wh1tYPTBwVid10VU";
    request.binding = ChannelBinding{"tls-exporter", parse_base64(c)->substr(header.size())};
    const auto client = make_scram_client(std::move(request));
    EXPECT_EQ(client->name(), "SCRAM-SHA-1-PLUS");
    EXPECT_EQ(client->initial(), header + "n=user,r=12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6");
    const std::string nonce = "12C4CD5C-E38E-4A98-8F6D-15C38F51CCC6a09117a6-ac50-4f2f-93f1-93799c2bddf6";
    const std::string answer = client->respond("r=" + nonce + ",s=QSXCR+Q6sek8bf92,i=4096").value();
    EXPECT_TRUE(answer.starts_with("c=" + c + ",r=" + nonce + ",p=")) << answer;
}

TEST(ScramClient, takes_the_last_message_as_a_challenge_too) {
    const auto client = make_scram_client(of_rfc_5802());
    client->initial();
    ASSERT_TRUE(client->respond(server_first).has_value());
    EXPECT_EQ(client->respond(server_final).value(), "");
    EXPECT_EQ(client->finish(std::nullopt), std::error_code());
}

TEST(ScramClient, wants_no_second_signature_with_the_success) {
    const auto verified = [] {
        auto client = make_scram_client(of_rfc_5802());
        client->initial();
        EXPECT_TRUE(client->respond(server_first).has_value());
        EXPECT_TRUE(client->respond(server_final).has_value());
        return client;
    };
    EXPECT_EQ(verified()->finish(""), std::error_code());
    EXPECT_EQ(verified()->finish(server_final), SaslFault::bad_challenge);
}

TEST(ScramClient, V26_T_SCRAM_V_R062_believes_no_success_without_the_signature) {
    const auto after = [](int steps) {
        auto client = make_scram_client(of_rfc_5802());
        client->initial();
        if (steps > 0) {
            EXPECT_TRUE(client->respond(server_first).has_value());
        }
        return client;
    };
    EXPECT_EQ(after(0)->finish(std::nullopt), SaslFault::early_success) << "before the challenge";
    EXPECT_EQ(after(0)->finish(server_final), SaslFault::early_success);
    EXPECT_EQ(after(1)->finish(std::nullopt), SaslFault::early_success) << "no data";
    EXPECT_EQ(after(1)->finish(""), SaslFault::bad_challenge);
    EXPECT_EQ(after(1)->finish("v="), SaslFault::bad_challenge);
    EXPECT_EQ(after(1)->finish("v=rmF9pqV8S7suAoZWja4dJRkFsKR="), SaslFault::bad_challenge) << "padding bits";
    EXPECT_EQ(after(1)->finish("v=AAAAAAAAAAAAAAAAAAAAAAAAAAA="), SaslFault::bad_server_signature);
    EXPECT_EQ(after(1)->finish("v=QUFB"), SaslFault::bad_server_signature) << "too short";
    EXPECT_EQ(after(1)->finish("e=invalid-proof"), SaslFault::server_error) << "an error with success";
    EXPECT_EQ(after(1)->respond("v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=").error(), SaslFault::bad_server_signature);

    const auto failed = after(1);
    EXPECT_FALSE(failed->respond("v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=").has_value());
    EXPECT_EQ(failed->finish(server_final), SaslFault::early_success) << "what failed stays so";

    const auto twice = after(1);
    ASSERT_TRUE(twice->respond(server_final).has_value());
    EXPECT_FALSE(twice->respond(server_final).has_value());
}

// RFC 5802 §5.1: unknown optional extensions MUST be ignored. Nothing signs them here, so they can say nothing.
TEST(ScramClient, ignores_what_follows_the_signature) {
    const auto after = [](std::string_view extensions) {
        auto client = make_scram_client(of_rfc_5802());
        client->initial();
        EXPECT_TRUE(client->respond(server_first).has_value());
        return client->finish(std::string(server_final) + std::string(extensions));
    };
    EXPECT_EQ(after(",x=tended"), std::error_code());
    EXPECT_EQ(after(",A=-le.or=clientserverrgP,B=2"), std::error_code()) << "as the fuzzer said it";
    EXPECT_EQ(after(","), SaslFault::bad_challenge);
    EXPECT_EQ(after(",x"), SaslFault::bad_challenge);
    EXPECT_EQ(after(",x=1,x=2"), SaslFault::bad_challenge) << "twice";
    EXPECT_EQ(after(",v=AAAA"), SaslFault::bad_challenge) << "another signature";
    EXPECT_EQ(after(",e=other-error"), SaslFault::bad_challenge);
    EXPECT_EQ(after("x=1"), SaslFault::bad_challenge) << "without a comma it is the signature that is broken";
}

TEST(ScramClient, V30_T_SCRAM_P_R063_refuses_a_nonce_that_is_not_ours_continued) {
    for (const char* nonce : {"other", "fyko+d2lbbFgONRv9qkxdawL", "xfyko+d2lbbFgONRv9qkxdawL", "fyko"}) {
        const auto client = make_scram_client(of_rfc_5802());
        EXPECT_EQ(client->respond("r=" + std::string(nonce) + ",s=QSXCR+Q6sek8bf92,i=4096").error(),
                  SaslFault::bad_nonce);
    }
}

TEST(ScramClient, V30_T_SCRAM_P_computes_neither_too_little_nor_too_much) {
    const auto answer = [](std::string_view iterations) {
        return make_scram_client(of_rfc_5802())
            ->respond("r=fyko+d2lbbFgONRv9qkxdawLx,s=QSXCR+Q6sek8bf92,i=" + std::string(iterations));
    };
    EXPECT_EQ(answer("0").error(), SaslFault::bad_challenge);
    EXPECT_EQ(answer("1").error(), SaslFault::too_few_iterations);
    EXPECT_EQ(answer("4095").error(), SaslFault::too_few_iterations);
    EXPECT_TRUE(answer("4096").has_value());
    EXPECT_EQ(answer("10000001").error(), SaslFault::too_many_iterations);
    EXPECT_EQ(answer("2147483648").error(), SaslFault::too_many_iterations);
    EXPECT_EQ(answer("4294971392").error(), SaslFault::too_many_iterations) << "4096 modulo 2³²";
}

TEST(ScramClient, V29_T_CB_sees_that_the_offer_was_changed) {
    const auto with = [](std::string_view extension, bool must) {
        ScramRequest request = of_rfc_5802();
        request.offer_hash = "SUlJ";
        request.offer_must_be_vouched = must;
        return make_scram_client(std::move(request))->respond(std::string(server_first) + std::string(extension));
    };
    EXPECT_TRUE(with("", false).has_value()) << "the server does not know XEP-0474";
    EXPECT_TRUE(with(",h=SUlJ", true).has_value());
    EXPECT_EQ(with(",h=QUFB", false).error(), SaslFault::binding_stripped);
    EXPECT_EQ(with("", true).error(), SaslFault::binding_stripped);
}

TEST(ScramClient, says_whom_it_acts_for) {
    ScramRequest request = of_rfc_5802();
    request.username = "us,er=";
    request.authzid = "boss@example.org";
    request.flag = 'y';
    EXPECT_EQ(make_scram_client(std::move(request))->initial(),
              "y,a=boss@example.org,n=us=2Cer=3D,r=fyko+d2lbbFgONRv9qkxdawL");
}

}  // namespace
}  // namespace rondel::sasl
