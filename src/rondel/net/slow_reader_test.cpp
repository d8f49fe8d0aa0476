// The embedded server between one who offers 110 MB and one who reads nothing of it (F05).
#include "rondel/net/listener.hpp"
#include "rondel/stream/handshake.hpp"

#include <array>
#include <cstdio>
#include <set>
#include <string>

#include "tests/support/loopback.hpp"
#include "tests/support/memory_in_use.hpp"
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

namespace rondel::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using rondel::testing::memory_in_use;

// A component by hand: written to and read from as the test wants. Of what it hears it keeps the ids, and no more.
class Raw {
  public:
    Raw(asio::io_context& io, tcp::endpoint at) : socket(io) { socket.connect(at); }
    tcp::socket socket;
    std::set<std::size_t> heard, refused;  // by number; the second with resource-constraint
    bool twice = false;
    bool over = false;

    void say_hello(std::string_view domain) {
        asio::write(socket, asio::buffer("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://"
                                         "etherx.jabber.org/streams' to='" +
                                         std::string(domain) + "'>"));
        asio::async_read_until(socket, asio::dynamic_buffer(text_), "'>", [this](auto error, std::size_t) {
            if (error) return;
            const std::size_t begin = text_.find(" id='") + 5;
            const std::string id = text_.substr(begin, text_.find('\'', begin) - begin);
            text_.clear();
            asio::write(socket, asio::buffer("<handshake>" + stream::handshake_digest(id, "pass") + "</handshake>"));
        });
    }

    // From here on all that comes is read.
    void listen() {
        socket.async_read_some(asio::buffer(block_), [this](auto error, std::size_t size) {
            if (error) {
                over = true;
                return;
            }
            text_.append(block_.data(), size);
            take();
            listen();
        });
    }

  private:
    void take() {
        constexpr std::string_view end = "</message>";
        std::size_t done = 0;
        for (std::size_t at = text_.find(end); at != std::string::npos; at = text_.find(end, done)) {
            const std::string_view one(text_.data() + done, at - done);
            const std::size_t number = std::stoul(std::string(one.substr(one.find(" id='n") + 6, 8)));
            const bool error = one.find("<resource-constraint") != std::string_view::npos;
            if (!(error ? refused : heard).insert(number).second) twice = true;
            done = at + end.size();
        }
        text_.erase(0, done);
    }
    std::string text_;
    std::array<char, 64 * 1024> block_;
};

class SlowReaderTest : public rondel::testing::LoopbackTest {
  protected:
    void listen(server::JamLimits jams) {
        board.emplace(jams);
        book.emplace(*board);
        listener = std::make_unique<Listener>(io.get_executor(), *board, *book);
        for (const auto& name : {"fast.localhost"_jid, "slow.localhost"_jid, "third.localhost"_jid})
            book->add(name, "pass");
        const Result<Endpoint> where = listener->listen(*Endpoint::parse("127.0.0.1:0"));
        ASSERT_TRUE(where) << where.error().message();
        at = {asio::ip::address_v4::loopback(), where->port};
    }
    std::unique_ptr<Raw> component(std::string_view domain) {
        auto made = std::make_unique<Raw>(io, at);
        made->say_hello(domain);
        EXPECT_TRUE(until([&] { return board->is_taken(domain); }));
        return made;
    }
    static std::string message(std::size_t number, std::string_view to, std::size_t size) {
        std::string text = std::to_string(number);
        return "<message id='n" + text + "' from='fast.localhost' to='" + std::string(to) + "'><body>" +
               std::string(size, 'x') + "</body></message>";
    }

    std::optional<server::Switchboard> board;
    std::optional<server::ComponentBook> book;
    std::unique_ptr<Listener> listener;
    tcp::endpoint at;
};

