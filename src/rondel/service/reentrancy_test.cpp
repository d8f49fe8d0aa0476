// V11: whatever user code does from wherever it is called, nothing breaks (CVE-2026-50219, -56131 and -56412 are what
// else happens). Every place from which user code is called, times everything that it may do there, under
// AddressSanitizer.
#include <functional>

#include "tests/support/hand_driven.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using rondel::testing::stanza;

struct Payload {
    static constexpr auto xml = xml::element("payload", "urn:example");
};

Iq ping(JidView to) {
    Iq iq(IqType::get, to);
    iq.add("ping", "urn:xmpp:ping");
    return iq;
}

// One entity with user code everywhere, which does `act` where `place` says.
struct Stage {
    using Act = std::function<void(Stage&)>;

    // `within`: stanzas come from within the executor, where tasks begin inside receive(); else they begin later.
    Stage(bool within_, std::string place_, Act act_)
        : within(within_), place(std::move(place_)), act(std::move(act_)) {
        EntityOptions options;
        options.queue_stanzas = 16;
        options.queue_policy = QueuePolicy::drop_oldest;
        options.handlers_per_peer = 4;
        hand = std::make_unique<HandDriven>("echo.example.com", Router(), options);
        hand->entity->on_wants_to_read([this] { at("on_wants_to_read"); });
        hand->entity->on_deadline([this] { at("on_deadline"); });
        hand->entity->on_drained([this] { at("on_drained"); });
        hand->entity->on_unhandled([this](const Stanza&) { at("on_unhandled"); });
        number = hand->entity->take(router());
    }
    ~Stage() {
        if (hand->entity != nullptr) hand->entity->stop(hand->now);
        hand->run();
        hand->entity.reset();
        hand->run();
    }

    void at(const std::string& here) {
        if (here != place || acts == 3 || entity() == nullptr) return;
        ++acts;
        act(*this);
    }

    Router router() {
        Router made;
        made.on_connected([this](Entity&) { at("on_connected"); });
        made.on_session([this](Entity&) { at("on_session"); });
        made.on_lost([this](const Lost&, Entity&) { at("on_lost"); });
        made.filter_in([this](Stanza&, Entity&) {
            at("filter_in");
            return true;
        });
        made.filter_out([this](Stanza&, Entity&) {
            at("filter_out");
            return true;
        });
        made.on_message(MessageType::headline, [this](const Message& in, Entity&) {
            at("plain message");
            last_seen = in.from().str();  // it is still there
        });
        made.on_message(MessageType::headline, [this](Message in) { last_seen = in.from().str(); });
        made.on_message(MessageType::chat, [this](const Message& in, Entity& self) -> task<> {
            at("task message");
            last_seen = in.from().str();
            co_await self.sleep(1s);
            at("task message later");
            last_seen = in.from().str();
        });
        made.on([this](const Payload&, const Message& in) {
            at("typed message");
            last_seen = in.from().str();
        });
        made.on_presence([this](const Presence&) { at("presence"); });
        made.on_error([this](const Stanza&) { at("error"); });
        made.answer([this](const Payload&, const Iq& in) {
            at("plain answer");
            last_seen = in.from().str();
        });
        made.answer_set([this](const Payload&, const Iq& in, Entity& self) -> task<> {
            at("task answer");
            co_await self.sleep(1s);
            at("task answer later");
            last_seen = in.from().str();
        });
        made.answer_later(IqType::get, "later", "urn:example", [this](Iq, Replier reply) {
            at("later");
            kept.push_back(std::move(reply));
        });
        return made;
    }

    HostedEntity* entity() { return hand->entity.get(); }

    void receive(std::string_view xml) {
        const auto received = [this, xml] {
            if (entity() != nullptr) entity()->receive(stanza(xml), hand->now);
        };
        if (within)
            hand->within(received);
        else
            received();
    }

    void send(std::string name) {
        if (entity() != nullptr)
            entity()->send(Message("juliet@capulet.lit"_jid, "Hi"), [this, name](Outcome outcome) {
                at("outcome");
                at(fmt::format("outcome {}", to_string(outcome)));
            });
    }

    void ask(Duration timeout = 30s) {
        if (entity() == nullptr) return;
        last_request = entity()->request(
            ping("juliet@capulet.lit"_jid),
            [this](const Answer& answer) { at(fmt::format("answer {}", to_string(answer.outcome()))); },
            RequestOptions().timeout(timeout));
    }

