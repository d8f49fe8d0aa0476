#include "tests/support/chat_player.hpp"

#include "rondel/stream/content_ns.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/xml/reader.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>

#include "tests/support/actor.hpp"
#include "tests/support/client_streams.hpp"
#include "tests/support/clients.hpp"
#include "tests/support/stanza_text.hpp"
#include "tests/support/xml_pattern.hpp"

namespace rondel::test {

using namespace stream;

namespace {

Duration seconds(const std::string& text) {
    return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(std::stod(text)));
}

void set_times(const ChatScript::Role& role, StreamOptions& options) {
    const auto set = [&](const char* name, Duration& time) {
        if (const std::string text = role.setting(name); !text.empty()) time = seconds(text);
    };
    set("ping after", options.ping_after);
    set("ping timeout", options.ping_timeout);
    set("opening", options.opening);
    set("closing", options.closing);
}

MakeStream make_component(const ChatScript::Role& role) {
    StreamOptions options;
    set_times(role, options);
    return component(role.setting("jid"), role.setting("secret"), options);
}

MakeStream make_client(const ChatScript::Role& role) {
    ClientStreamOptions options;
    set_times(role, options);
    options.sasl.plain = role.setting("allows") == "PLAIN";
    options.sasl2 = role.setting("sasl2") == "yes";
    options.stream_management = role.setting("management") == "yes";
    ClientIdentity who{.account = Jid::parse(role.setting("jid")).value(),
                       .resource = role.setting("resource"),
                       .password = Secret(role.setting("password"))};
    return client(std::move(who), std::move(options));
}

MakeStream make_server_for_clients(const ChatScript::Role& role) {
    AcceptingClientOptions options = capulet_options();
    set_times(role, options);
    Clients clients;
    clients.domains.insert(role.setting("jid"));
    options.domain = options.sasl.domain = role.setting("jid");
    const auto known = role.settings.equal_range("knows");
    for (auto it = known.first; it != known.second; ++it) {
        const auto blank = it->second.find(' ');
        const Jid account = Jid::parse(it->second.substr(0, blank)).value();
        clients.accounts.add(std::string(account.local()), Secret(it->second.substr(blank + 1)));
    }
    return accepting_client(std::move(clients), std::move(options));
}

MakeStream make_server(const ChatScript::Role& role) {
    AcceptingOptions options;
    set_times(role, options);
    if (const std::string jid = role.setting("jid"); !jid.empty()) options.server = Jid::parse(jid).value();
    Components components;
    const auto known = role.settings.equal_range("knows");
    for (auto it = known.first; it != known.second; ++it) {
        const auto blank = it->second.find(' ');
        components.secrets.emplace(it->second.substr(0, blank), Secret(it->second.substr(blank + 1)));
    }
    const auto taken = role.settings.equal_range("taken");
    for (auto it = taken.first; it != taken.second; ++it) components.taken.insert(it->second);
    return accepting(components, role.setting("id", usual_id), options);
}

// One of the cast. `ours` is none if the file plays it.
struct Speaker {
    const ChatScript::Role& role;
    std::optional<Actor> ours = {};
    xml::Reader wire;  // what it said
    xml::Reader text;  // what the file lets it say

    Speaker(const ChatScript::Role& who, std::string_view content_ns)
        : role(who), wire(xml::Limits{}, content_ns), text(xml::Limits{}, content_ns) {}
};

class Player {
  public:
    Player(const ChatScript& script, Casting casting)
        : script_(script),
          casting_(casting),
          of_client_(script.initiator().kind == "client"),
          component_(script.initiator(), of_client_ ? client_ns : component_accept_ns),
          server_(script.role("server"), of_client_ ? client_ns : component_accept_ns) {}

    void play() {
        for (const auto& line : script_.lines) {
            line_ = &line;
            if (line.verb == "pass")
                pass(seconds(line.what));
            else if (line.verb == "TLS")
                secure();
            else
                perform(line.who == component_.role.name ? component_ : server_, line);
        }
        need_nothing_left();
    }

    std::string where() const { return script_.file + ":" + std::to_string(line_->number) + ": "; }

  private:
    void perform(Speaker& who, const ChatScript::Line& line) {
        if (line.verb == "connects") return connect();
        if (line.verb == "disconnects") return disconnect(who);
        if (line.verb == "sends a space") return say(who, " ");
        if (line.verb == "sends") return who.ours ? claim(who, line.what) : say(who, fill_in(line.what, names_));
        if (!who.ours) return;
        if (line.verb == "says" || line.verb.starts_with("closes")) return act(*who.ours, line);
        report(*who.ours, line);
    }

    void connect() {
        const auto make = [&](const ChatScript::Role& role) {
            if (!of_client_) return &role == &server_.role ? make_server(role) : make_component(role);
            return &role == &server_.role ? make_server_for_clients(role) : make_client(role);
        };
        if (casting_.server) server_.ours.emplace(make(server_.role));
        if (casting_.component) component_.ours.emplace(make(component_.role));
    }

