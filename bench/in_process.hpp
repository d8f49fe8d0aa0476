// A component without its socket: bytes of the server in, through stream, entity, router, handler, entity and stream,
// bytes out. What net::Component does, with a loop in place of the network.
#pragma once

#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/loop.hpp"
#include "rondel/service/parking.hpp"
#include "rondel/service/router.hpp"
#include "rondel/stream/component_stream.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace rondel::bench {

// Owns: stream, entity and loop.   Threads: one.
class InProcess final : public Link {
  public:
    explicit InProcess(Router router, EntityOptions options = {})
        : stream_(stream::ComponentCredentials{"echo.example.com"_jid, "pass"}),
          entity_("echo.example.com"_jid, loop_.executor(), std::move(options)) {
        entity_.take(std::move(router));
        stream_.start(now_);
        feed(
            "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
            "id='3BF96D32' from='echo.example.com'><handshake/>");
    }

    // One read: all its stanzas are handled, and what they sent is taken in one write. As in a program it happens
    // inside the loop, where Asio has memory for coroutines at hand.
    void feed(std::string_view bytes) {
        executing::post(loop_.executor(), [this, bytes] { read(bytes); });
        loop_.run_ready();
        flush();
    }

  private:
    void read(std::string_view bytes) {
        stream_.receive(bytes, now_);
        while (auto event = stream_.next_event()) {
            if (auto* received = std::get_if<stream::Received>(&*event))
                entity_.receive(std::move(received->stanza), now_);
            else if (std::holds_alternative<stream::Opened>(*event))
                entity_.opened(*this, now_);
        }
    }

  public:
    void flush() {
        if (stream_.output().empty()) return;
        written += stream_.output().size();
        stream_.wrote(stream_.output().size());
        entity_.wrote(stream_.stanzas_written(), now_);
    }

    void expire(Instant now) {
        now_ = now;
        entity_.expire(now_);
    }

    std::error_code transmit(Stanza& stanza) override { return stream_.send(stanza); }
    std::size_t backlog() const override { return stream_.backlog(); }

    HostedEntity& entity() { return entity_; }
    std::string_view output() const { return stream_.output(); }
    Instant now() const { return now_; }

    std::uint64_t written = 0;  // bytes

  private:
    Instant now_{std::chrono::hours(1)};
    Loop loop_;
    stream::ComponentStream stream_;
    HostedEntity entity_;
};

// As many stanzas as fit into a read of 16 KiB, and at least one.
template <class Make>
std::string batch_of(const Make& make, std::size_t& count) {
    std::string bytes = make(0);
    for (count = 1;; ++count) {
        const std::string next = make(count);
        if (bytes.size() + next.size() > 16 * 1024) return bytes;
        bytes += next;
    }
}

inline std::string chat_message(std::string_view from, std::size_t number, std::string_view body) {
    return "<message from='" + std::string(from) + "' to='echo.example.com' type='chat' id='a" +
           std::to_string(number) + "'><body>" + std::string(body) + "</body></message>";
}

inline std::string ping(std::string_view from, std::size_t number) {
    return "<iq from='" + std::string(from) + "' to='echo.example.com' type='get' id='a" + std::to_string(number) +
           "'><ping xmlns='urn:xmpp:ping'/></iq>";
}

// A chat message as clients send it today, with seven payloads: about 710 bytes.
inline std::string modern_message(std::string_view from, std::size_t number) {
    return "<message from='" + std::string(from) + "' to='echo.example.com' type='chat' id='c6f6e7cc-" +
           std::to_string(number) +
           "'><body>Wherefore art thou, Romeo?</body><thread>e0ffe42b28561960c6b12b944a092794b9683a38</thread>"
           "<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/>"
           "<markable xmlns='urn:xmpp:chat-markers:0'/><origin-id xmlns='urn:xmpp:sid:0' id='c6f6e7cc'/>"
           "<stanza-id xmlns='urn:xmpp:sid:0' id='28482-98726-73623' by='juliet@capulet.lit'/>"
           "<reply xmlns='urn:xmpp:reply:0' to='romeo@montague.lit/orchard' id='previous-message-id-1'/></message>";
}

}  // namespace rondel::bench
