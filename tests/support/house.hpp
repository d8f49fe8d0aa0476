// A domain of the embedded server with clients and components that are played by hand: no stream, no socket.
//
//   House house;                                              // the domain "home.example": juliet, romeo, nurse,
//   tybalt Client juliet(house, "juliet/balcony"); juliet.says("<presence/>"); EXPECT_THAT(juliet.hears(),
//   ElementsAre(xml("<presence from='juliet@home.example/balcony' to='juliet@home.example'/>")));
//
// What is heard is compared as text in one form: attributes in order of their names, ids of the server's own making as
// "*". xml() brings what is expected into that form.
#pragma once

#include "rondel/server/client_seat.hpp"
#include "rondel/server/domain_state.hpp"
#include "rondel/server/unsent_stanzas.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel::server::test {

using Heard = std::vector<std::string>;

inline void append_plain(std::string& out, xml::ElementView element, std::string_view ns) {
    out += '<';
    out += element.name();
    if (element.ns() != ns) out.append(" xmlns='").append(element.ns()).append("'");
    std::map<std::string, std::string> attributes;
    for (const xml::AttributeView attribute : element.attributes()) {
        const bool made_here = attribute.name == "id" && (attribute.value.size() == 16 || attribute.value.size() == 22);
        attributes[std::string(attribute.name)] = made_here ? "*" : std::string(attribute.value);
    }
    for (const auto& [name, value] : attributes) {
        out.append(" ").append(name).append("='");
        xml::append_escaped_attribute(value, out);
        out += '\'';
    }
    if (element.nodes().empty() && element.text().empty()) {
        out += "/>";
        return;
    }
    out += '>';
    if (element.nodes().empty()) xml::append_escaped_text(element.text(), out);
    for (const xml::ElementView node : element.nodes())
        if (node.is_text())
            xml::append_escaped_text(node.text(), out);
        else
            append_plain(out, node, element.ns());
    out.append("</").append(element.name()).append(">");
}

inline std::string plain(xml::ElementView element) {
    std::string out;
    append_plain(out, element, xml::stanza_ns);
    return out;
}

// The elements of a piece of a stream.
inline std::vector<xml::Element> elements(std::string_view text) {
    xml::Reader reader(xml::Limits{}, client_content_ns);
    std::string_view header = "<stream xmlns='jabber:client'>";
    reader.next(header);
    std::vector<xml::Element> found;
    while (reader.next(text) == xml::Reader::Step::element) found.push_back(reader.element());
    if (reader.error() || reader.pending_bytes() != 0) throw std::logic_error("The test says what is no XML.");
    return found;
}

inline std::string xml(std::string_view text) {
    const std::vector<xml::Element> found = elements(text);
    if (found.size() != 1) throw std::logic_error("The test expects one element.");
    return plain(found.front());
}

struct House {
    static constexpr const char* name = "home.example";

    explicit House(DomainOptions options = {}, std::vector<std::string> users = {"juliet", "romeo", "nurse", "tybalt"})
        : state(board, storage, complete(std::move(options))), porter(state.home) {
        board.attach(state.home.name(), porter);
        for (const std::string& user : users) storage.put_account({user, {}, false});
    }
    ~House() { board.detach(state.home.name()); }

    void pass(Duration duration) {
        now += duration;
        today += std::chrono::duration_cast<std::chrono::microseconds>(duration);
        state.home.run([this] { state.sessions.expire(now); });
    }

    // A mutual subscription, as if it had always been there; or one direction of it.
    void befriend(const std::string& one, const std::string& other, bool to = true, bool from = true) {
        put_contact(one, other, to, from);
        put_contact(other, one, from, to);
    }
    void put_contact(const std::string& whose, const std::string& contact, bool to, bool from) {
        storage.put_item(whose, {.jid = jid(contact), .to = to, .from = from});
    }
    static Jid jid(const std::string& user) {
        return *Jid::parse(user.find('.') == std::string::npos ? user + "@" + name : user);
    }
    const RosterItem* contact(const std::string& whose, const std::string& who) {
        roster = storage.roster(whose);
        for (const RosterItem& item : roster.items)
            if (item.jid == jid(who)) return &item;
        return nullptr;
    }

    struct Porter final : Party {
        explicit Porter(Home& to) : home(to) {}
        void deliver(Stanza stanza) override { home.arrive_later(std::move(stanza)); }
        Home& home;
    };
    DomainOptions complete(DomainOptions options) {
        options.name = *Jid::parse(name);
        options.iterations = 4;
        options.clock = [this] { return now; };
        options.calendar = [this] { return today; };
        options.log = [this](LogLevel, std::string_view line) { log.emplace_back(line); };
        return options;
    }

    Instant now{std::chrono::hours(100)};
    Time today{std::chrono::sys_days(std::chrono::year(2026) / 2 / 3) + std::chrono::hours(4)};
    std::vector<std::string> log;
    Switchboard board;
    MemoryStorage storage;
    Domain::State state;
    Porter porter;
    RosterStorage::Roster roster;
};