    void secure() {
        need_nothing_left();
        for (Speaker* one : {&component_, &server_})
            if (one->ours) one->ours->act([](Stream& stream, Instant now) { stream.secured({}, now); });
    }

    void disconnect(Speaker& who) {
        need_nothing_left();
        for (Speaker* one : {&component_, &server_})
            if (one->ours && (one != &who || !one->ours->has_ended())) one->ours->lose_connection();
    }

    void pass(Duration time) {
        need_nothing_left();
        for (Speaker* one : {&component_, &server_})
            if (one->ours) one->ours->wait(time);
    }

    void act(Actor& actor, const ChatScript::Line& line) {
        need_nothing_left();
        actor.act([&](Stream& stream, Instant now) {
            if (line.verb == "closes") stream.close(now);
            if (line.verb == "closes with") stream.close({parse_stream_condition(line.what).value()}, now);
            if (line.verb == "says")
                if (const std::error_code refused = stream.send(Stanza(stanza_of(fill_in(line.what, names_)))))
                    fail("send() answered: " + refused.message());
        });
    }

    void report(Actor& actor, const ChatScript::Line& line) {
        while (!actor.reported.empty() && actor.reported.front() == "connected") actor.reported.pop_front();
        const std::string event = actor.reported.empty() ? "nothing" : actor.reported.front();
        bool right = false;
        if (line.verb == "is open") right = event.starts_with("opened ");
        if (line.verb == "is back") right = event.starts_with("resumed ");
        if (line.verb == "wants TLS") right = event == "wants tls";
        if (line.verb == "ends") right = event.starts_with("closed " + line.what + ": ");
        if (line.verb == "gets") right = event.starts_with("received ") && like(line.what, event.substr(9));
        if (line.verb == "refuses")
            right = event.starts_with("refused ") && like(line.what, event.substr(8, event.find(">: ") - 7));
        if (!right) fail("It reported:\n  " + event);
        actor.reported.pop_front();
    }

    bool like(std::string_view pattern, std::string_view actual) {
        return matches(stanza_of(pattern), stanza_of(actual), names_);
    }

    // What the file says for one that it plays.
    void say(Speaker& who, std::string_view bytes) {
        if (who.ours) {
            if (!who.ours->said.starts_with(bytes)) fail("It was to say '" + std::string(bytes) + "'.");
            who.ours->said.erase(0, bytes.size());
        } else {
            need_nothing_left();
        }
        hear(other(who), bytes);
    }

    void hear(Speaker& who, std::string_view bytes) {
        if (!who.ours) return;
        for (; casting_.byte_by_byte && !bytes.empty(); bytes.remove_prefix(1)) who.ours->receive(bytes.substr(0, 1));
        if (!bytes.empty()) who.ours->receive(bytes);
    }

    // What one of ours has said must be like the text; then the other hears it.
    void claim(Speaker& who, std::string_view text) {
        std::string& said = who.ours->said;
        std::string_view unread = said;
        if (text.starts_with("<stream:stream")) {  // for the first time, or anew
            who.wire.restart();
            who.text.restart();
        }
        while (!text.empty()) {
            const auto wanted = who.text.next(text);
            if (wanted == xml::Reader::Step::more || wanted == xml::Reader::Step::failed)
                fail("This is not the text of something whole: " + line_->what);
            const auto got = who.wire.next(unread);
            if (got != wanted || !same(who, got)) fail("It was to say:\n  " + line_->what + "\nand said:\n  " + said);
            if (got == xml::Reader::Step::closed) break;
        }
        const std::string heard = said.substr(0, said.size() - unread.size());
        said.erase(0, heard.size());
        hear(other(who), heard);
    }

    bool same(Speaker& who, xml::Reader::Step step) {
        if (step == xml::Reader::Step::opened) return matches(who.text.header(), who.wire.header(), names_);
        if (step == xml::Reader::Step::element) return matches(who.text.element(), who.wire.element(), names_);
        return true;
    }

    void need_nothing_left() {
        for (const Speaker* one : {&component_, &server_}) {
            if (!one->ours) continue;
            if (!one->ours->fault().empty()) fail(one->role.name + ": " + one->ours->fault());
            if (!one->ours->said.empty()) fail(one->role.name + " had said more:\n  " + one->ours->said);
            for (const std::string& event : one->ours->reported)
                if (event != "connected") fail(one->role.name + " had reported more:\n  " + event);
        }
    }

    Speaker& other(const Speaker& who) { return &who == &component_ ? server_ : component_; }

    [[noreturn]] void fail(const std::string& message) const { throw std::runtime_error(where() + message); }

    const ChatScript& script_;
    const Casting casting_;
    const bool of_client_;
    Speaker component_;
    Speaker server_;
    Bindings names_;
    const ChatScript::Line* line_ = nullptr;
};

}  // namespace

std::string play(const ChatScript& script, Casting casting) try {
    Player player(script, casting);
    player.play();
    return {};
} catch (const std::exception& failure) {
    return failure.what();
}

}  // namespace rondel::test
