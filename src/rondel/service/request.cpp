#include "rondel/service/request.hpp"

namespace rondel {

Answer::Answer(Iq iq)
    : iq_(std::move(iq)), outcome_(iq_.type() == IqType::result ? Outcome::answered_result : Outcome::answered_error) {}

StanzaError Answer::error() const {
    switch (outcome_) {
        case Outcome::answered_error:
            return iq_.error().value_or(StanzaError(Condition::undefined_condition));
        case Outcome::rejected:
            return StanzaError(Condition::internal_server_error, why_.message());
        case Outcome::answered_result:
        case Outcome::timed_out:
        case Outcome::undelivered:
        case Outcome::indeterminate:
        case Outcome::acked:
        case Outcome::cancelled:
            break;
    }
    return StanzaError(Condition::remote_server_timeout);
}

}  // namespace rondel
