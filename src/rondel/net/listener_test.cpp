// The listener, against peers that do not behave.
#include "rondel/net/listener.hpp"

#include "rondel/net/net_error.hpp"
#include "rondel/stream/handshake.hpp"

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "tests/support/certificate.hpp"
#include "tests/support/descriptor_limit.hpp"
#include "tests/support/loopback.hpp"
#include "tests/support/memory_in_use.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using rondel::testing::DescriptorLimit;
using rondel::testing::memory_in_use;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view header =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
    "to='echo.localhost'>";

class ListenerTest : public rondel::testing::LoopbackTest {
  protected:
    void listen(ListenerOptions options = {}) {
        listener = std::make_unique<Listener>(io.get_executor(), board, book, std::move(options));
        book.add("echo.localhost"_jid, "pass");
        const Result<Endpoint> where = listener->listen(*Endpoint::parse("127.0.0.1:0"));
        ASSERT_TRUE(where) << where.error().message();
        at = {asio::ip::address_v4::loopback(), where->port};
    }

    // A peer that says something and then listens until it is cut off.
    struct Peer {
        explicit Peer(asio::io_context& io) : socket(io) {}
        tcp::socket socket;
        std::string heard;
        bool over = false;
    };
    std::shared_ptr<Peer> peer(std::string_view says = {}) {
        auto made = std::make_shared<Peer>(io);
        made->socket.connect(at);
        asio::write(made->socket, asio::buffer(says.data(), says.size()));
        asio::async_read(made->socket, asio::dynamic_buffer(made->heard),
                         [made](boost::system::error_code, std::size_t) { made->over = true; });
        return made;
    }

    server::Switchboard board;
    server::ComponentBook book{board};
    std::unique_ptr<Listener> listener;
    tcp::endpoint at;
};

TEST_F(ListenerTest, V14_T_PREAUTH_who_stalls_anywhere_is_closed_in_time) {
    ListenerOptions options;
    options.stream.opening = std::chrono::milliseconds(50);
    listen(std::move(options));
    std::vector<std::shared_ptr<Peer>> peers;
    const std::string whole = std::string(header) + "<handshake>aaee83c26aeeafcb</handshake";
    for (std::size_t size = 0; size <= whole.size(); size += 7) peers.push_back(peer(whole.substr(0, size)));
    peers.push_back(peer("     \n\n   "));
    ASSERT_TRUE(
        until([&] { return std::all_of(peers.begin(), peers.end(), [](const auto& each) { return each->over; }); }));
    for (const auto& each : peers) EXPECT_THAT(each->heard, HasSubstr("<connection-timeout"));
    peers.clear();
    EXPECT_TRUE(until([&] { return listener->connections() == 0; }));
}

TEST_F(ListenerTest, V14_T_PREAUTH_who_stalls_costs_little_and_leaves_nothing) {
    listen();
    const auto stall = [&](std::size_t many) {
        std::vector<tcp::socket> sockets;
        for (std::size_t i = 0; i < many; ++i) {
            sockets.emplace_back(io).connect(at);
            asio::write(sockets.back(), asio::buffer(header.data(), header.size()));
        }
        EXPECT_TRUE(until([&] { return listener->connections() == many; }));
        return sockets;
    };
    constexpr std::size_t many = 100;
    for (int round = 0; round < 2; ++round) {
        std::vector<tcp::socket> sockets = stall(many);  // once, for what is kept for the next ones
        sockets.clear();
        ASSERT_TRUE(until([&] { return listener->connections() == 0; }));
    }
    const std::size_t before = memory_in_use();
    std::vector<tcp::socket> sockets = stall(many);
    io.restart();
    io.poll();
    EXPECT_LT((memory_in_use() - before) / many, 32U * 1024);
    sockets.clear();
    ASSERT_TRUE(until([&] { return listener->connections() == 0; }));
    EXPECT_LT(memory_in_use(), before + 64 * 1024);
}