    void answer_last() {
        if (hand->link.sent.empty()) return;
        const Stanza sent = stanza(hand->link.sent.back());
        if (sent.kind() == StanzaKind::iq && sent.type() == "get")
            receive(fmt::format("<iq from='{}' to='echo.example.com' type='result' id='{}'/>", sent.to().str(),
                                *sent.id()));
    }

    void advance(Duration duration) {
        const Instant until = hand->now + duration;
        hand->run();
        for (int i = 0; i < 100 && entity() != nullptr && entity()->deadline() <= until; ++i) {
            hand->now = std::max(hand->now, entity()->deadline());
            entity()->expire(hand->now);
            hand->run();
        }
        hand->now = until;
    }

    void open() {
        hand->link.accepted = 0;
        if (entity() != nullptr) entity()->connected(hand->now);
        if (entity() != nullptr) entity()->opened(hand->link, hand->now);
    }

    void write_all() {
        for (int i = 0; i < 10 && entity() != nullptr; ++i) {
            hand->link.bytes = 0;
            entity()->wrote(hand->link.accepted, hand->now);
            hand->run();
        }
    }

    void lose(std::size_t kept_stanzas) {
        hand->link.bytes = 0;
        if (entity() != nullptr) entity()->lost({"The test said so.", true, false}, false, kept_stanzas, hand->now);
    }

    void converse() {
        for (const char* type : {"headline", "chat", "error", "groupchat"})
            receive(
                fmt::format("<message from='romeo@example.net/orchard' to='echo.example.com' type='{}'><body>Hi</body>"
                            "<payload xmlns='urn:example'/><error/></message>",
                            type));
        receive("<presence from='romeo@example.net/orchard' to='echo.example.com'/>");
        for (const char* type : {"get", "set"})
            for (const char* who : {"nurse@capulet.lit", "romeo@example.net"})
                receive(fmt::format(
                    "<iq from='{}' to='echo.example.com' type='{}' id='1'><payload xmlns='urn:example'/></iq>", who,
                    type));
        for (const char* name : {"later", "unknown"})
            receive(fmt::format(
                "<iq from='nurse@capulet.lit' to='echo.example.com' type='get' id='2'><{} xmlns='urn:example'/></iq>",
                name));
        receive("<iq from='nurse@capulet.lit' to='echo.example.com' type='result' id='2'/>");
        for (int i = 0; i < 6; ++i)
            receive(
                "<message from='romeo@example.net/orchard' to='echo.example.com' "
                "type='chat'><body>more</body></message>");
    }

    void play() {
        send("queued");
        ask();
        open();
        write_all();
        converse();
        if (entity() != nullptr) entity()->spawn(wait_for_message(entity()->self()));
        if (entity() != nullptr) entity()->spawn(write_much(entity()->self()));
        if (entity() != nullptr) entity()->after(1s, [this] { at("after"); });
        if (entity() != nullptr) entity()->post([this] { at("post"); });
        hand->run();
        if (entity() != nullptr) static_cast<void>(entity()->wants_to_read());
        receive("<message from='stranger@x.example' type='headline'/>");
        write_all();
        ask(1s);
        ask(1h);
        if (entity() != nullptr) entity()->cancel(last_request);
        send("proven");
        ask();
        write_all();
        answer_last();
        for (int i = 0; i < 20; ++i) send("many");
        if (entity() != nullptr) static_cast<void>(entity()->wants_to_read());
        write_all();
        if (entity() != nullptr) static_cast<void>(entity()->deadline());
        advance(5s);
        kept.clear();
        send("written before the loss");
        ask();
        write_all();
        send("kept");
        ask();
        lose(1);
        ask();
        for (int i = 0; i < 20; ++i) send("queued and dropped");
        ask();
        advance(2min);
        send("refused");
        ask();
        hand->link.limits.bytes = 10;  // refuses everything
        open();
        send("refused");
        ask();
        hand->link.limits.bytes = 10'000;
        if (entity() != nullptr) entity()->drain(hand->now);
        converse();
        write_all();
        advance(2min);
        write_all();
        if (entity() != nullptr) entity()->stop(hand->now);
        hand->run();
    }

    task<> wait_for_message(Entity& self) {
        std::function<bool(const Message&)> wanted = [this](const Message& in) {
            at("predicate");
            return in.from() == "stranger@x.example"_jid;
        };
        co_await self.next_message(wanted, 1min);
        at("woken");
    }

    task<> write_much(Entity& self) {
        for (int i = 0; i < 30; ++i) {
            co_await self.writable();
            self.send(Message("juliet@capulet.lit"_jid, "much"));
        }
        at("written much");
    }

