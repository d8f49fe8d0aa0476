#include "rondel/service/outcome.hpp"

#include <string>

namespace rondel {

namespace {

class SendCategory : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.service"; }
    std::string message(int code) const override {
        switch (static_cast<SendFault>(code)) {
            case SendFault::no_from:
                return "There is no address of ours to send from: give the entity an address, or the stanza a 'from'.";
            case SendFault::foreign_from:
                return "The 'from' of the stanza is not an address of ours: the server would close the stream "
                       "(XEP-0114 §3).";
            case SendFault::no_to:
                return "The stanza has no 'to': the server would close the stream of a component for that "
                       "(XEP-0114 §3).";
            case SendFault::bad_address:
                return "The 'from' or 'to' of the stanza is not a JID (RFC 7622).";
            case SendFault::queue_full:
                return "The queue is full: the server takes stanzas more slowly than they are sent. Await writable() "
                       "before sending much.";
            case SendFault::shutting_down:
                return "The entity has stopped; nothing is sent any more.";
            case SendFault::filtered:
                return "A filter held the stanza back.";
            case SendFault::no_id:
                return "The answer has no 'id', so nobody could tell what it answers (RFC 6120 §8.2.3).";
            case SendFault::not_owed:
                return "Nobody waits for this answer: it was given already, came too late, or was never asked for "
                       "(RFC 6120 §8.2.3).";
            case SendFault::not_a_request:
                return "A request is an iq of type get or set with exactly one payload (RFC 6120 §8.2.3).";
            case SendFault::empty:
                return "There is no stanza: it was moved from, or never made.";
        }
        return "The stanza cannot be sent.";
    }
};

}  // namespace

std::string_view to_string(Outcome outcome) {
    switch (outcome) {
        case Outcome::answered_result:
            return "answered_result";
        case Outcome::answered_error:
            return "answered_error";
        case Outcome::timed_out:
            return "timed_out";
        case Outcome::rejected:
            return "rejected";
        case Outcome::undelivered:
            return "undelivered";
        case Outcome::indeterminate:
            return "indeterminate";
        case Outcome::acked:
            return "acked";
        case Outcome::cancelled:
            return "cancelled";
    }
    return {};
}

std::error_code make_error_code(SendFault fault) {
    static const SendCategory category;
    return {static_cast<int>(fault), category};
}

}  // namespace rondel
