// Answers to queries: exactly one for each, with the addresses and the id that it must have.
#include "rondel/base/utf8.hpp"
#include "rondel/service/entity_state.hpp"
#include "rondel/xml/same.hpp"

#include <fmt/format.h>

namespace rondel {

namespace {

// An answer that says the error; at the first lack of memory, that we failed; at the second, an empty one, of which the
// ledger says that it was dropped.
template <class Make>
Iq made_of(const StanzaError& error, const Make& make) {
    Iq answer;
    if (lacks_memory([&] { answer = make(error); }))
        static_cast<void>(lacks_memory([&] { answer = make(StanzaError(Condition::resource_constraint)); }));
    return answer;
}

}  // namespace

Owed::Owed(std::weak_ptr<Entity::State> entity, const Iq& query)
    : entity_(std::move(entity)),
      id_(query.id().value_or(std::string_view())),
      peer_(query.from().str()),
      self_(query.to().str()) {}

Owed::~Owed() {
    if (!due_) return;
    constexpr Condition why = Condition::remote_server_timeout;
    if (lacks_memory([this] { answer(StanzaError(why, "The request was forgotten.")); })) answer(StanzaError(why));
}

Iq Owed::answer_of(IqType type) const {
    Iq answer(type, JidView::of_prepared(peer_));
    answer.set_from(JidView::of_prepared(self_));
    answer.set_id(id_);
    return answer;
}

bool Owed::answer(Iq answer) {
    const auto entity = entity_.lock();
    if (!due_ || entity == nullptr) return false;
    const Entity::State::Call call(*entity);
    if (!answer || answer.is_request()) {
        entity->log(LogLevel::error, "A handler answered with something that is no answer.");
        answer = error_answer(StanzaError(Condition::internal_server_error));
    }
    const auto correct = [](JidView has, const std::string& wanted) { return has.str() == wanted; };
    const auto complete = [&] {
        if (!correct(answer.to(), peer_)) answer.set_to(JidView::of_prepared(peer_));
        if (!correct(answer.from(), self_)) answer.set_from(JidView::of_prepared(self_));
        if (answer.id() != id_) answer.set_id(id_);
    };
    if (answer && lacks_memory(complete)) answer = error_answer(StanzaError(Condition::resource_constraint));
    settle();
    entity->reply(std::move(answer));
    return true;
}

bool Owed::answer(const StanzaError& error) { return due_ && answer(error_answer(error)); }

Iq Owed::error_answer(const StanzaError& error) const {
    return made_of(error, [this](const StanzaError& what) {
        Iq answer = answer_of(IqType::error);
        what.write(answer.add("error", xml::stanza_ns));
        return answer;
    });
}

bool Owed::result() { return due_ && answer(answer_of(IqType::result)); }

bool Owed::result(ElementView payload) {
    if (!due_) return false;
    Iq answer = answer_of(IqType::result);
    answer.add(payload);
    return this->answer(std::move(answer));
}

void Owed::settle() {
    if (!std::exchange(due_, false)) return;
    if (const auto entity = entity_.lock()) entity->forget(*this);
}

Replier::Replier(std::shared_ptr<Owed> owed) : owed_(std::move(owed)) {}
Replier::Replier(Replier&&) noexcept = default;
Replier& Replier::operator=(Replier&&) noexcept = default;
Replier::~Replier() = default;
bool Replier::result() { return owed_ != nullptr && owed_->result(); }
bool Replier::result(ElementView payload) { return owed_ != nullptr && owed_->result(payload); }
bool Replier::error(const StanzaError& error) { return owed_ != nullptr && owed_->answer(error); }
Replier::operator bool() const { return owed_ != nullptr && owed_->due(); }

std::shared_ptr<Owed> Entity::State::owe(const Iq& query) {
    owed_by_query.make_room();
    const std::uint32_t place = owed.add();
    std::shared_ptr<Owed> one;
    try {
        one = std::make_shared<Owed>(weak_from_this(), query);
    } catch (...) {
        owed.free(place);
        throw;
    }
    one->place = place;
    owed[place] = one.get();
    owed_by_query.add(*one);
    ++due;
    try {
        one->timer = add_timer(options.handler_timeout, Timed::owed, place);
    } catch (...) {
        one->settle();  // whoever hears of this answers
        throw;
    }
    return one;
}

void Entity::State::forget(Owed& one) {
    wheel.cancel(std::exchange(one.timer, 0));
    owed_by_query.remove(one);
    owed.free(one.place);
    --due;
}

bool Entity::State::settle_owed(const Stanza& answer) {
    const std::string_view id = answer.id().value_or(std::string_view());
    for (Asked* one = asked; one != nullptr; one = one->outer) {
        if (one->answered || one->id != id || one->peer != answer.to().str()) continue;
        return one->answered = true;
    }
    Owed* const one = owed_by_query.find(id, answer.to().str());
    if (one == nullptr) return false;
    one->settle();
    return true;
}

void Entity::State::reply_refused(const Stanza& answer, std::error_code why) {
    guarded("A warning",
            [&] { log(LogLevel::error, fmt::format("The answer to an iq could not be sent: {}", why.message())); });
    const bool lost = why == SendFault::queue_full || why == SendFault::shutting_down || !answer;
    if (lost || or_lack_of_memory([&] { return reply_that_it_failed(answer); })) ledger.reply(false);
}

// The peer still gets its one answer.
std::error_code Entity::State::reply_that_it_failed(const Stanza& answer) {
    Iq error(IqType::error, answer.to());
    error.set_from(answer.from());
    error.set_id(answer.id().value_or(std::string_view()));
    StanzaError(Condition::internal_server_error).write(error.add("error", xml::stanza_ns));
    ledger.issue();
    OutcomeCallback nobody;
    const std::error_code refused = or_lack_of_memory([&] {
        const std::error_code unfit = check(error);
        return unfit ? unfit : queue(error, nobody, true);
    });
    if (refused) ledger.end(Outcome::rejected);
    return refused;
}

void Entity::State::complete(Iq& answer, const Iq& query) const {
    if (!answer || answer.is_request()) {
        log(LogLevel::error, "A handler answered with something that is no answer.");
        answer = error_answer(query, StanzaError(Condition::internal_server_error));
        return;
    }
    const Outside in(query);
    const Outside out(answer);
    const auto same = [](std::optional<std::string_view> a, std::optional<std::string_view> b) {
        return xml::same_text(a.value_or(std::string_view()), b.value_or(std::string_view()));
    };
    const bool right_to = same(out.to(), in.from());
    const bool right_from = same(out.from(), in.to());
    const bool right_id = same(out.id(), in.id()) && out.id();  // an answer has one, were it empty
    if (right_to && right_from && right_id) return;
    const auto correct = [&] {
        if (!right_to) answer.set_to(query.from());
        if (!right_from) answer.set_from(query.to());
        if (!right_id) answer.set_id(query.id().value_or(std::string_view()));
    };
    if (lacks_memory(correct)) answer = error_answer(query, StanzaError(Condition::resource_constraint));
}

Iq Entity::State::error_answer(const Iq& query, std::exception_ptr error) const {
    try {
        std::rethrow_exception(error);
    } catch (const StanzaError& said) {
        return error_answer(query, said);
    } catch (...) {
        guarded("The handler of an iq", [&] {
            const ElementView payload = query.payload();
            log_failure(fmt::format("The handler of {} {} in {}", to_string(query.type()),
                                    sanitize_for_log(payload.name()), sanitize_for_log(payload.ns())),
                        error);
        });
    }
    return error_answer(query, StanzaError(Condition::internal_server_error));
}

Iq Entity::State::error_answer(const Iq& query, const StanzaError& error) const {
    return made_of(error, [&query](const StanzaError& what) { return query.error_reply(what); });
}

}  // namespace rondel
