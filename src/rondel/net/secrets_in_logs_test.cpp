// V47, T-LOG: neither a password nor a token gets into a log of the client or of the server, at any level, nor into
// what is shown of the traffic: not as it is, not in base64, not in hexadecimal, and not as a digest. (The mechanisms
// that our server does not offer alone are in tests/integration/test_secrets.py.)
#include "rondel/net/client.hpp"
#include "rondel/net/run.hpp"

#include "tests/support/client_house.hpp"
#include "tests/support/secret_forms.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

class SecretsInLogsTest : public rondel::testing::ClientHouseTest {
  protected:
    SecretsInLogsTest() {
        server_shows_traffic = true;
        open(rondel::testing::issue({.alternative = "DNS:capulet.example"}, &authority));
    }
    bool server_showed(std::string_view part) const {
        return std::any_of(server_said.begin(), server_said.end(),
                           [&](const std::string& line) { return line.find(part) != line.npos; });
    }
    // With all that can be logged, in `said`.
    ClientOptions options(const Secret& password = "r0m30-at-the-balcony") {
        ClientOptions made = ClientHouseTest::options("juliet@capulet.example", password);
        made.traffic = [this](net::Direction, std::string_view xml) { said.emplace_back(xml); };
        made.stream.user_agent_id = "d4565fa7-4d72-4749-b3d3-740edbf87770";
        made.keep_token = [this](const sasl::Token& token) { kept = token; };
        return made;
    }
    void expect_nothing_of(std::string_view secret) {
        EXPECT_FALSE(said.empty() && server_said.empty()) << "nothing was logged that could hold it";
        for (const std::string& form : rondel::test::forms_of(secret))
            for (const auto* log : {&said, &server_said})
                for (const std::string& line : *log)
                    EXPECT_EQ(line.find(form), std::string::npos) << form << " in: " << line;
    }

    std::optional<sasl::Token> kept;
};

TEST_F(SecretsInLogsTest, V47_T_LOG_a_password_by_both_profiles_of_sasl) {
    domain->set_password("juliet", "r0m30-at-the-balcony");
    for (const bool sasl2 : {true, false}) {
        ClientOptions with = options();
        with.stream.sasl2 = sasl2;
        const auto juliet = enter(with);
        juliet->tell(juliet->self().address(), "said");
        ASSERT_TRUE(until([&] { return !juliet->heard.empty(); }));
        EXPECT_TRUE(was_said(">said<")) << "the traffic was shown";
        EXPECT_TRUE(server_showed("juliet@capulet.example/")) << "and whose it is";
        EXPECT_TRUE(server_showed(">said<")) << "by the server too";
        expect_nothing_of("r0m30-at-the-balcony");
    }
}

TEST_F(SecretsInLogsTest, V47_T_LOG_a_wrong_password) {
    const auto juliet = start(options("a-wrong-password"));
    ASSERT_TRUE(until([&] { return juliet->ending.has_value(); }));
    expect_nothing_of("a-wrong-password");
    EXPECT_EQ(juliet->ending->why.find("a-wrong"), std::string::npos);
}

// Operators are to see whose account somebody tries to get into. But a name that nobody here has may be a password that
// was typed in the wrong place.
TEST_F(SecretsInLogsTest, V47_T_LOG_a_failed_login_names_the_account_if_there_is_one) {
    const auto juliet = start(options("a-wrong-password"));
    ASSERT_TRUE(
        until([&] { return juliet->ending && server_showed(", which wanted to be juliet@capulet.example, left: "); }));
    ClientOptions swapped = ClientHouseTest::options("a-password-as-a-name@capulet.example", "juliet");
    const auto stranger = start(std::move(swapped));
    ASSERT_TRUE(
        until([&] { return stranger->ending && server_showed("to be nobody who has an account here, left: "); }));
    EXPECT_FALSE(server_showed("a-password-as-a-name"));
}

TEST_F(SecretsInLogsTest, V47_T_LOG_a_token_granted_and_used) {
    domain->set_password("juliet", "r0m30-at-the-balcony");
    enter(options());
    ASSERT_TRUE(kept);
    ClientOptions with = options("");
    with.token = kept;
    const std::string first(kept->secret.reveal());
    enter(with);
    expect_nothing_of(first);
    expect_nothing_of(kept->secret.reveal());  // a newer one, if it came
    expect_nothing_of("r0m30-at-the-balcony");
}

TEST_F(SecretsInLogsTest, V47_T_LOG_a_password_that_is_changed_by_a_stanza) {
    domain->set_password("juliet", "r0m30-at-the-balcony");
    const auto juliet = enter(options());
    Iq change(IqType::set, "capulet.example"_jid);
    change.set_id("change");
    xml::Element query("query", "jabber:iq:register");
    query.append("username", "jabber:iq:register").text("juliet");
    query.append("password", "jabber:iq:register").text("a-new-and-long-password");
    change.add(query.view());
    juliet->self().send(std::move(change));
    ASSERT_TRUE(until([&] { return was_said("a-new-and-long-password") || was_said("***"); }));
    juliet->tell(juliet->self().address(), "said");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty(); }));
    EXPECT_TRUE(server_showed("***"));
    expect_nothing_of("a-new-and-long-password");
}

}  // namespace
}  // namespace rondel
