#include "tests/simulator/talker.hpp"

#include "rondel/stanza/stanza_error.hpp"
#include "rondel/xep/delay.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

namespace rondel::simulator {

namespace {

constexpr std::string_view ns = "urn:example:n";

Number number_in(ElementView payload) {
    Number number = 0;
    const std::string text(payload.text());
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

Talker::Talker(World& world, const Talk& talk, Speaker number, Jid address, bool lasting)
    : world_(world), talk_(talk), number_(number), address_(std::move(address)), lasting_(lasting) {}

// ---- hearing ----

// What arrives is entered before any handler may have to wait for its turn, or is turned away.
void Talker::enter(const Stanza& stanza) {
    if (stanza.kind() == StanzaKind::message) {
        const Number number = number_of(stanza.id().value_or(""));
        if (stanza.is_error()) return world_.books.returned(number, number_);
        const bool stamped = static_cast<bool>(stanza.payload("delay", delay::ns));
        world_.books.received(number, number_, session_(), lasting_, stamped);
    } else if (stanza.kind() == StanzaKind::iq && (stanza.type() == "get" || stanza.type() == "set")) {
        const ElementView asked = stanza.element().view().first_child();
        if (asked.ns() == ns) world_.books.received(number_in(asked), number_, session_(), lasting_, false);
    }
}

Router Talker::router() {
    Router router;
    router.filter_in([this](const Stanza& stanza, Entity&) { return enter(stanza), true; });
    router.on_message([](const Message&) {});
    router.answer(IqType::get, "now", ns, [](const Iq&) {});
    router.answer(IqType::get, "later", ns,
                  [this](const Iq&, Entity& self) -> task<> { co_await self.sleep(talk_.slow_answer); });
    router.answer(IqType::set, "never", ns, [](const Iq&) { throw StanzaError(Condition::not_allowed); });
    return router;
}

// ---- speaking ----

void Talker::begin(std::vector<Talker*> others) {
    others_ = std::move(others);
    world_.time.after(world_.chance.up_to(talk_.pause), [this, weak = std::weak_ptr(alive_)] {
        if (!weak.expired()) burst();
    });
}

void Talker::burst() {
    const Books& books = world_.books;
    const bool all_said =
        books.handed_over(Kind::message) >= talk_.messages && books.handed_over(Kind::request) >= talk_.requests;
    if (all_said) return;
    for (std::size_t left = world_.chance.between(1, talk_.burst); left > 0; --left) {
        if (entity_ == nullptr || books.full() || !may_speak()) break;
        // Without a session little is said: it would fill the queue, and be turned away.
        if (!entity_->in_session() && !world_.chance.one_in(20)) break;
        Talker& to = *others_[world_.chance.below(others_.size())];
        if (talk_.to_those_there && !to.is_there() && !world_.chance.one_in(20)) continue;
        if (open_ >= talk_.open_each) {  // where nobody acknowledges, only an answer proves what went before it
            if (open_requests_ == 0 && !lasting_) ask(to);
            break;
        }
        const bool messages_left = books.handed_over(Kind::message) < talk_.messages;
        const bool requests_left = books.handed_over(Kind::request) < talk_.requests;
        if (messages_left && (!requests_left || world_.chance.one_in(2)))
            say(to);
        else if (requests_left)
            ask(to);
    }
    // Whoever may not speak looks again now and then only: in an hour of silence there are a million short pauses.
    const Duration pause = may_speak() ? talk_.pause : std::max<Duration>(talk_.pause, std::chrono::seconds(1));
    world_.time.after(world_.chance.up_to(pause), [this, weak = std::weak_ptr(alive_)] {
        if (!weak.expired()) burst();
    });
}

std::string Talker::text() {
    if (!talk_.long_texts || !world_.chance.one_in(10)) return "Wherefore art thou?";
    return std::string(world_.chance.between(100, world_.chance.one_in(5) ? 6000 : 600), 'x');
}

void Talker::say(Talker& to) {
    const Number number = world_.books.hand_over(Kind::message, number_, to.number());
    ++open_;
    Message message(to.address(), text());
    message.set_type(MessageType::chat);
    message.set_id(fmt::format("m{}", number));
    entity_->send(std::move(message), [this, number](Outcome outcome) { ended(number, outcome); });
}

void Talker::ask(Talker& whom) {
    const Number number = world_.books.hand_over(Kind::request, number_, whom.number());
    ++open_;
    ++open_requests_;
    const std::uint64_t sort = world_.chance.below(20);
    Iq iq(sort == 0 ? IqType::set : IqType::get, whom.address());
    iq.add(sort == 0 ? "never" : sort < 4 ? "later" : "now", ns).text(fmt::format("{}", number));
    const std::uint64_t request = entity_->request(
        std::move(iq),
        [this, number](const Answer& answer) {
            --open_requests_;
            ended(number, answer.outcome());
        },
        RequestOptions().timeout(talk_.request_timeout));
    if (world_.chance.one_in(500) && entity_ != nullptr) entity_->cancel(request);
}

void Talker::ended(Number number, Outcome outcome) {
    --open_;
    world_.books.told(number, outcome);
}

}  // namespace rondel::simulator