// Who asks and asks, and never listens to the answers, is not listened to any more: they would fill our memory.
TEST_F(ListenerTest, F05_V15_T_SLOWR_what_waits_for_a_component_is_bounded_whatever_it_says) {
    listen();
    tcp::socket socket(io);
    socket.connect(at);
    asio::write(socket, asio::buffer(header.data(), header.size()));
    std::string greeting;
    bool greeted = false;
    asio::async_read_until(socket, asio::dynamic_buffer(greeting), "'>", [&](auto, std::size_t) { greeted = true; });
    ASSERT_TRUE(until([&] { return greeted; }));
    const std::size_t begin = greeting.find(" id='") + 5;
    const std::string id = greeting.substr(begin, greeting.find('\'', begin) - begin);
    const std::string broken = "<iq from='echo.localhost' to='echo.localhost' id='1' type='get'/>";
    std::string all = "<handshake>" + stream::handshake_digest(id, "pass") + "</handshake>";
    while (all.size() < 40'000'000) all += broken;
    const std::size_t before = memory_in_use();
    bool over = false;
    asio::async_write(socket, asio::buffer(all), [&](auto, std::size_t) { over = true; });
    for (int idle = 0; idle < 1000;) {
        io.restart();
        idle = io.poll() == 0 ? idle + 1 : 0;
    }
    EXPECT_FALSE(over) << "it was listened to to the end";
    EXPECT_LT(memory_in_use(), before + 24 * 1024 * 1024);
}

TEST_F(ListenerTest, V37_R015_T_CSEC_every_stream_has_an_id_of_its_own_that_nobody_guesses) {
    listen();
    std::set<std::string> ids;
    constexpr std::size_t many = 200;
    for (std::size_t i = 0; i < many; ++i) {
        const auto each = peer(std::string(header) + "<handshake/>");
        ASSERT_TRUE(until([&] { return each->over; }));
        const std::size_t begin = each->heard.find(" id='") + 5;
        ids.insert(each->heard.substr(begin, each->heard.find('\'', begin) - begin));
    }
    EXPECT_EQ(ids.size(), many);
    for (const std::string& id : ids) EXPECT_GE(id.size(), 22U) << "128 bits, six in a character";
}

// One of its own descriptors that accept connections, and on loopback.
TEST_F(ListenerTest, V50_T_PORTS_listens_where_it_was_told_and_nowhere_else) {
    listen();
    std::vector<std::uint16_t> ports;
    for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
        const int fd = std::stoi(entry.path().filename().string());
        int accepts = 0;
        socklen_t size = sizeof accepts;
        if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &accepts, &size) != 0 || accepts == 0) continue;
        sockaddr_in address{};
        size = sizeof address;
        ASSERT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
        EXPECT_EQ(address.sin_family, AF_INET);
        EXPECT_EQ(ntohl(address.sin_addr.s_addr), INADDR_LOOPBACK);
        ports.push_back(ntohs(address.sin_port));
    }
    EXPECT_THAT(ports, ::testing::ElementsAre(at.port()));
}

TEST_F(ListenerTest, R095_more_connections_than_allowed_are_closed_at_once) {
    ListenerOptions options;
    options.connections = 2;
    listen(std::move(options));
    const auto one = peer(header);
    const auto two = peer(header);
    ASSERT_TRUE(until([&] { return listener->connections() == 2; }));
    const auto three = peer(header);
    ASSERT_TRUE(until([&] { return three->over; }));
    EXPECT_EQ(three->heard, "");
    one->socket.close();
    ASSERT_TRUE(until([&] { return listener->connections() == 1; }));
    const auto four = peer(std::string(header) + "<handshake/>");
    ASSERT_TRUE(until([&] { return four->over; }));
    EXPECT_THAT(four->heard, HasSubstr("<not-authorized"));
    EXPECT_FALSE(two->over);
}

