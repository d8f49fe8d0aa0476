// The way out: what a stanza must have, filters, and then the link, or the outbox where there is none or it is busy.
#include "rondel/service/entity_state.hpp"
#include "rondel/xml/same.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <new>

#include <fmt/format.h>

namespace rondel {

namespace {

// A component speaks for its whole domain, anybody else for the one account.
bool may_send_from(JidView own, JidView from) {
    if (own.local().empty()) return from.domain() == own.domain();
    return from == own || from == own.bare();
}

// Most of what is sent is an answer, whose addresses were received.
bool is_jid(const Stanza& stanza, xml::Common which, std::string_view address) {
    return stanza.is_sound(which) || JidView::is_prepared(address);
}

}  // namespace

// Behind the link there is no way back: so what is needed for the books is there before.
[[gnu::always_inline]] inline std::error_code Entity::State::transmit_plain(Stanza& stanza, OutcomeCallback& told,
                                                                            bool reply) {
    if (told) transit.make_room_for_listener();
    Link& to = *link;
    if (const std::error_code refused = to.transmit(stanza)) return refused;
    if (reply) ledger.reply(true);
    transit.accept(std::move(told));
    guarded("The host", [&] { to.transmitted(stanza); });
    return no_error;
}

[[gnu::always_inline]] inline std::error_code Entity::State::pass_on(Stanza& stanza, OutcomeCallback& told,
                                                                     bool reply) {
    return goes_at_once() ? transmit_plain(stanza, told, reply) : queue(stanza, told, reply);
}

Ticket Entity::State::send(Stanza&& stanza, OutcomeCallback&& told) {
    const Call call(*this);
    ledger.issue();
    const std::uint64_t number = ledger.issued();
    std::error_code refused = no_error;
    bool was_due = false;  // an answer
    try {
        refused = admit(stanza);
        if (!refused && stanza.kind() == StanzaKind::iq && !stanza.is_request()) {
            was_due = settle_owed(stanza);
            if (!was_due) refused = SendFault::not_owed;
        }
        if (!refused) {
            refused = pass_on(stanza, told, was_due);
            if (!refused) return {number, no_error};
        }
    } catch (const std::bad_alloc&) {
        refused = std::make_error_code(std::errc::not_enough_memory);
    }
    if (was_due) reply_refused(stanza, refused);
    ledger.end(Outcome::rejected);
    tell(told, Outcome::rejected);
    return {number, refused};
}

void Entity::State::reply(Iq&& answer) {
    const Call call(*this);
    ledger.issue();
    OutcomeCallback nobody;
    const std::error_code refused = or_lack_of_memory([&] {
        const std::error_code unfit = admit(answer);
        return unfit ? unfit : pass_on(answer, nobody, true);
    });
    if (!refused) return;
    ledger.end(Outcome::rejected);
    reply_refused(answer, refused);
}

std::error_code Entity::State::queue(Stanza& stanza, OutcomeCallback& told, bool reply) {
    Queued queued{std::move(stanza), 0, std::move(told), 0, reply};
    const std::error_code refused = or_lack_of_memory([&] { return hand_over(queued); });
    if (!refused) return {};
    stanza = std::move(queued.stanza);
    told = std::move(queued.told);
    return refused;
}

std::error_code Entity::State::admit_unusual(Stanza& stanza) {
    if (stopped) return SendFault::shutting_down;
    if (!stanza) return SendFault::empty;
    if (const std::error_code refused = check(stanza)) return refused;
    if (!dispatch->filters_out().empty() && filtering == 0 && !silent) {
        if (const std::error_code refused = pass_filters_out(stanza)) return refused;
        if (const std::error_code refused = check(stanza)) return refused;  // a filter may have changed it
    }
    if (stanza.kind() == StanzaKind::presence) rooms.sent(stanza);
    return no_error;
}

std::error_code Entity::State::check(Stanza& stanza) {
    const Outside outside(stanza);
    if (const std::optional<std::string_view> from = outside.from(); !from) {
        if (!options.any_from) {
            if (address.empty()) return SendFault::no_from;
            stanza.set_from(address);
        }
    } else if (!xml::same_text(*from, address.str())) {
        if (!is_jid(stanza, xml::Common::from, *from) && !Stanza::prepare_address(stanza.element(), "from"))
            return SendFault::bad_address;
        const bool checked = !options.any_from || !address.local().empty();
        if (checked && !may_send_from(address, JidView::of_prepared(*outside.from()))) return SendFault::foreign_from;
    }
    // Once it leaves, the server may know us by another resource, and would take this for a forgery.
    if (options.any_from && !address.local().empty() && outside.from()) stanza.set_from({});
    if (const std::optional<std::string_view> to = outside.to(); !to) {
        if (address.local().empty() && !options.any_from) return SendFault::no_to;
    } else if (!is_jid(stanza, xml::Common::to, *to) && !Stanza::prepare_address(stanza.element(), "to")) {
        return SendFault::bad_address;
    }
    if (stanza.kind() == StanzaKind::iq && !outside.id()) {
        if (!stanza.is_request()) return SendFault::no_id;
        stanza.set_id(ids.next().view());
    }
    return no_error;
}

std::error_code Entity::State::hand_over(Queued& queued) {
    if (stopped) return SendFault::shutting_down;
    return goes_at_once() ? transmit(queued) : enqueue(queued);
}

std::error_code Entity::State::transmit(Queued& queued) {
    if (queued.request == 0) return transmit_plain(queued.stanza, queued.told, queued.reply);
    transit.make_room_for_request();  // before: as above
    Link& to = *link;
    if (const std::error_code refused = to.transmit(queued.stanza)) return refused;
    const Transit::Mark mark = transit.accept_request();
    OpenRequest& open = *requests.find(queued.request);
    open.position = mark.position;
    open.plain_before = mark.plain_before;
    guarded("The host", [&] { to.transmitted(queued.stanza); });
    return no_error;
}

std::error_code Entity::State::enqueue(Queued& queued) {
    scratch.clear();
    if (const std::error_code refused = xml::write(queued.stanza.element(), scratch, {}, options.writing))
        return refused;
    queued.bytes = scratch.size();
    const auto full = [&] {
        const std::size_t link_bytes = link == nullptr ? 0 : link->backlog();
        return link_bytes + outbox.bytes() + queued.bytes > options.queue_bytes ||
               transit.unwritten() + outbox.size() >= options.queue_stanzas;
    };
    if (full())
        outbox.remove_if([&](const Queued& one) { return one.request != 0 && requests.find(one.request) == nullptr; });
    // From the first one that is dropped nothing may fail: each of them is to be told.
    outbox.make_room();
    std::vector<Queued> dropped;
    if (options.queue_policy == QueuePolicy::drop_oldest && full()) dropped.reserve(outbox.size());
    while (options.queue_policy == QueuePolicy::drop_oldest && full() && !outbox.empty())
        dropped.push_back(outbox.pop());
    const bool refused = full();
    if (!refused) outbox.push(std::move(queued));
    for (Queued& one : dropped) drop(std::move(one), Outcome::undelivered);
    if (!dropped.empty())
        guarded("A warning", [&] {
            log(LogLevel::warning, fmt::format("The queue is full: dropped its {} oldest.", dropped.size()));
        });
    return refused ? SendFault::queue_full : std::error_code();
}

void Entity::State::flush() {
    while (link != nullptr && !outbox.empty() && link_has_room()) {
        Queued queued = outbox.pop();
        if (queued.request != 0 && requests.find(queued.request) == nullptr) continue;  // it ended while it waited
        const std::error_code refused = or_lack_of_memory([&] { return transmit(queued); });
        if (refused) {
            drop(std::move(queued), Outcome::rejected, refused);
            log(LogLevel::warning, fmt::format("A queued stanza was refused: {}", refused.message()));
        }
    }
    wake_writers();
}

void Entity::State::drop(Queued queued, Outcome outcome, std::error_code why) {
    if (queued.request != 0) {
        if (requests.find(queued.request) != nullptr) end_request(queued.request, Answer(outcome, why));
        return;
    }
    if (queued.reply) ledger.reply(false);
    ledger.end(outcome);
    tell(queued.told, outcome);
}

void Entity::State::tell(std::vector<Told> told) {
    for (const Told& one : told) tell(one.call, one.outcome);
}

void Entity::State::tell(const OutcomeCallback& told, Outcome outcome) {
    if (!told || silent) return;
    try {
        told(outcome);
    } catch (...) {
        log_failure("A callback for the outcome of a stanza", std::current_exception());
    }
}

void Entity::State::wake_writers() {
    if (writers.empty() || congested(4)) return;
    for (const auto& writer : std::exchange(writers, {})) writer->wake();
}

}  // namespace rondel
