// R113, R114: our side of a WebSocket, as server, against a browser that says anything. However its bytes are cut, the
// same messages come out of them and the end is the same; frames that are right, in fragments and with pings between,
// give exactly the messages that were put in.
//
// A first byte of 0: frames that the input chooses. 1: bytes behind a right handshake. Else: bytes from the first on.
#include "rondel/net/net_error.hpp"
#include "rondel/net/websocket_handshake.hpp"
#include "rondel/stream/framing.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/fuzz/cuts.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

using namespace rondel;
using namespace rondel::test;

namespace {

namespace asio = boost::asio;
using Cut = std::function<std::size_t()>;

const std::string request =
    "GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: xmpp\r\n\r\n";

// Gives what the browser says in pieces, and then its end; takes whatever it is told. It waits for the answer to its
// request, as it must (RFC 6455 §4.1): bytes right behind the request are refused, and whether they are right behind it
// is up to the cuts.
class Browser final : public net::Transport {
  public:
    Browser(asio::io_context& io, std::string_view says, Cut cut) : io_(io), says_(says), cut_(std::move(cut)) {
        const std::size_t end = says.find("\r\n\r\n");
        if (end != says.npos) request_ = says.substr(0, end + 4);
    }
    void read(std::span<char> into, net::ReadCallback done) override {
        const std::size_t until = request_.empty() ? says_.size() : request_.size();
        const std::size_t size = says_.substr(0, std::min({into.size(), cut_(), until})).copy(into.data(), into.size());
        request_.remove_prefix(std::min(size, request_.size()));
        says_.remove_prefix(size);
        asio::post(io_, [this, done = std::move(done), size] {
            if (!closed_) done({}, size);
        });
    }
    Result<std::size_t> write(std::string_view bytes) override { return bytes.size(); }
    void on_writable(std::function<void()>) override {}
    void end_output() override {}
    void close() override { closed_ = true; }
    bool secure() const override { return false; }
    std::string description() const override { return "browser"; }

  private:
    asio::io_context& io_;
    std::string_view says_;
    std::string_view request_;  // what of it is still to be said
    Cut cut_;
    bool closed_ = false;
};

struct Outcome {
    bool opened = false;
    std::string messages;  // whole ones
    std::optional<bool> in_order;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

class Visit {
  public:
    Visit(std::string_view says, Cut cut, std::size_t most_message) {
        net::WebSocketServerOptions options;
        options.most_message = most_message;
        handshake_ = std::make_unique<net::WebSocketHandshake>(
            io_.get_executor(), std::make_unique<Browser>(io_, says, std::move(cut)), options,
            [this](std::unique_ptr<net::Transport> made, const std::string& why) {
                RONDEL_REQUIRE((made == nullptr) == !why.empty());
                transport_ = std::move(made);
                outcome_.opened = transport_ != nullptr;
                if (transport_ != nullptr) read();
            });
        io_.poll();
        RONDEL_REQUIRE(!outcome_.opened || outcome_.in_order);
        const std::size_t end = heard_.rfind(stream::message_end);
        outcome_.messages = heard_.substr(0, end == heard_.npos ? 0 : end + 1);
    }
    const Outcome& outcome() const { return outcome_; }

  private:
    void read() {
        transport_->read(buffer_, [this](std::error_code error, std::size_t size) {
            RONDEL_REQUIRE(size <= buffer_.size() && (!error || size == 0));
            heard_.append(buffer_.data(), size);
            if (error || size == 0)
                outcome_.in_order = !error;
            else
                read();
        });
    }

    asio::io_context io_{1};
    std::unique_ptr<net::WebSocketHandshake> handshake_;
    std::unique_ptr<net::Transport> transport_;
    std::array<char, 60> buffer_{};
    std::string heard_;
    Outcome outcome_;
};

Outcome outcome_however_cut(std::string_view says, std::size_t most_message = 400) {
    const Outcome whole = Visit(
                              says, [] { return std::string::npos; }, most_message)
                              .outcome();
    const Outcome bytes = Visit(
                              says, [] { return std::size_t(1); }, most_message)
                              .outcome();
    const Outcome some = Visit(says, cuts(digest(says)), most_message).outcome();
    RONDEL_REQUIRE(whole == bytes && whole == some);
    return whole;
}

std::string frame(int opcode, std::string_view payload, bool last) {
    const std::string mask = "abcd";
    std::string bytes(1, static_cast<char>((last ? 0x80 : 0) | opcode));
    if (payload.size() < 126)
        bytes += static_cast<char>(0x80 | payload.size());
    else
        bytes += {'\xFE', static_cast<char>(payload.size() >> 8), static_cast<char>(payload.size() & 0xFF)};
    bytes += mask;
    for (std::size_t i = 0; i < payload.size(); ++i) bytes += static_cast<char>(payload[i] ^ mask[i % 4]);
    return bytes;
}

void require_messages(Input& input) {
    constexpr int more = 0, text = 1, closing = 8, ping = 9, pong = 10;
    std::string says = request, expected;
    while (!input.empty()) {
        const std::uint8_t what = input.byte();
        std::string message(1 + input.byte(), 'x');
        for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<char>('a' + (i + what) % 26);
        std::string_view rest = message;
        for (std::size_t parts = what % 4; parts > 0; --parts) {
            const std::size_t size = input.byte() % (rest.size() + 1);
            says +=
                frame(rest.size() == message.size() && parts == what % 4 ? text : more, rest.substr(0, size), false);
            rest.remove_prefix(size);
            if ((what & 16) != 0) says += frame((what & 32) != 0 ? ping : pong, "hello", true);
        }
        says += frame(what % 4 == 0 ? text : more, rest, true);
        expected += message + stream::message_end;
    }
    says += frame(closing, std::string_view("\x03\xE8", 2), true);
    const Outcome outcome = outcome_however_cut(says);
    RONDEL_REQUIRE(outcome.opened && outcome.in_order == true && outcome.messages == expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0 || size > 3000) return 0;
    Input input(data, size);
    const std::uint8_t kind = input.byte();
    if (kind == 0)
        require_messages(input);
    else if (kind == 1)
        outcome_however_cut(request + std::string(input.rest()));
    else
        outcome_however_cut(std::string_view(reinterpret_cast<const char*>(data), size));
    return 0;
}
