// Answers to queries: exactly one for each, with the addresses and the id that it must have.
#include "rondel/base/utf8.hpp"
#include "rondel/service/entity_state.hpp"
#include "rondel/xml/same.hpp"

#include <fmt/format.h>

namespace rondel {

Owed::Owed(std::weak_ptr<Entity::State> entity, const Iq& query)
    : entity_(std::move(entity)),
      id_(query.id().value_or(std::string_view())),
      peer_(query.from().str()),
      self_(query.to().str()) {}

Owed::~Owed() { answer(StanzaError(Condition::remote_server_timeout, "The request was forgotten.")); }

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
    settle();
    if (!answer || answer.is_request()) {
        entity->log(LogLevel::error, "A handler answered with something that is no answer.");
        answer = answer_of(IqType::error);
        StanzaError(Condition::internal_server_error).write(answer.add("error", xml::stanza_ns));
    }
    const auto correct = [](JidView has, const std::string& wanted) { return has.str() == wanted; };
    if (!correct(answer.to(), peer_)) answer.set_to(JidView::of_prepared(peer_));
    if (!correct(answer.from(), self_)) answer.set_from(JidView::of_prepared(self_));
    if (answer.id() != id_) answer.set_id(id_);
    entity->reply(std::move(answer));
    return true;
}

bool Owed::answer(const StanzaError& error) {
    if (!due_) return false;
    Iq answer = answer_of(IqType::error);
    error.write(answer.add("error", xml::stanza_ns));
    return this->answer(std::move(answer));
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

void Entity::State::reply(Iq&& answer) {
    const Call call(*this);
    ledger.issue();
    Queued queued{std::move(answer), 0, {}, 0, true};
    std::error_code refused = admit(queued.stanza);
    if (!refused) refused = hand_over(queued);
    if (!refused) return;
    ledger.end(Outcome::rejected);
    reply_refused(queued.stanza, refused);
}

void Entity::State::reply_refused(const Stanza& answer, std::error_code why) {
    log(LogLevel::error, fmt::format("The answer to an iq could not be sent: {}", why.message()));
    const bool lost = why == SendFault::queue_full || why == SendFault::shutting_down || !answer;
    if (!lost) {
        // The peer still gets its one answer: that we failed.
        Iq error(IqType::error, answer.to());
        error.set_from(answer.from());
        error.set_id(answer.id().value_or(std::string_view()));
        StanzaError(Condition::internal_server_error).write(error.add("error", xml::stanza_ns));
        Stanza stanza(std::move(error));
        ledger.issue();
        if (!check(stanza)) {
            Queued queued{std::move(stanza), 0, {}, 0, true};
            if (!hand_over(queued)) return;
        }
        ledger.end(Outcome::rejected);
    }
    ledger.reply(false);
}

Iq Entity::State::finished(Iq answer, const Iq& query) const {
    if (!answer || answer.is_request()) {
        log(LogLevel::error, "A handler answered with something that is no answer.");
        return query.error_reply(StanzaError(Condition::internal_server_error));
    }
    const Outside in(query);
    const Outside out(answer);
    const auto same = [](std::optional<std::string_view> a, std::optional<std::string_view> b) {
        return xml::same_text(a.value_or(std::string_view()), b.value_or(std::string_view()));
    };
    const bool right_to = same(out.to(), in.from());
    const bool right_from = same(out.from(), in.to());
    const bool right_id = same(out.id(), in.id()) && out.id();  // an answer has one, were it empty
    if (!right_to) answer.set_to(query.from());
    if (!right_from) answer.set_from(query.to());
    if (!right_id) answer.set_id(query.id().value_or(std::string_view()));
    return answer;
}

Iq Entity::State::error_answer(const Iq& query, std::exception_ptr error) const {
    try {
        std::rethrow_exception(error);
    } catch (const StanzaError& said) {
        return query.error_reply(said);
    } catch (...) {
        const ElementView payload = query.payload();
        log_failure(fmt::format("The handler of {} {} in {}", to_string(query.type()), sanitize_for_log(payload.name()),
                                sanitize_for_log(payload.ns())),
                    error);
    }
    return query.error_reply(StanzaError(Condition::internal_server_error));
}

}  // namespace rondel