// An operator saw nothing of whom it turned away, and nothing of whom TLS had not let in.
TEST_F(ListenerTest, R095_whom_it_turns_away_is_told_once_a_minute) {
    std::vector<std::string> said;
    ListenerOptions options;
    options.connections = 1;
    options.log = [&said](LogLevel level, std::string_view sentence) {
        if (level == LogLevel::warning) said.emplace_back(sentence);
    };
    listen(std::move(options));
    const auto one = peer(header);
    ASSERT_TRUE(until([&] { return listener->connections() == 1; }));
    for (int i = 0; i < 3; ++i) {
        const auto other = peer(header);
        ASSERT_TRUE(until([&] { return other->over; }));
    }
    EXPECT_THAT(said, ElementsAre("A connection from 127.0.0.1 was closed at once: there are too many in all."));
}

TEST_F(ListenerTest, R095_a_handshake_that_fails_is_told_with_the_address_it_came_from) {
    const auto certificate = rondel::testing::make_certificate({"xmpp.localhost"});
    std::vector<std::string> said;
    ListenerOptions options;
    options.certificate = {certificate.chain, certificate.key};
    options.log = [&said](LogLevel, std::string_view sentence) { said.emplace_back(sentence); };
    listen(std::move(options));
    const auto each = peer(header);
    ASSERT_TRUE(until([&] { return each->over; }));
    EXPECT_THAT(said, ElementsAre(StartsWith("127.0.0.1 left: No TLS: what came from there is no TLS (")));
}

TEST_F(ListenerTest, who_never_said_who_it_is_is_told_by_its_address) {
    std::vector<std::string> said;
    ListenerOptions options;
    options.log = [&said](LogLevel, std::string_view sentence) { said.emplace_back(sentence); };
    listen(std::move(options));
    std::string unknown(header);
    unknown.replace(unknown.find("echo."), 5, "other.");
    const auto each = peer(unknown);
    const std::string from = "127.0.0.1:" + std::to_string(each->socket.local_endpoint().port());
    ASSERT_TRUE(until([&] { return each->over; }));
    EXPECT_THAT(said, ElementsAre(AllOf(StartsWith("A component at " + from + " left: "), HasSubstr("host-unknown"),
                                        HasSubstr("'other.localhost'"))));
}

TEST_F(ListenerTest, R041_plain_text_to_a_tls_port_gets_no_stream_in_answer) {
    const auto certificate = rondel::testing::make_certificate({"xmpp.localhost"});
    ListenerOptions options;
    options.certificate = {certificate.chain, certificate.key};
    listen(std::move(options));
    const auto each = peer(header);
    ASSERT_TRUE(until([&] { return each->over; }));
    EXPECT_THAT(each->heard, Not(HasSubstr("<")));
}

TEST_F(ListenerTest, V14_T_PREAUTH_a_tls_handshake_that_stalls_is_closed_in_time) {
    const auto certificate = rondel::testing::make_certificate({"xmpp.localhost"});
    ListenerOptions options;
    options.certificate = {certificate.chain, certificate.key};
    options.stream.opening = std::chrono::milliseconds(50);
    listen(std::move(options));
    const auto silent = peer();
    const auto slow = peer("\x16\x03\x01\x02");
    ASSERT_TRUE(until([&] { return silent->over && slow->over; }));
}

// TLS takes 90 KiB for itself: not before there is somebody who greets.
TEST_F(ListenerTest, V14_T_PREAUTH_who_stalls_before_tls_costs_little_and_leaves_nothing) {
    const auto certificate = rondel::testing::make_certificate({"xmpp.localhost"});
    ListenerOptions options;
    options.certificate = {certificate.chain, certificate.key};
    listen(std::move(options));
    constexpr std::string_view greeting("\x16\x03\x01\x02\x00\x01\x00\x01", 8);
    std::size_t ran = 0;
    const auto settle = [&] {
        for (int turn = 0; turn < 200; ++turn) io.restart(), ran += io.poll();
    };
    for (const std::size_t said : {0U, 1U, 4U, 5U, 8U}) {
        constexpr std::size_t many = 50;
        const auto stall = [&] {
            std::vector<tcp::socket> sockets;
            for (std::size_t i = 0; i < many; ++i) {
                sockets.emplace_back(io).connect(at);
                asio::write(sockets.back(), asio::buffer(greeting.data(), said));
            }
            settle();
            return sockets;
        };
        for (int round = 0; round < 2; ++round) stall(), settle();
        const std::size_t before = memory_in_use();
        ran = 0;
        std::vector<tcp::socket> sockets = stall();
        EXPECT_GE(ran, many) << "They were let in.";
        EXPECT_LT(ran, 10 * many) << "Who waits for the rest does not spin.";
        EXPECT_LT((memory_in_use() - before) / many, 32U * 1024) << said;
        sockets.clear();
        settle();
        EXPECT_LT(memory_in_use(), before + 64 * 1024) << "An end is one at once: " << said;
    }
}

