#include "tests/torture/handling.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/hand_driven.hpp"
#include "tests/torture/scarce_memory.hpp"
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace rondel::torture {
namespace {

using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using rondel::testing::HandLink;
using rondel::testing::stanza;

// For which the memory of a stanza is not enough as it is.
const std::string long_text(3000, 'x');
const std::string long_j1 = "j1" + long_text, long_l1 = "l1" + long_text;

// Memory that ends here is the link's.
class ScarceLink final : public HandLink {
  public:
    std::error_code transmit(Stanza& one) override {
        ::operator delete(::operator new(1));
        const Plenty plenty;
        return HandLink::transmit(one);
    }
};

std::string message(std::string_view name, std::string_view verb, std::string_view type = "chat") {
    const Plenty plenty;
    return fmt::format("<message from='{}@x/1' to='echo.example.com' type='{}' id='{}'><body>{}</body></message>",
                       name.substr(0, 1), type, name, verb);
}
std::string query(std::string_view name, std::string_view verb) {
    const Plenty plenty;
    return fmt::format("<iq from='{}@x/1' to='echo.example.com' type='get' id='{}'><{} xmlns='urn:x'/></iq>",
                       name.substr(0, 1), name, verb);
}

// A name is that of its sender, and a number that counts up.
class Play {
  public:
    explicit Play(bool is_warm) {
        const Plenty plenty;
        dropped = hand->take(router_that_goes());
        hand->take(router_that_stays());
        hand->connected(hand.now);
        hand->opened(link, hand.now);
        if (!is_warm) return;
        receive(message("w1", "wait"));
        receive(query("w2", "wait"));
        elapse(5s);
    }

    // What went wrong; empty: nothing.
    std::string run(std::size_t number) {
        fail_allocation(number);
        receive(query(long_j1, "address"));
        receive(message("a1", "wait"));
        receive(message("a2", "be quick"));
        receive(query("a3", "wait"));
        receive(message("a4", "plain", "headline"));
        receive(query("a5", "plain"));
        receive(query("a6", "later"));
        receive(message("b1", "ask"));
        receive(query("b2", "throw"));
        receive(message("c1", "yield"));
        receive(message("g1", "wait", "normal"));
        receive(message("d1", "throw"));
        receive(query("e1", "wait"));
        receive(query("f1", "plain"));
        receive(query("i1", "deny"));
        receive(query(long_l1, "address-later"));
        receive(message("k1", "listen"));
        receive(message("k2", "heard"));
        receive(message("m1", "listen"));
        answer_requests();
        elapse(1s);
        drop();
        receive(query("h1", "forget"));
        elapse(10s);
        answer_requests();
        elapse(10s);
        receive(query("h2", "forget"));
        reached = has_failed();
        fail_allocation(0);
        receive(message("a7", "wait"));
        receive(query("a8", "wait"));
        receive(query("g2", "plain"));
        receive(message("m2", "heard"));
        elapse(60s);
        return verdict();
    }

    bool reached = false;
    std::shared_ptr<int> canary = std::make_shared<int>(7);  // held by every handler, and by what it waits for

  private:
    // Stands in the frame of a handler.
    struct Step {
        Step(Play& play_, std::string_view name_) : play(play_), canary(play.canary) {
            const Plenty plenty;
            name = name_;
            play.steps.push_back("begin " + name);
        }
        ~Step() {
            const Plenty plenty;
            play.steps.push_back("end " + name);
        }
        Step(const Step&) = delete;
        Step& operator=(const Step&) = delete;
        Play& play;
        std::string name;
        std::shared_ptr<int> canary;
    };

    // Which needs memory when its wait has begun.
    static task<> an_operation_of_others() {
        const auto begin = [](auto handler) {
            ::operator delete(::operator new(1));
            const Plenty plenty;
            boost::asio::post(std::move(handler));
        };
        co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(begin,
                                                                                           boost::asio::use_awaitable);
    }

    static task<> do_as_told(std::string verb, Entity& self) {
        if (verb == "wait") co_await self.sleep(2s);
        if (verb == "yield") co_await an_operation_of_others();
        if (verb == "throw") {
            co_await self.sleep(1s);
            throw StanzaError(Condition::forbidden, long_text);
        }
        if (verb == "listen") {
            const std::function<bool(const Message&)> wanted = [](const Message& one) { return one.body() == "heard"; };
            static_cast<void>(co_await self.next_message(wanted, 3s));
        }
        if (verb != "ask") co_return;
        Iq asking(IqType::get, JidView::of_prepared("friend@example.net"));
        asking.add("ping", "urn:xmpp:ping");
        RequestOptions options;
        co_await self.request(std::move(asking), options);
    }

    Router router_that_stays() {
        Router made;
        made.on_message([this, kept = canary](const Message& in, Entity& self) -> task<> {
            if (in.type() == MessageType::headline) co_return;
            const Step step(*this, in.id().value_or(""));
            task<> work = do_as_told(std::string(in.body().value_or("")), self);
            co_await std::move(work);
            if (*kept != 7) throw std::logic_error("The handler is gone.");
        });
        for (const char* verb : {"wait", "throw"})
            made.answer(IqType::get, verb, "urn:x", [this, verb](const Iq& in, Entity& self) -> task<> {
                const Step step(*this, in.id().value_or(""));
                task<> work = do_as_told(verb, self);
                co_await std::move(work);
            });
        made.answer(IqType::get, "plain", "urn:x",
                    [this](const Iq& in) { const Step step(*this, in.id().value_or("")); });
        made.answer_later(IqType::get, "later", "urn:x", [this](Iq in, Replier reply) {
            const Step step(*this, in.id().value_or(""));
            reply.result();
        });
        made.answer_later(IqType::get, "forget", "urn:x", [](Iq, Replier) {});
        // Whose answers have not the addresses and the id that they must have.
        for (const bool waits : {false, true})
            made.answer(IqType::get, waits ? "address-later" : "address", "urn:x",
                        [waits](const Iq&, Entity& self) -> task<Iq> {
                            if (waits) co_await self.sleep(1s);
                            co_return Iq(IqType::result, JidView::of_prepared("nobody@example.net"));
                        });
        made.answer(IqType::get, "deny", "urn:x", [this](const Iq& in) {
            const Step step(*this, in.id().value_or(""));
            throw StanzaError(Condition::forbidden, long_text);
        });
        made.on_message(MessageType::headline,
                        [this](const Message& in) { const Step step(*this, in.id().value_or("")); });
        return made;
    }
    // So that a message of this type has two handlers, one of which is dropped while it waits.
    Router router_that_goes() {
        Router made;
        made.on_message(MessageType::normal,
                        [kept = canary, text = std::string(100, 'x')](const Message&, Entity& self) -> task<> {
                            co_await self.sleep(3s);
                            if (*kept != 7 || text[50] != 'x') throw std::logic_error("The handler is gone.");
                        });
        return made;
    }

    static EntityOptions options() {
        EntityOptions made;
        made.handlers_in_flight = 4;
        made.handler_timeout = 15s;
        made.request_timeout = 8s;
        return made;
    }

    // As a host does: on the executor, and again what could not be taken in.
    void receive(std::string_view xml) {
        for (int tries = 0; tries < 2; ++tries) {
            bool is_taken = true;
            {
                const Plenty plenty;
                executing::post(hand.loop.executor(), [&, one = std::make_shared<Stanza>(stanza(xml))] {
                    try {
                        hand->receive(std::move(*one), hand.now);
                    } catch (const std::bad_alloc&) {
                        is_taken = false;
                    }
                });
            }
            run_through();
            if (is_taken) return;
        }
    }
    void elapse(Duration time) {
        const Instant until = hand.now + time;
        run_through();
        while (hand->deadline() <= until) {
            hand.now = std::max(hand.now, hand->deadline());
            try {
                hand->expire(hand.now);
            } catch (const std::bad_alloc&) {
                continue;  // the host breaks the connection off, and calls again
            }
            run_through();
        }
        hand.now = until;
    }
    void drop() {
        const Plenty plenty;
        hand->drop(dropped);
    }
    // As net::run_through does it.
    void run_through() {
        try {
            hand.run();
        } catch (const std::bad_alloc&) {
            run_through();
        }
    }
    void answer_requests() {
        for (; answered < link.sent.size(); ++answered) {
            std::string answer;
            {
                const Plenty plenty;
                if (!link.sent[answered].starts_with("<iq")) continue;
                const Iq asked(stanza(link.sent[answered]));
                if (!asked.is_request()) continue;
                answer = fmt::format("<iq from='friend@example.net' to='echo.example.com' type='result' id='{}'/>",
                                     *asked.id());
            }
            receive(answer);
        }
    }

    std::string verdict() {
        std::map<std::string, int> answers;
        for (const std::string& text : link.sent) {
            if (!text.starts_with("<iq")) continue;
            const Iq answer(stanza(text));
            if (!answer.is_request()) ++answers[std::string(answer.id().value_or(""))];
        }
        for (const std::string& name : {long_j1, long_l1})
            if (answers[name] != 1) return fmt::format("{} was answered {} times", name.substr(0, 2), answers[name]);
        for (const char* name : {"a3", "a5", "a6", "a8", "b2", "e1", "f1", "g2", "h1", "h2", "i1"})
            if (answers[name] != 1) return fmt::format("{} was answered {} times", name, answers[name]);
        if (std::string wrong = order(); !wrong.empty()) return wrong;
        for (const char* step : {"end a7", "end a8", "end g2", "end m2"})
            if (std::ranges::find(steps, step) == steps.end()) return fmt::format("There was no {}", step);
        for (const std::string& said : hand.log)
            if (said.find("is gone") != said.npos) return said;
        hand->wrote(link.accepted, hand.now);
        hand->drain(hand.now);
        if (!hand->drained()) return "It is not drained";
        hand->lost({"The test said so.", true, false}, true, 0, hand.now);
        const Ledger& ledger = hand->ledger();
        if (ledger.open() != 0) return fmt::format("{} stanzas have not ended", ledger.open());
        if (ledger.iqs_received() != ledger.iqs_replied())
            return fmt::format("Of {} queries {} were answered", ledger.iqs_received(), ledger.iqs_replied());
        return {};
    }

    // What one sender says is handled one after another, nothing twice.
    std::string order() const {
        std::map<char, std::string> last;
        std::map<char, bool> is_open;
        for (const std::string& step : steps) {
            const bool begins = step.starts_with("begin");
            const std::string name = step.substr(step.find(' ') + 1);
            if (begins && (is_open[name[0]] || name <= last[name[0]]))
                return fmt::format("{} began after {}: {}", name, last[name[0]], fmt::join(steps, ", "));
            is_open[name[0]] = begins;
            last[name[0]] = name;
        }
        return {};
    }

    std::vector<std::string> steps;
    ScarceLink link;
    HandDriven hand{"echo.example.com", Router(), options()};
    RouterNumber dropped = 0;
    std::size_t answered = 0;
};

}  // namespace

std::string survive_handling(bool is_warm, std::size_t number, bool& reached) {
    std::string wrong;
    std::thread([&] {
        auto play = std::make_unique<Play>(is_warm);
        const std::weak_ptr<int> canary = play->canary;
        wrong = play->run(number);
        reached = play->reached;
        play.reset();
        if (wrong.empty() && !canary.expired()) wrong = "Something of a handler is left over";
    }).join();
    return wrong;
}

}  // namespace rondel::torture
