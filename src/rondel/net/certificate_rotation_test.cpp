// F17: the server's certificate changes, and expires, while its clients talk: nobody who is there is disturbed, whoever
// comes sees the new one, and who refuses it says why.
#include "tests/support/client_house.hpp"
#include <gmock/gmock.h>

namespace rondel {
namespace {

using rondel::testing::issue;

class CertificateRotationTest : public rondel::testing::ClientHouseTest {
  protected:
    // Who talk without a pause: each answers whatever it hears.
    CertificateRotationTest() {
        for (int i = 0; i < many; ++i) {
            Router answering;
            answering.on_message([](const Message& in, Entity& self) { self.send(Message(in.from(), "and again")); });
            const char* account = i % 2 == 0 ? "juliet" : "romeo";
            talkers.push_back(enter(options(std::string(account) + "@capulet.example/" + std::to_string(i),
                                            i % 2 == 0 ? "r0m30" : "jul13t"),
                                    std::move(answering)));
        }
        for (int i = 0; i < many; i += 2)
            for (int at_once = 0; at_once < 8; ++at_once)
                talkers[i]->tell(Jid(talkers[i + 1]->self().address()), "It is the east");
    }

    // Each of them hears so many more messages, in its first session.
    bool talk_goes_on(std::size_t more = 100) {
        std::vector<std::size_t> before;
        for (const auto& each : talkers) before.push_back(each->heard.size());
        const bool heard = until([&] {
            for (std::size_t i = 0; i < talkers.size(); ++i)
                if (talkers[i]->heard.size() < before[i] + more) return false;
            return true;
        });
        for (const auto& each : talkers)
            if (each->sessions != 1 || !each->in_session()) return false;
        return heard;
    }

    void use(const testing::Certificate& certificate) {
        std::string why;
        ASSERT_FALSE(listener->use({certificate.chain, certificate.key}, why)) << why;
    }

    ClientOptions newcomer(const testing::Certificate& trusts) {
        ClientOptions with = options("juliet@capulet.example/newcomer");
        with.tls.ca_file = folder.path() + "/" + std::to_string(++files) + ".pem";
        std::ofstream(with.tls.ca_file) << trusts.chain;
        return with;
    }

    static constexpr int many = 4;
    int files = 0;
    std::vector<std::unique_ptr<Running>> talkers;
};

TEST_F(CertificateRotationTest, F17_under_load_sessions_live_on_and_whoever_comes_sees_the_new_one) {
    ASSERT_TRUE(talk_goes_on());
    const auto other = issue({.alternative = "", .common_name = "other authority", .constraints = "critical,CA:TRUE"});
    for (int round = 0; round < 3; ++round) {
        use(issue({.alternative = "DNS:capulet.example"}, &other));
        ASSERT_TRUE(talk_goes_on());
        EXPECT_EQ(enter(newcomer(other))->sessions, 1);
        said.clear();
        const auto distrustful = start(newcomer(authority));
        ASSERT_TRUE(until([&] { return was_said("its certificate was refused: "); }));
        EXPECT_EQ(distrustful->sessions, 0);
        // It goes on trying, and gets in when there is one again that it trusts.
        use(issue({.alternative = "DNS:capulet.example"}, &authority));
        ASSERT_TRUE(talk_goes_on());
        ASSERT_TRUE(until([&] { return distrustful->sessions == 1; }));
    }
}

TEST_F(CertificateRotationTest, F17_under_load_one_that_has_expired_is_refused_by_that_name_and_replaced) {
    use(issue({.alternative = "DNS:capulet.example", .first_day = -30, .last_day = -1}, &authority));
    ASSERT_TRUE(talk_goes_on());
    said.clear();
    const auto late = start(newcomer(authority));
    ASSERT_TRUE(until([&] { return was_said("expired"); }));
    EXPECT_EQ(late->sessions, 0);
    use(issue({.alternative = "DNS:capulet.example"}, &authority));
    ASSERT_TRUE(until([&] { return late->sessions == 1; }));
    ASSERT_TRUE(talk_goes_on());
}

}  // namespace
}  // namespace rondel
