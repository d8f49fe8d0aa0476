// An entity in the hands of a test: its link, its clock and its executor move only when they are told to.
//
//   HandDriven hand("echo.example.com", router);
//   hand.open();
//   hand.receive("<message from='romeo@example.net/orchard' to='echo.example.com'><body>Hi</body></message>");
//   EXPECT_EQ(hand.take_sent(), …);
#pragma once

#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/loop.hpp"
#include "rondel/service/parking.hpp"
#include "rondel/service/router.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::testing {

// A stanza as it came from a peer. The text may leave out the namespace of stanzas.
inline Stanza stanza(std::string_view text) {
    std::string whole(text);
    whole.insert(whole.find_first_of(" />", 1), " xmlns='jabber:client'");
    Result<Element> element = xml::parse_document(whole);
    if (!element) throw std::invalid_argument(element.error().message() + " " + whole);
    Result<Stanza> parsed = Stanza::parse(*element);
    if (!parsed) throw std::invalid_argument(parsed.error().message() + " " + whole);
    return *std::move(parsed);
}

inline std::string text(ElementView element) { return xml::to_string(element, "jabber:client"); }
inline std::string text(const Stanza& stanza) { return text(stanza.element()); }

// A link that keeps what it is given, and says what the test wants of its backlog.
class HandLink : public Link {
  public:
    std::error_code transmit(Stanza& stanza) override {
        std::string written;
        if (const std::error_code refused = xml::write(stanza.element(), written, "jabber:client", limits))
            return refused;
        bytes += written.size();
        ++accepted;
        sent.push_back(std::move(written));
        return {};
    }
    std::size_t backlog() const override { return bytes; }
    bool is_managed() const override { return managed; }

    bool managed = false;
    xml::WriteLimits limits;
    std::vector<std::string> sent;
    std::size_t bytes = 0;
    std::uint64_t accepted = 0;  // in this session
};

class HandDriven {
  public:
    explicit HandDriven(std::string_view address, Router router = Router(), EntityOptions options = {}) {
        entity =
            std::make_unique<HostedEntity>(Jid::parse(address).value(), loop.executor(), std::move(options),
                                           [this](LogLevel, std::string_view sentence) { log.emplace_back(sentence); });
        entity->clock([this] { return now; });
        entity->take(std::move(router));
    }
    HandDriven(const HandDriven&) = delete;
    HandDriven& operator=(const HandDriven&) = delete;

    HostedEntity& operator*() { return *entity; }
    HostedEntity* operator->() { return entity.get(); }

    void open() {
        link.accepted = 0;
        entity->connected(now);
        entity->opened(link, now);
    }
    void lose(std::size_t kept = 0, bool proven = false) {
        link.bytes = 0;
        entity->lost({"The test said so.", true, false}, proven, kept, now);
    }
    // A session whose stream was lost, and one that goes on (XEP-0198).
    void suspend() {
        link.bytes = 0;
        entity->suspended({"The test said so.", true, false}, now);
    }
    void resume(std::uint64_t unacknowledged) {
        link.accepted = unacknowledged;
        entity->connected(now);
        entity->resumed(link, now);
    }
    void acknowledge(std::uint64_t stanzas) {
        entity->acknowledged(stanzas, now);
        loop.run_ready();
    }
    void receive(std::string_view xml) {
        within([&] { entity->receive(stanza(xml), now); });
    }
    // Calls it as a host does, from within the executor: there a task begins at once, inside receive().
    void within(std::function<void()> call) {
        executing::post(loop.executor(), std::move(call));
        loop.run_ready();
    }
    void run() { loop.run_ready(); }

    // The transport takes all, or that many, of what the link accepted in this session.
    void write_all() { write(link.accepted); }
    void write(std::uint64_t stanzas) {
        link.bytes = stanzas >= link.accepted ? 0 : link.bytes;
        entity->wrote(stanzas, now);
        loop.run_ready();
    }

    void advance(Duration duration) {
        const Instant until = now + duration;
        loop.run_ready();
        while (entity->deadline() <= until) {
            now = std::max(now, entity->deadline());
            entity->expire(now);
            loop.run_ready();
        }
        now = until;
    }

    std::vector<std::string> take_sent() { return std::exchange(link.sent, {}); }
    std::uint64_t ended(Outcome outcome) const { return entity->ledger().ended(outcome); }

    Loop loop;
    HandLink link;
    std::vector<std::string> log;
    Instant now{std::chrono::hours(24)};
    std::unique_ptr<HostedEntity> entity;
};

}  // namespace rondel::testing