TEST_F(SlowReaderTest, F05_V15_T_SLOWR_110_megabytes_for_somebody_who_reads_nothing_cost_little_and_are_told) {
    server::JamLimits jams;
    jams.patience = std::chrono::milliseconds(100);
    listen(jams);
    const auto fast = component("fast.localhost");
    const auto slow = component("slow.localhost");
    fast->listen();
    constexpr std::size_t many = 11'000, size = 10'000;
    const std::size_t before = memory_in_use();
    std::size_t said = 0, most = 0;
    std::string saying;
    bool writing = false;
    const bool all_said = until([&] {
        most = std::max(most, memory_in_use());
        if (!writing && said < many) {
            saying = message(said++, "slow.localhost", size);
            writing = true;
            asio::async_write(fast->socket, asio::buffer(saying), [&](auto, std::size_t) { writing = false; });
        }
        return said == many && !writing && fast->refused.size() > many / 2;  // the rest is in sockets and queues
    });
    EXPECT_TRUE(all_said) << said << " were taken, " << fast->refused.size() << " refused";
    const std::size_t grown = most - std::min(most, before);
    std::printf("FIGURE stopped-reader-growth-mib %.2f component to component, embedded server\n",
                static_cast<double>(grown) / (1024 * 1024));
    EXPECT_LE(grown, 8U * 1024 * 1024);

    // What was not refused is there, each once, when the slow one reads after all.
    slow->listen();
    EXPECT_TRUE(until([&] { return slow->heard.size() + fast->refused.size() == many; }))
        << slow->heard.size() << " arrived, " << fast->refused.size() << " were refused";
    std::printf("FIGURE stopped-reader-told %d embedded server\n",
                slow->heard.size() + fast->refused.size() == many ? 1 : 0);
    EXPECT_FALSE(slow->twice || fast->twice);
    for (const std::size_t number : slow->heard) EXPECT_FALSE(fast->refused.contains(number)) << number;
}

// It is slow, not dead: then its sender is slowed to its pace, nothing is refused, and nothing piles up.
TEST_F(SlowReaderTest, F05_a_sender_is_slowed_to_the_pace_of_its_reader) {
    listen({});
    const auto fast = component("fast.localhost");
    const auto slow = component("slow.localhost");
    fast->listen();
    constexpr std::size_t many = 3'000, size = 10'000;
    std::string all;
    for (std::size_t i = 0; i < many; ++i) all += message(i, "slow.localhost", size);
    bool taken = false;
    const std::size_t before = memory_in_use();
    asio::async_write(fast->socket, asio::buffer(all), [&](auto, std::size_t) { taken = true; });
    for (int idle = 0; idle < 100;) {  // until nothing goes on any more
        io.restart();
        idle = io.poll() == 0 ? idle + 1 : 0;
    }
    EXPECT_FALSE(taken) << "30 MB were taken from it, and nobody has read them";
    EXPECT_LE(memory_in_use(), before + 4U * 1024 * 1024);
    slow->listen();
    EXPECT_TRUE(until([&] { return slow->heard.size() + fast->refused.size() == many; }));
    EXPECT_TRUE(fast->refused.empty()) << fast->refused.size();
    EXPECT_FALSE(slow->twice);
}

TEST_F(SlowReaderTest, F05_one_who_reads_nothing_does_not_hold_up_what_is_for_others) {
    server::JamLimits jams;
    jams.patience = std::chrono::milliseconds(100);
    listen(jams);
    const auto fast = component("fast.localhost");
    const auto slow = component("slow.localhost");
    const auto third = component("third.localhost");
    fast->listen();
    third->listen();
    constexpr std::size_t many = 4'000;
    std::string all;
    for (std::size_t i = 0; i < many; ++i)
        all += i % 10 == 0 ? message(i, "third.localhost", 10) : message(i, "slow.localhost", 10'000);
    asio::async_write(fast->socket, asio::buffer(all), [](auto, std::size_t) {});
    EXPECT_TRUE(until([&] { return third->heard.size() == many / 10; })) << third->heard.size();
    EXPECT_TRUE(slow->heard.empty());
}

}  // namespace
}  // namespace rondel::net
