// Stream management (XEP-0198) as a part of the course of a stream: what comes of it, when the peer is asked, and what
// ends the stream. The counting is management.hpp.
#include "rondel/stream/core.hpp"

#include <new>
#include <string>
#include <utility>

namespace rondel::stream {

void Core::manage() {
    management_.start();
    held_unmanaged_ = held_.size();
}

bool Core::take_management(xml::ElementView element) {
    if (!management_.is_on() || element.ns() != management_ns) return false;
    if (element.name() == "r") {
        if (state_ == State::open) say(management_.acknowledgement());
        return true;
    }
    if (element.name() != "a") return false;
    const std::optional<std::uint32_t> h = parse_count(element.attribute("h"));
    if (!h)
        fail(CloseCause::error_from_us, {StreamCondition::bad_format, "An acknowledgement must have an 'h'."},
             std::string(kind_.peer) + " sent an acknowledgement that says nothing (XEP-0198).");
    else if (!management_.acknowledge(*h))
        fail_acknowledgement(*h, management_.sent_count());
    else
        ask();
    return true;
}

void Core::fail_acknowledgement(std::uint32_t h, std::uint32_t sent) {
    StreamError error{
        StreamCondition::undefined_condition,
        "You acknowledged " + std::to_string(h) + " stanzas, but I only sent you " + std::to_string(sent) + " so far.",
        "handled-count-too-high",
        std::string(management_ns),
        h,
        sent};
    fail(CloseCause::error_from_us, std::move(error),
         std::string(kind_.peer) + " acknowledged stanzas that were never sent (XEP-0198).");
}

// Behind what the peer is to acknowledge. It is said and kept, so it counts, whatever becomes of the rest: what there
// is no memory for now comes with the next one.
void Core::kept() {
    try {
        if (management_.is_over_limit())
            return fail(CloseCause::error_from_us,
                        {StreamCondition::resource_constraint, "Too much is waiting for your acknowledgement."},
                        std::string(kind_.peer) + " takes what we send, but does not acknowledge it (XEP-0198).");
        ask();
    } catch (const std::bad_alloc&) {
        return;
    }
}

void Core::ask() {
    if (state_ == State::open && management_.wants_to_ask()) say_request();
}

void Core::say_request() {
    say("<r xmlns='urn:xmpp:sm:3'/>");
    management_.asked();
}

bool Core::resume_from(const Resumption& earlier, std::uint32_t h) {
    if (!management_.resume(earlier, h, output_)) {
        fail_acknowledgement(h, earlier.acknowledged + static_cast<std::uint32_t>(earlier.unacknowledged.sizes.size()));
        return false;
    }
    tries_ = earlier.tries;
    tried_at_ = earlier.handled;
    if (management_.wants_to_ask()) say_request();
    return true;
}

Resumption Core::leave() {
    Resumption left;
    left.tries = management_.handled() == tried_at_ ? tries_ : std::uint8_t{0};
    management_.leave(left);
    output_.drop_stanzas();
    return left;
}

}  // namespace rondel::stream
