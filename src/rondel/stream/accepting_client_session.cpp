#include "rondel/stream/accepting_client_core.hpp"
#include "rondel/stream/negotiation_ns.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace rondel::stream {

namespace {

// RFC 6121 §3.1.2: the words of subscriptions come from the account, not from one of its resources.
bool is_about_subscription(xml::ElementView stanza) {
    constexpr std::array<std::string_view, 4> words{"subscribe", "subscribed", "unsubscribe", "unsubscribed"};
    return stanza.name() == "presence" &&
           std::find(words.begin(), words.end(), stanza.attribute_or("type", {})) != words.end();
}

}  // namespace

// The sender is the session, whatever the client says; and it may not say anything else (RFC 6120 §8.1.2.1, V22).
std::error_code AcceptingClientCore::check_received(xml::Element& element, std::error_code fault) {
    if (fault == StanzaFault::unknown_kind) {
        fail(CloseCause::error_from_us, {StreamCondition::unsupported_stanza_type, "Only stanzas are taken here."},
             "'" + address_.str() + "' sent an element that is no stanza.");
        return fault;
    }
    const std::string_view from = element.view().attribute_or("from", {});
    if (fault == StanzaFault::bad_from ||
        (!from.empty() && from != address_.str() && from != JidView(address_).bare().str())) {
        fail(CloseCause::error_from_us, {StreamCondition::invalid_from, "That 'from' is not yours."},
             "'" + address_.str() + "' sent a stanza in the name of somebody else.");
        return fault;
    }
    element.set("from", is_about_subscription(element) ? JidView(address_).bare().str() : address_.str());
    // RFC 6120 §8.1.5: what is in the stream's language says so when it leaves the stream.
    if (!lang_.empty() && !element.view().lang()) element.ref().set_lang(lang_);
    return fault;
}

bool AcceptingClientCore::address_answer(Stanza& answer) const {
    if (answer.from().empty()) answer.set_from(JidView::of_prepared(host_));
    answer.set_to(address_);
    return true;
}

bool AcceptingClientCore::take_other(xml::ElementView element) {
    if (element.ns() == client_state_ns && (element.name() == "active" || element.name() == "inactive")) {
        report(Activity{element.name() == "active"});
        return true;
    }
    if (element.ns() != management_ns) return false;
    if (element.name() == "enable") {
        if (state() == State::open) say(enable(EnableRequest::parse(element)));
        return true;
    }
    if (element.name() == "resume") {
        if (state() == State::open) say(write_failed(Condition::unexpected_request));
        return true;
    }
    return element.name() == "a" || element.name() == "r";  // of what is not managed: there is nothing to say
}

// The answer to <enable/>. What the client sends counts from there on (XEP-0198 §3).
std::string AcceptingClientCore::enable(const EnableRequest& request) {
    if (!settings_.stream_management) return write_failed(Condition::feature_not_implemented);
    if (is_managed()) return write_failed(Condition::unexpected_request);
    manage();
    std::chrono::seconds most = std::chrono::duration_cast<std::chrono::seconds>(settings_.resumption);
    if (!request.resume || most <= std::chrono::seconds::zero()) return write_enabled({}, {});
    session_id_ = stream_ids_();
    if (request.most) most = std::min(most, *request.most);
    return write_enabled(session_id_, most);
}

std::optional<Resumption> AcceptingClientCore::take_resumption() {
    if (!is_managed()) return std::nullopt;
    std::string id = session_id_;  // before anything is given up: for this there may be no memory
    Jid address = address_;
    Resumption left = leave();
    left.id = std::move(id);
    left.address = std::move(address);
    left.most = settings_.resumption;
    return left;
}

}  // namespace rondel::stream