    bool within;
    std::string place;
    Act act;
    int acts = 0;
    std::unique_ptr<HandDriven> hand;
    RouterNumber number = 0;
    std::uint64_t last_request = 0;
    std::vector<Replier> kept;
    std::string last_seen;
};

const std::vector<std::string> places = {"on_connected",
                                         "on_session",
                                         "on_lost",
                                         "filter_in",
                                         "filter_out",
                                         "plain message",
                                         "task message",
                                         "task message later",
                                         "typed message",
                                         "presence",
                                         "error",
                                         "plain answer",
                                         "task answer",
                                         "task answer later",
                                         "later",
                                         "outcome rejected",
                                         "outcome undelivered",
                                         "outcome acked",
                                         "outcome indeterminate",
                                         "answer answered_result",
                                         "answer timed_out",
                                         "answer cancelled",
                                         "answer undelivered",
                                         "answer indeterminate",
                                         "answer rejected",
                                         "predicate",
                                         "woken",
                                         "written much",
                                         "after",
                                         "post",
                                         "on_wants_to_read",
                                         "on_deadline",
                                         "on_drained",
                                         "on_unhandled"};

const std::vector<std::pair<std::string, Stage::Act>> acts = {
    {"nothing", [](Stage&) {}},
    {"send", [](Stage& s) { s.send("again"); }},
    {"send what is refused",
     [](Stage& s) {
         s.entity()->send(Message("a@b.example"_jid, "x").from("eve@evil.example"_jid), [&s](Outcome) { s.send("x"); });
     }},
    {"request", [](Stage& s) { s.ask(); }},
    {"cancel", [](Stage& s) { s.entity()->cancel(s.last_request); }},
    {"take a router", [](Stage& s) { s.entity()->take(s.router()); }},
    {"drop its own router", [](Stage& s) { s.entity()->drop(s.number); }},
    {"drop and take",
     [](Stage& s) {
         s.entity()->drop(s.number);
         s.number = s.entity()->take(s.router());
     }},
    {"after, post and spawn",
     [](Stage& s) {
         s.entity()->after(0s, [&s] { s.send("x"); });
         s.entity()->post([&s] { s.ask(); });
         s.entity()->spawn(s.wait_for_message(s.entity()->self()));
     }},
    {"forget repliers", [](Stage& s) { s.kept.clear(); }},
    {"answer now",
     [](Stage& s) {
         for (Replier& reply : s.kept) reply.result();
     }},
    {"throw", [](Stage&) { throw std::runtime_error("thrown on purpose"); }},
    {"throw a stanza error", [](Stage&) { throw StanzaError(Condition::forbidden); }},
    {"throw no exception", [](Stage&) { throw 7; }},
    {"drain", [](Stage& s) { s.entity()->drain(s.hand->now); }},
    {"close", [](Stage& s) { s.entity()->closing(true, s.hand->now); }},
    {"lose the session",
     [](Stage& s) {
         s.entity()->lost({"From inside.", true, false}, false, 0, s.hand->now);
     }},
    {"stop", [](Stage& s) { s.entity()->stop(s.hand->now); }},
    {"destroy the entity", [](Stage& s) { s.hand->entity.reset(); }},
};

class Reentrancy : public ::testing::TestWithParam<std::tuple<std::string, std::pair<std::string, Stage::Act>>> {};

TEST_P(Reentrancy, V11_T_REENT) {
    const auto& [place, act] = GetParam();
    for (const bool within : {false, true}) {
        Stage stage(within, place, act.second);
        stage.play();
        if (stage.entity() == nullptr) continue;
        const Ledger& ledger = stage.entity()->ledger();
        EXPECT_EQ(ledger.open(), 0u) << place << ": " << act.first;
        EXPECT_EQ(ledger.iqs_received(), ledger.iqs_replied() + ledger.replies_dropped()) << place << ": " << act.first;
    }
}

INSTANTIATE_TEST_SUITE_P(EveryPlaceAndAct, Reentrancy,
                         ::testing::Combine(::testing::ValuesIn(places), ::testing::ValuesIn(acts)),
                         [](const auto& one) {
                             std::string name = std::get<0>(one.param) + "__" + std::get<1>(one.param).first;
                             for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                             return name;
                         });

// The table above is worth nothing if a place is never reached.
TEST(Reentrancy, V11_every_place_is_reached) {
    for (const bool within : {false, true})
        for (const std::string& place : places) {
            Stage stage(within, place, [](Stage&) {});
            stage.play();
            EXPECT_GT(stage.acts, 0) << place << (within ? " within" : "");
        }
}

}  // namespace
}  // namespace rondel
