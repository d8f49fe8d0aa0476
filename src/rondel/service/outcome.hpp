// How things end. Every stanza handed to an entity ends in exactly one of these, and the ledger counts it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <system_error>

namespace rondel {

enum class Outcome : std::uint8_t {
    answered_result,  // requests: a result came
    answered_error,   // requests: an error came
    timed_out,        // requests: nothing came in time
    rejected,         // before it was sent: invalid, queue full, shutting down
    undelivered,      // accepted, never fully written: dropped from the queue, or the host stopped
    indeterminate,    // fully written, connection lost before any proof that it arrived
    acked,            // proven to have arrived: a later answer on the same ordered stream, or an orderly end of it
    cancelled,        // given up by whoever sent it
};
inline constexpr std::size_t outcome_count = 8;
std::string_view to_string(Outcome outcome);

// Why a stanza was rejected before it was sent, besides what the writer refuses (xml::WriteError).
enum class SendFault {
    no_from = 1,   // no address of ours to send from
    foreign_from,  // `from` is not in the domain of this component: the server would close the stream (XEP-0114 §3)
    no_to,         // a component's stanza needs `to` (XEP-0114 §3)
    bad_address,   // `from` or `to` is no JID
    queue_full,
    shutting_down,
    filtered,       // a filter of ours dropped it
    no_id,          // an answer without the id that it answers
    not_owed,       // an answer that is not due: given already, too late, or never asked for
    not_a_request,  // request() was given an iq that is neither get nor set, or more or less than one payload
    empty,          // no stanza at all, as one that was moved from
};
[[gnu::cold]] std::error_code make_error_code(SendFault);

using OutcomeCallback = std::function<void(Outcome)>;

// What send() returns: the number of the stanza in the ledger, and why it was rejected if it was.
struct Ticket {
    std::uint64_t number = 0;
    std::error_code refused;
    explicit operator bool() const { return !refused; }
};

}  // namespace rondel

template <>
struct std::is_error_code_enum<rondel::SendFault> : std::true_type {};
