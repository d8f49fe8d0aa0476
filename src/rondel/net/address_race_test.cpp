// Who answers first of a host's addresses. (RFC 8305)
#include "rondel/net/address_race.hpp"

#include <memory>
#include <optional>

#include "tests/support/loopback.hpp"
#include <boost/asio/ip/address.hpp>
#include <gmock/gmock.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::make_address;
using asio::ip::tcp;

class AddressRaceTest : public rondel::testing::LoopbackTest {
  protected:
    void start(RaceOptions options = {}) {
        race = std::make_unique<AddressRace>(io.get_executor(), port, options,
                                             [this](RaceEnd how) { end = std::move(how); });
    }
    bool over() {
        return until([&] { return end.has_value(); });
    }
    std::string winner() const { return end->socket->remote_endpoint().address().to_string(); }

    tcp::acceptor acceptor{io, {asio::ip::address_v4::loopback(), 0}};
    std::uint16_t port = acceptor.local_endpoint().port();
    std::unique_ptr<AddressRace> race;
    std::optional<RaceEnd> end;
};

TEST_F(AddressRaceTest, the_one_that_answers_wins) {
    start();
    race->add({make_address("::1"), make_address("127.0.0.2"), make_address("127.0.0.1")});
    race->complete("");
    EXPECT_FALSE(end) << "not from inside";
    ASSERT_TRUE(over());
    EXPECT_EQ(winner(), "127.0.0.1");
}

TEST_F(AddressRaceTest, F16_one_that_is_dead_costs_a_head_start_and_no_more) {
    // A full backlog takes no more connections, and does not refuse them either.
    tcp::acceptor full(io, tcp::v4());
    full.bind({make_address("127.0.0.3"), port});
    full.listen(0);
    std::vector<tcp::socket> waiting;
    for (int i = 0; i < 8; ++i) {
        waiting.emplace_back(io);
        waiting.back().async_connect({make_address("127.0.0.3"), port}, [](boost::system::error_code) {});
    }
    RaceOptions options;
    options.head_start = std::chrono::milliseconds(1);
    start(options);
    race->add({make_address("127.0.0.3"), make_address("127.0.0.1")});
    race->complete("");
    ASSERT_TRUE(over());
    EXPECT_EQ(winner(), "127.0.0.1");
}

TEST_F(AddressRaceTest, addresses_may_come_late) {
    RaceOptions options;
    options.head_start = std::chrono::milliseconds(1);
    start(options);
    race->add({make_address("127.0.0.2")});  // refuses
    for (int i = 0; i < 5; ++i) io.run_one_for(std::chrono::milliseconds(5));
    EXPECT_FALSE(end) << "more may come";
    race->add({make_address("127.0.0.1")});
    race->complete("");
    ASSERT_TRUE(over());
    EXPECT_EQ(winner(), "127.0.0.1");
}

TEST_F(AddressRaceTest, without_an_answer_the_last_trouble_is_told) {
    start();
    race->add({make_address("127.0.0.2"), make_address("::1")});
    race->complete("no more");
    ASSERT_TRUE(over());
    EXPECT_FALSE(end->socket);
    EXPECT_THAT(end->why, ::testing::AnyOf("Connection refused", "Cannot assign requested address"));
}

TEST_F(AddressRaceTest, without_an_address_what_was_said_about_that) {
    start();
    race->complete("the name was not found");
    EXPECT_FALSE(end) << "not from inside";
    ASSERT_TRUE(over());
    EXPECT_EQ(end->why, "the name was not found");
}

TEST_F(AddressRaceTest, other_machines_are_left_alone_if_told_so) {
    RaceOptions options;
    options.loopback_only = true;
    start(options);
    race->add({make_address("192.0.2.1"), make_address("2001:db8::1")});
    race->complete("");
    ASSERT_TRUE(over());
    EXPECT_TRUE(end->refused_off_machine);
}

TEST_F(AddressRaceTest, F04_it_comes_to_an_end) {
    RaceOptions options;
    options.limit = std::chrono::milliseconds(5);
    start(options);
    ASSERT_TRUE(over());
    EXPECT_EQ(end->why, "no answer in time");
}

TEST_F(AddressRaceTest, one_that_is_given_up_says_nothing) {
    start();
    race->add({make_address("127.0.0.1")});
    race.reset();
    io.run_for(std::chrono::milliseconds(1));
    EXPECT_FALSE(end);
}

}  // namespace
}  // namespace rondel::net