// A client's stream, without the stream.
struct HandLink final : ClientLink {
    std::error_code send(const Stanza& stanza) override {
        if (refuses) return xml::make_error_code(xml::WriteError::too_large);
        if (!stalled) heard.push_back(plain(stanza.element()));
        if (stalled || !id.empty()) append_unsent(unsent, stanza, client_content_ns);
        return {};
    }
    std::size_t backlog() const override { return piled_up; }
    void end(const stream::StreamError& why) override { error = why.condition; }
    std::string_view resumption_id() const override { return id; }
    std::optional<stream::Resumption> take_resumption() override {
        if (id.empty()) return std::nullopt;
        stream::Resumption left;
        left.id = std::exchange(id, {});
        left.address = address;
        left.handled = handled;
        left.unacknowledged = std::exchange(unsent, {});
        return left;
    }
    stream::Unsent take_unsent() override { return std::exchange(unsent, {}); }

    Heard heard;
    Jid address;
    std::string id;         // of stream management; empty: there is none
    stream::Unsent unsent;  // not acknowledged, or not written
    std::uint32_t handled = 0;
    bool stalled = false;  // nothing goes out
    bool refuses = false;  // what is sent cannot be written
    std::size_t piled_up = 0;
    std::optional<stream::StreamCondition> error;  // that the server ended it with
};

class Client {
  public:
    // "juliet/balcony"; with an id: a session that can be resumed.
    Client(House& house, const std::string& who, std::string id = {})
        : house_(house), seat_(std::make_unique<ClientSeat>(house.state.home, house.state.sessions, link)) {
        const std::size_t slash = who.find('/');
        bound = bind(who.substr(0, slash), slash == std::string::npos ? "" : who.substr(slash + 1));
        link.id = std::move(id);
        if (const Jid* address = std::get_if<Jid>(&bound)) open(*address, false);
    }
    // Goes on from another's session.
    Client(House& house, const std::string& user, stream::Resumption left)
        : house_(house), seat_(std::make_unique<ClientSeat>(house.state.home, house.state.sessions, link)) {
        link.id = left.id;
        link.unsent = left.unacknowledged;
        for (const Stanza& stanza : read_unsent(left.unacknowledged, client_content_ns))
            link.heard.push_back(plain(stanza.element()));
        static_cast<void>(user);
        open(left.address, true);
    }

    std::variant<Jid, Condition> bind(const std::string& user, const std::string& resource) {
        std::variant<Jid, Condition> got = Condition::internal_server_error;
        house_.state.home.run([&] { got = house_.state.sessions.bind({House::jid(user), resource, {}}); });
        return got;
    }
    void open(const Jid& address, bool resumed) {
        link.address = address;
        happens(stream::Opened{.id = "stream", .address = address, .sm_id = link.id, .resumed = resumed});
    }

    Client& says(std::string_view text) {
        for (xml::Element& element : elements(text)) {
            Result<Stanza> stanza = Stanza::parse(element);
            if (!stanza) throw std::logic_error("The test says what its stream would have refused.");
            happens(stream::Received{*std::move(stanza)});
        }
        return *this;
    }
    Heard hears() { return std::exchange(link.heard, {}); }
    void forgets() { link.heard.clear(); }
    void reads_all() { link.unsent = {}; }  // and acknowledges it, if the stream is managed

    void sleeps(bool asleep) { happens(stream::Activity{!asleep}); }
    void is_cut_off() {
        happens(stream::Closed{.cause = stream::CloseCause::connection_lost, .was_open = true});
        seat_.reset();
    }
    void leaves(bool proven = true) {
        happens(stream::Closed{.cause = stream::CloseCause::closed_by_peer, .was_open = true, .proven = proven});
        seat_.reset();
    }
    void happens(stream::Event event) { seat_->take(event); }

    const Jid& address() const { return seat_->address(); }

    HandLink link;
    std::variant<Jid, Condition> bound = Condition::internal_server_error;

  private:
    House& house_;
    std::unique_ptr<ClientSeat> seat_;
};

// Somebody at the switchboard: a component.
class Component final : public Party {
  public:
    Component(House& house, std::string domain) : house_(house), domain_(std::move(domain)) {
        house.board.attach(*Jid::parse(domain_), *this);
    }
    ~Component() { leaves(); }
    void leaves() {
        if (!std::exchange(gone_, true)) house_.board.detach(*Jid::parse(domain_));
    }
    void deliver(Stanza stanza) override { heard.push_back(plain(stanza.element())); }
    Component& says(std::string_view text) {
        for (xml::Element& element : elements(text)) house_.board.route(*Stanza::parse(element));
        return *this;
    }
    Heard hears() { return std::exchange(heard, {}); }

    Heard heard;

  private:
    House& house_;
    std::string domain_;
    bool gone_ = false;
};

// Most tests want a client that has asked for the roster and is available.
inline void appears(Client& client, const std::string& presence = "<presence/>") {
    client.says("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>" + presence);
    client.forgets();
}

}  // namespace rondel::server::test
