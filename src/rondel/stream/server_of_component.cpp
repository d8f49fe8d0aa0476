#include "rondel/stream/server_of_component.hpp"

namespace rondel::stream {

// A foreign `from` is a forgery, and ends the stream (V21); so does what has no sender, as nobody could be answered.
// Without a `to` the sender is known and can be told: one slip of one handler need not cut off all the others (Prosody
// does so too; ejabberd ends the stream).
std::error_code ServerOfComponentCore::check_received(xml::Element& element, std::error_code fault) {
    if (fault == StanzaFault::unknown_kind) {
        fail(CloseCause::error_from_us, {StreamCondition::unsupported_stanza_type, "Only stanzas are taken here."},
             "The component " + quoted() + " sent an element that is no stanza.");
        return fault;
    }
    const std::string_view from = element.view().attribute_or("from", {});
    if (from.empty() || fault == StanzaFault::bad_from) {
        fail(CloseCause::error_from_us,
             {StreamCondition::improper_addressing, make_error_code(StreamFault::no_from).message()},
             "The component " + quoted() + " sent a stanza without a valid 'from'.");
        return fault;
    }
    if (check_from_ && JidView::of_prepared(from).domain() != domain_.str()) {
        fail(CloseCause::error_from_us,
             {StreamCondition::invalid_from, make_error_code(StreamFault::foreign_from).message()},
             "The component " + quoted() + " sent a stanza in the name of another domain.");
        return fault;
    }
    return !fault && element.view().attribute_or("to", {}).empty() ? make_error_code(StreamFault::no_to) : fault;
}

bool ServerOfComponentCore::address_answer(Stanza& answer) const {
    if (answer.from().empty() && !server_.empty()) answer.set_from(server_);
    return !answer.to().empty();
}

}  // namespace rondel::stream
