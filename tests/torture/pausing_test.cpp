// F10: memory ends, and calls of the kernel fail, at every point of a connection that begins to pause while pieces
// gather, goes on and leaves off (net/gathering.hpp). Either all is answered, or the connection ends and says so.
#include "rondel/net/connection.hpp"
#include "rondel/net/socket_transport.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stream/component_stream.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "tests/torture/scarce_calls.hpp"
#include "tests/torture/scarce_memory.hpp"
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

namespace rondel::torture {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

struct Echo final : net::ConnectionOwner {
    void on_event(stream::Event& event, Instant) override {
        if (std::holds_alternative<stream::Closed>(event)) closed = true;
        if (auto* received = std::get_if<stream::Received>(&event)) {
            const Message message(std::move(received->stanza));
            static_cast<void>(connection->stream().send(message.reply("x")));
        }
    }
    void on_written(Instant) override {}
    void on_finished() override { finished = true; }
    bool wants_to_read() const override { return true; }
    void expire(Instant) override {}
    Instant deadline() const override { return never; }

    net::Connection* connection = nullptr;
    bool closed = false;
    bool finished = false;
};

class Pausing {
  public:
    Pausing() {
        tcp::acceptor acceptor(io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0));
        tcp::socket peer(io_);
        peer.connect(acceptor.local_endpoint());
        peer.non_blocking(true);
        peer_ = peer.release();
        tcp::socket ours = acceptor.accept();
        descriptor_ = ours.native_handle();
        net::ConnectionOptions options;
        options.pause = 5ms;
        options.linger = 20ms;
        stream::ComponentCredentials who{"echo.localhost"_jid, "pass"};
        connection_ = std::make_unique<net::Connection>(
            io_.get_executor(), net::make_transport(std::move(ours)),
            std::make_unique<stream::ComponentStream>(std::move(who), stream::StreamOptions()), owner_, options);
        owner_.connection = connection_.get();
        connection_->start();
        say("<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
            "from='echo.localhost' id='1'><handshake/>");
    }

    ~Pausing() {
        if (peer_ >= 0) ::close(peer_);
    }
    Pausing(const Pausing&) = delete;
    Pausing& operator=(const Pausing&) = delete;

    // Just before it pauses.
    void warm_up() {
        for (int i = 0; i < 250; ++i) EXPECT_TRUE(answer_to(1));
    }
    // What went wrong.
    std::string play() {
        for (int i = 0; i < 10; ++i)
            if (!answer_to(1)) return "one was not answered";
        for (int i = 0; i < 3; ++i)
            if (!answer_to(5)) return "five were not answered";
        // Nothing comes in a pause: it waits as before.
        const auto enough = std::chrono::steady_clock::now() + 12ms;
        while (std::chrono::steady_clock::now() < enough) run();
        return answer_to(1) ? "" : "the last was not answered";
    }
    bool was_late() const { return was_late_; }

  private:
    // By read() and write(), which never fail here.
    void say(std::string_view text) {
        if (::write(peer_, text.data(), text.size()) < 0) return;  // its end is seen elsewhere
    }
    void hear() {
        const Plenty plenty;
        ssize_t size = 0;
        while ((size = ::read(peer_, buffer_.data(), buffer_.size())) > 0)
            heard_.append(buffer_.data(), static_cast<std::size_t>(size));
        for (; (at_ = heard_.find("</message>", at_)) != std::string::npos; at_ += 10) ++answers_;
        at_ = heard_.size() < 10 ? 0 : heard_.size() - 9;
        if (size == 0) ::close(std::exchange(peer_, -1));  // in its turn
    }
    void run() {
        io_.restart();
        io_.run_one_for(1ms);
        hear();  // behind it, so that no answer waits for the next piece
        const Plenty plenty;
        int bytes = 0;
        socklen_t size = sizeof bytes;
        if (getsockopt(descriptor_, SOL_SOCKET, SO_RCVLOWAT, &bytes, &size) == 0 && bytes > 1) was_late_ = true;
    }
    bool answer_to(int count) {
        for (int i = 0; i < count; ++i)
            say("<message from='a@localhost/b' to='echo.localhost' type='chat'><body>x</body></message>");
        expected_ += count;
        const auto limit = std::chrono::steady_clock::now() + 10s;
        while (answers_ < expected_ && !owner_.finished)
            if (run(); std::chrono::steady_clock::now() > limit) return false;
        return answers_ == expected_ || owner_.closed;
    }

    boost::asio::io_context io_{1};
    int peer_ = -1;
    int descriptor_ = -1;
    Echo owner_;
    std::unique_ptr<net::Connection> connection_;
    std::array<char, 4096> buffer_{};
    std::string heard_;
    std::size_t at_ = 0;
    int answers_ = 0, expected_ = 0;
    bool was_late_ = false;
};

struct Played {
    std::string wrong;
    bool failed = false;  // what was to
    bool was_late = false;
};

// On a thread of its own: Asio keeps memory for each.
template <class Fail, class HasFailed>
Played play(const Fail& fail, const HasFailed& has_failed) {
    Played played;
    std::thread([&] {
        Pausing pausing;
        pausing.warm_up();
        fail();
        played.wrong = pausing.play();
        played.failed = has_failed();
        played.was_late = pausing.was_late();
        fail_allocation(0);
        fail_call(0, 0);
    }).join();
    return played;
}

template <class Fail, class HasFailed>
void play_all(const char* figure, const Fail& fail, const HasFailed& has_failed) {
    std::signal(SIGPIPE, SIG_IGN);  // for the peer's write()
    std::size_t played = 0, survived = 0;
    bool was_late = false;
    for (std::size_t number = 1; number < 100'000; ++number) {
        const Played one = play([&] { fail(number); }, has_failed);
        was_late = was_late || one.was_late;
        EXPECT_EQ(one.wrong, "") << number;
        if (!one.failed) break;
        ++played, survived += one.wrong.empty() ? 1 : 0;
    }
    std::printf("FIGURE %s %zu/%zu\n", figure, survived, played);
    EXPECT_GT(played, 0U);
    EXPECT_TRUE(was_late) << "it never paused";
}

TEST(Pausing, F10_memory_that_ends_at_every_point_of_a_connection_that_pauses) {
    play_all(
        "pausing-allocation-failures-survived", [](std::size_t number) { fail_allocation(number); }, has_failed);
}

TEST(Pausing, F10_calls_of_the_kernel_that_fail_at_every_point_of_a_connection_that_pauses) {
    play_all(
        "pausing-call-failures-survived", [](std::size_t number) { fail_call(number, number % kinds_of_failure); },
        call_has_failed);
}

}  // namespace
}  // namespace rondel::torture