TEST_F(ListenerTest, F09_out_of_descriptors_it_waits_without_spinning_and_goes_on) {
    std::vector<std::string> said;
    ListenerOptions options;
    options.log = [&said](LogLevel, std::string_view sentence) { said.emplace_back(sentence); };
    listen(std::move(options));
    DescriptorLimit limit;
    std::vector<std::shared_ptr<Peer>> peers;
    for (int i = 0; i < 3; ++i) peers.push_back(peer(header));  // in the kernel's queue: nobody accepts yet
    const int lowest_free = ::dup(0);
    ::close(lowest_free);
    ASSERT_TRUE(limit.set(static_cast<rlim_t>(lowest_free)));
    std::size_t ran = 0;
    for (int turn = 0; turn < 1000; ++turn) {
        io.restart();
        ran += io.poll();
    }
    EXPECT_EQ(listener->connections(), 0U);
    EXPECT_LT(ran, 500U) << "one try each turn would be spinning";
    EXPECT_THAT(said, ElementsAre(AllOf(HasSubstr("No connection can be accepted"), HasSubstr("ulimit -n"))));
    ASSERT_TRUE(limit.set(static_cast<rlim_t>(lowest_free) + 20));
    ASSERT_TRUE(until([&] { return listener->connections() == 3; }));
    EXPECT_THAT(said, ElementsAre(HasSubstr("No connection"), "Connections are accepted again."));
}

TEST_F(ListenerTest, F09_it_may_have_several_doors_and_each_goes_on) {
    listen();
    const tcp::endpoint first = at;
    const Result<Endpoint> where = listener->listen(*Endpoint::parse("127.0.0.1:0"));
    ASSERT_TRUE(where);
    const tcp::endpoint second{asio::ip::address_v4::loopback(), where->port};
    DescriptorLimit limit;
    std::vector<std::shared_ptr<Peer>> peers;
    for (const tcp::endpoint& each : {first, second, first, second}) {
        at = each;
        peers.push_back(peer(header));
    }
    const int lowest_free = ::dup(0);
    ::close(lowest_free);
    ASSERT_TRUE(limit.set(static_cast<rlim_t>(lowest_free)));
    for (int turn = 0; turn < 10; ++turn) {
        io.restart();
        io.poll();
    }
    ASSERT_TRUE(limit.set(static_cast<rlim_t>(lowest_free) + 20));
    ASSERT_TRUE(until([&] { return listener->connections() == 4; }));
    listener->shut_down();
    ASSERT_TRUE(
        until([&] { return std::all_of(peers.begin(), peers.end(), [](const auto& each) { return each->over; }); }));
    EXPECT_THAT(peers.front()->heard, HasSubstr("<system-shutdown"));
}

TEST_F(ListenerTest, F09_descriptors_above_1024_are_like_others) {
    DescriptorLimit limit;
    if (!limit.set(4096)) GTEST_SKIP() << "this system allows too few descriptors";
    std::vector<int> taken;
    while (taken.empty() || taken.back() < 1100) taken.push_back(::dup(0));
    listen();
    const auto each = peer(std::string(header) + "<handshake/>");
    EXPECT_GT(each->socket.native_handle(), 1024);
    EXPECT_TRUE(until([&] { return each->over; }));
    EXPECT_THAT(each->heard, HasSubstr("<not-authorized"));
    for (const int fd : taken) ::close(fd);
}

}  // namespace
}  // namespace rondel::net
