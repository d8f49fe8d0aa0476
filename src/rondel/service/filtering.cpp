// Filters, which see every stanza before the handlers and before the wire. A query that one drops is answered all the
// same.
#include "rondel/service/entity_state.hpp"

#include <exception>
#include <utility>

namespace rondel {

void Entity::State::receive_filtered(Stanza& stanza) {
    std::exception_ptr thrown;
    if (!stanza.is_request()) {
        if (pass_filters_in(stanza, thrown)) {
            if (stanza.is_request()) ledger.receive_iq();
            return receive_after_all(stanza);
        }
        bool error_sent = false;
        if (thrown && stanza && stanza.kind() == StanzaKind::message)
            failed(Message(std::move(stanza)), thrown, error_sent);
        return;
    }
    // The query as it came, without its payload: it is owed an answer, whatever the filters make of it.
    Iq query(IqType::get, stanza.to());
    query.set_from(stanza.from());
    query.set_id(stanza.id().value_or(std::string_view()));
    bool passed = false;
    {
        const Asked one(asked, query.id().value_or(std::string_view()), query.from().str());
        passed = pass_filters_in(stanza, thrown) && stanza.is_request();
        if (one.answered) return;
    }
    if (passed) return receive_after_all(stanza);
    reply(thrown ? error_answer(query, thrown) : error_answer(query, StanzaError(Condition::service_unavailable)));
}

bool Entity::State::pass_filters_in(Stanza& stanza, std::exception_ptr& thrown) {
    const Dispatch& current_dispatch = *dispatch;  // a filter may take or drop routers
    for (const auto& filter : current_dispatch.filters_in()) {
        if (!filter.usable()) continue;
        try {
            if (!(*filter.handler)(stanza, face) || !stanza) return false;
        } catch (...) {
            thrown = std::current_exception();
            return false;
        }
        if (stopped) return false;
    }
    return true;
}

std::error_code Entity::State::pass_filters_out(Stanza& stanza) {
    ++filtering;
    bool passed = true;
    const Dispatch& current_dispatch = *dispatch;
    for (const auto& filter : current_dispatch.filters_out()) {
        if (!passed) break;
        if (!filter.usable()) continue;
        try {
            passed = (*filter.handler)(stanza, face) && stanza;
        } catch (...) {
            log_failure("A filter of outgoing stanzas", std::current_exception());
            passed = false;
        }
    }
    --filtering;
    if (stopped) return SendFault::shutting_down;
    return passed ? std::error_code() : SendFault::filtered;
}

}  // namespace rondel
