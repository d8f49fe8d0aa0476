// Requests: each ends exactly once, whoever is first: the answer, the timeout, the loss of the session, cancel(),
// stop().
#include "rondel/service/entity_state.hpp"

#include <algorithm>
#include <new>

namespace rondel {

namespace {

bool is_request(const Iq& iq) {
    if (!iq || (iq.Stanza::type() != "get" && iq.Stanza::type() != "set")) return false;
    const auto payloads = iq.element().children();
    return std::ranges::distance(payloads.begin(), payloads.end()) == 1;
}

// How many requests are ended at once when a session is lost; the others follow in slices.
constexpr std::size_t slice = 4096;

}  // namespace

std::uint64_t Entity::State::request(Iq iq, AnswerCallback told, RequestOptions request_options) {
    const Call call(*this);
    ledger.issue();
    RequestTable::Number number = 0;
    bool is_kept = false;  // with what is to be called at its end
    std::error_code refused;
    try {
        number = requests.add();
        refused = ask(number, iq, told, request_options, is_kept);
    } catch (const std::bad_alloc&) {  // nothing of it went out
        refused = std::make_error_code(std::errc::not_enough_memory);
    }
    if (!refused) return number;
    if (number != 0 && requests.find(number) != nullptr) {
        if (is_kept) told = std::move(requests.find(number)->told);
        wheel.cancel(requests.take(number).timer);
    } else if (is_kept) {
        return 0;  // what was dropped for it cancelled it
    }
    ledger.end(Outcome::rejected);
    if (told) guarded("A callback for the answer to a request", [&] { told(Answer(Outcome::rejected, refused)); });
    return 0;
}

std::error_code Entity::State::ask(RequestTable::Number number, Iq& iq, AnswerCallback& told,
                                   const RequestOptions& request_options, bool& is_kept) {
    if (!is_request(iq)) return iq ? SendFault::not_a_request : SendFault::empty;
    const std::string id = requests.id_of(number);
    if (!request_options.from().empty()) iq.set_from(request_options.from());
    iq.set_id(id);
    if (const std::error_code refused = admit(iq)) return refused;
    OpenRequest& open = *requests.find(number);
    open.plain_before = 0;
    open.peer = PackedText(iq.to().str());
    open.timer = add_timer(request_options.timeout().value_or(options.request_timeout), Timed::request, number);
    open.told = std::move(told);
    is_kept = true;
    Stanza stanza(std::move(iq));
    if (stanza.id() != id) stanza.set_id(id);
    Queued queued{std::move(stanza), 0, {}, number, false};
    return hand_over(queued);
}

bool Entity::State::cancel(std::uint64_t number) {
    if (requests.find(number) == nullptr) return false;
    const Call call(*this);
    end_request(number, Answer(Outcome::cancelled));
    return true;
}

bool Entity::State::receive_answer(Iq& answer) {
    const RequestTable::Number number = requests.find_id(answer.id().value_or(std::string_view()));
    if (number == 0) return false;
    const OpenRequest& open = *requests.find(number);
    if (open.position == 0 || !may_answer(open.peer.view(), answer.from(), address)) return false;
    std::vector<Told> proven = transit.prove(open.plain_before);
    end_request(number, Answer(std::move(answer)));
    tell(std::move(proven));
    return true;
}

void Entity::State::end_request(RequestTable::Number number, Answer answer) {
    const OpenRequest ended = requests.take(number);
    wheel.cancel(ended.timer);
    ledger.end(answer.outcome());
    if (!ended.told || silent) return;
    try {
        ended.told(std::move(answer));
    } catch (...) {
        log_failure("A callback for the answer to a request", std::current_exception());
    }
}

void Entity::State::sweep(std::size_t budget) {
    for (; sweeping.active && budget > 0; --budget) {
        if (sweeping.place >= requests.end()) {
            sweeping.active = false;
            return;
        }
        const RequestTable::Number number = requests.at(sweeping.place++);
        if (number == 0) continue;
        const std::uint64_t position = requests.find(number)->position;
        if (position == 0 || position > sweeping.given_up)
            continue;  // it waits here, or goes along into the next session
        end_request(number, Answer(position <= sweeping.acknowledged ? Outcome::acked
                                   : position <= sweeping.written    ? sweeping.outcome
                                                                     : Outcome::undelivered));
    }
}

}  // namespace rondel
