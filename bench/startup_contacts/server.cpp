#include "server.hpp"

#include "rondel/base/random.hpp"
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"
#include "rondel/stream/accepting_client_stream.hpp"
#include "rondel/stream/accepting_stream.hpp"
#include "rondel/xep/caps.hpp"
#include "rondel/xep/roster_item.hpp"
#include "rondel/xml/writer.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <fmt/format.h>
#include <poll.h>

namespace bench {

using namespace rondel;
using boost::asio::ip::tcp;

namespace {

// One account, whose password is known.
class OneAccount final : public stream::ClientDirectory {
  public:
    std::optional<sasl::ScramKeys> keys_of(std::string_view, sasl::Hash hash) const override {
        return sasl::derive_keys(password, hash).value();
    }
    bool is_disabled(std::string_view) const override { return false; }
    std::optional<std::string> certified(const std::vector<std::string>&) const override { return std::nullopt; }
    std::vector<Secret> tokens_of(std::string_view, std::string_view) const override { return {}; }
    bool serves(std::string_view) const override { return true; }
    std::variant<Jid, Condition> bind(const stream::BindRequest& request) override {
        return request.account.with_resource("bench").value();
    }
    std::optional<stream::Resumption> take_session(const Jid&, std::string_view) override { return std::nullopt; }
    std::optional<std::uint32_t> handled_in(const Jid&, std::string_view) override { return std::nullopt; }
    std::optional<sasl::Token> grant_token(const Jid&, std::string_view, std::string_view) override {
        return std::nullopt;
    }
    void revoke_tokens(const Jid&, std::string_view) override {}
    bool registration_open() const override { return false; }
    std::optional<Condition> add_account(std::string_view, const Secret&) override { return Condition::not_allowed; }
};

class OneComponent final : public stream::ComponentDirectory {
  public:
    const Secret* secret_of(std::string_view name) const override { return name == domain ? &secret_ : nullptr; }
    bool is_taken(std::string_view) const override { return false; }

  private:
    Secret secret_ = password;
};

Jid contact(std::size_t number) { return Jid::parse(fmt::format("contact{:06}@example.com", number)).value(); }

// As people's clients send it, with what they can do (XEP-0115).
Presence presence_of(JidView contact, JidView to) {
    Presence presence(to);
    presence.set_from(Jid(contact).with_resource("phone.kS4b").value());
    presence.set_priority(5);
    const caps::Caps can{
        .hash = "sha-1", .node = "http://code.google.com/p/exodus", .ver = "QgayPKawpkPSDYmwT/WM94uAlu0="};
    presence.add(xml::encode(can));
    return presence;
}

Message greeting(JidView to) {
    Message message(to, "hello");
    message.set_from(contact(0).with_resource("phone.kS4b").value());
    return message;
}

roster::Query roster_of(std::size_t contacts) {
    roster::Query query;
    query.ver = "1";
    for (std::size_t i = 0; i < contacts; ++i) {
        roster::Item item;
        item.jid = contact(i);
        item.name = fmt::format("Contact {}", i);
        item.subscription = roster::Subscription::both;
        query.items.push_back(std::move(item));
    }
    return query;
}

// One connection, which reads while it writes, as a server must: the host stops reading while we do not.
class Wire {
  public:
    Wire(tcp::socket socket, stream::Stream& stream) : socket_(std::move(socket)), stream_(stream) {
        socket_.non_blocking(true);
        stream_.start(Clock::now());
    }

    // Until the stream is closed. `flood`, if any, gives one stanza after the other while there is little to write.
    Served run(const std::function<void(stream::Event&)>& take) {
        for (bool closed = false; !closed;) {
            while (auto event = stream_.next_event()) {
                closed = closed || std::holds_alternative<stream::Closed>(*event);
                take(*event);
            }
            while (flood && stream_.backlog() < 256 * 1024)
                if (!flood()) flood = {};
            wait();
            write();
            closed = !read() || closed;
        }
        return served_;
    }
    void send(const Stanza& stanza) {
        if (const std::error_code refused = stream_.send(stanza)) throw std::runtime_error(refused.message());
        ++served_.stanzas;
    }
    std::function<bool()> flood = {};  // false: that was the last

  private:
    void wait() {
        pollfd ready{socket_.native_handle(), POLLIN, 0};
        if (stream_.backlog() != 0) ready.events |= POLLOUT;
        poll(&ready, 1, -1);
    }
    void write() {
        const std::string_view bytes = stream_.output();
        boost::system::error_code error;
        const std::size_t size = socket_.write_some(boost::asio::buffer(bytes.data(), bytes.size()), error);
        served_.bytes += size;
        stream_.wrote(size);
    }
    bool read() {
        boost::system::error_code error;
        const std::size_t size = socket_.read_some(boost::asio::buffer(buffer_), error);
        if (error) return error == boost::asio::error::would_block;
        stream_.receive(std::string_view(buffer_.data(), size), Clock::now());
        return true;
    }

    tcp::socket socket_;
    stream::Stream& stream_;
    std::array<char, 65536> buffer_{};
    Served served_;
};

}  // namespace

std::size_t roster_bytes(std::size_t contacts) {
    const Element query = xml::encode(roster_of(contacts));
    std::string written;
    if (const std::error_code refused = xml::write(query, written, "jabber:client", {.bytes = 1 << 30}))
        throw std::runtime_error(refused.message());
    return written.size();
}

Served serve_client(tcp::socket socket, std::size_t contacts) {
    OneAccount accounts;
    stream::AcceptingClientOptions options;
    options.domain = "localhost";
    options.require_tls = options.can_start_tls = false;
    options.stream_management = false;
    options.writing.bytes = 1 << 30;
    stream::AcceptingClientStream stream(accounts, options, [] { return random_token(128); });
    Wire wire(std::move(socket), stream);
    Jid bot;
    return wire.run([&](stream::Event& event) {
        if (const auto* opened = std::get_if<stream::Opened>(&event)) bot = opened->address;
        auto* received = std::get_if<stream::Received>(&event);
        if (received == nullptr) return;
        const Stanza& stanza = received->stanza;
        if (stanza.kind() == StanzaKind::iq && stanza.payload("query", roster::ns)) {
            Iq result = Iq(stanza.copy()).result(xml::encode(roster_of(contacts)));
            wire.send(result);
        } else if (stanza.kind() == StanzaKind::presence && stanza.type().empty()) {
            wire.flood = [&, next = std::size_t{0}]() mutable {
                if (next < contacts) return wire.send(presence_of(contact(next++), bot)), true;
                return wire.send(greeting(bot)), false;
            };
        }
    });
}

Served serve_component(tcp::socket socket, std::size_t probes) {
    const OneComponent components;
    stream::AcceptingStream stream(components, random_token(128));
    Wire wire(std::move(socket), stream);
    const Jid bot = Jid::parse(domain).value();
    std::size_t answered = 0;
    return wire.run([&](stream::Event& event) {
        if (std::holds_alternative<stream::Opened>(event) && probes == 0) wire.send(greeting(bot));
        const auto* received = std::get_if<stream::Received>(&event);
        if (received == nullptr || received->stanza.type() != "probe") return;
        wire.send(presence_of(received->stanza.to(), received->stanza.from()));
        if (++answered == probes) wire.send(greeting(bot));
    });
}

}  // namespace bench
