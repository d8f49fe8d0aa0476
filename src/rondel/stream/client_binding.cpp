// From authentication to a session.
#include "rondel/base/utf8.hpp"
#include "rondel/stream/client_core.hpp"
#include "rondel/stream/negotiation_ns.hpp"
#include "rondel/xml/writer.hpp"

#include <charconv>
#include <utility>

namespace rondel::stream {

namespace {

constexpr std::size_t most_held = 256;  // stanzas that come before the session has begun

bool is_true(std::string_view value) { return value == "true" || value == "1"; }

Duration seconds(std::string_view text) {
    constexpr long long longest = 366LL * 24 * 60 * 60;
    long long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = error == std::errc() && end == text.data() + text.size() && number > 0;
    return good ? std::chrono::seconds(std::min(number, longest)) : Duration::zero();
}

// Of the caller's own stanzas among the first `h` that were not acknowledged; nothing: that many there were not.
std::optional<std::size_t> handled_of(const Resumption& earlier, std::uint32_t h) {
    const std::uint32_t taken = h - earlier.acknowledged;
    if (taken > earlier.unacknowledged.sizes.size()) return std::nullopt;
    std::size_t counted = 0;
    for (std::size_t i = 0; i < taken; ++i) counted += i >= earlier.own.size() || !earlier.own[i] ? 1 : 0;
    return counted;
}

}  // namespace

// ---- inline (XEP-0388 §2.6) ----

void ClientCore::take_inline(xml::ElementView success) {
    if (const xml::ElementView token = success.child("token", fast_ns)) take_token(token);
    if (const xml::ElementView resumed = success.child("resumed", management_ns); resumed && earlier_)
        return go_on(resumed);
    if (const xml::ElementView failed = success.child("failed", management_ns); failed && earlier_)
        forsake_earlier(failed);
    step_ = Step::features_of_success;
    const xml::ElementView bound = success.child("bound", bind2_ns);
    if (!bound) return;
    // The JID is what the server says, and nothing else (R009).
    const Result<Jid> address = Jid::parse(success.child("authorization-identifier").text());
    if (!address || address->is_bare())
        return fail(CloseCause::error_from_us, {StreamCondition::undefined_condition, "A full JID was to be expected."},
                    "The server bound a resource without saying which (XEP-0386).");
    session_.address = *address;
    carbons_ = settings_.carbons && offered_.binds_with(carbons_ns);
    if (const xml::ElementView enabled = bound.child("enabled", management_ns)) note_enabled(enabled);
}

void ClientCore::take_token(xml::ElementView token) {
    const std::string_view secret = token.attribute_or("token", {});
    if (secret.empty() || token_mechanism_.empty()) return;
    report(TokenGranted{{token_mechanism_, Secret(secret), std::string(token.attribute_or("expiry", {}))}});
}

// ---- one after the other ----

void ClientCore::begin_session() {
    if (!session_.address.empty()) return open(false);  // bound inline
    if (earlier_ && offered_.management) return say_resume();
    if (earlier_) {
        report(ResumptionFailed{});
        earlier_.reset();
    }
    if (!offered_.bind)
        return fail(CloseCause::error_from_us, {StreamCondition::unsupported_feature, "Resource binding is needed."},
                    "The server let us in, but offers no resource to be addressed by (RFC 6120 §7).");
    say_bind();
}

void ClientCore::say_resume() {
    std::string text = "<resume xmlns='urn:xmpp:sm:3' h='" + std::to_string(earlier_->handled) + "' previd='";
    xml::append_escaped_attribute(earlier_->id, text);
    say(text + "'/>");
    step_ = Step::resumed;
}

void ClientCore::take_resumed(xml::ElementView element) {
    if (element.name() == "resumed") return go_on(element);
    if (element.name() != "failed") return refuse_element(element);
    forsake_earlier(element);
    begin_session();
}

void ClientCore::go_on(xml::ElementView resumed) {
    const std::optional<std::uint32_t> h = parse_count(resumed.attribute("h"));
    if (!h || resumed.attribute("previd") != std::string_view(earlier_->id))
        return fail(CloseCause::error_from_us,
                    {StreamCondition::undefined_condition, "That is not the session that was to be resumed."},
                    "The server resumed a session that is not ours, or did not say how much of it had arrived.");
    Resumption earlier = *std::exchange(earlier_, std::nullopt);
    if (!resume_from(earlier, *h)) return;
    session_ = {.id = std::move(earlier.id),
                .address = std::move(earlier.address),
                .location = std::move(earlier.location),
                .most = earlier.most};
    can_say_state_ = can_say_state_ || offered_.client_state || offered_.binds_with(client_state_ns);
    open(true);
}

void ClientCore::forsake_earlier(xml::ElementView failed) {
    const std::optional<std::uint32_t> h = parse_count(failed.attribute("h"));
    report(ResumptionFailed{h ? handled_of(*earlier_, *h) : std::nullopt});
    earlier_.reset();
}

// Nobody but the server can reach us before we are bound, so these ids need not be unguessable.
void ClientCore::say_bind() {
    std::string text = "<iq type='set' id='bind'><bind xmlns='" + std::string(bind_ns) + "'";
    if (settings_.framing == Framing::websocket) text.insert(3, " xmlns='jabber:client'");
    if (asks_for_resource_) {
        text += "><resource>";
        xml::append_escaped_text(who_.resource, text);
        say(text + "</resource></bind></iq>");
    } else {
        say(text + "/></iq>");
    }
    step_ = Step::bound;
}

void ClientCore::take_bound(xml::ElementView element) {
    if (element.attribute("type") == "error")
        return take_bind_error(StanzaError::parse(element.child("error", xml::stanza_ns)));
    const Result<Jid> address = Jid::parse(element.child("bind", bind_ns).child("jid").text());
    if (element.attribute("type") != "result" || !address || address->is_bare())
        return fail(CloseCause::error_from_us, {StreamCondition::undefined_condition, "A full JID was to be expected."},
                    "The server bound a resource without saying which (RFC 6120 §7.6).");
    session_.address = *address;
    say_session_or_enable();
}

// Where the resource that was wanted is taken, or none, the server may make one (RFC 6120 §7.7.2).
void ClientCore::take_bind_error(const StanzaError& error) {
    const bool of_resource = error.condition() == Condition::conflict || error.condition() == Condition::bad_request ||
                             error.condition() == Condition::not_acceptable ||
                             error.condition() == Condition::jid_malformed;
    if (of_resource && std::exchange(asks_for_resource_, false)) return say_bind();
    const std::string text =
        error.text().empty() ? std::string() : " (" + sanitize_for_log(error.text().substr(0, 200)) + ")";
    leave_off(
        CloseCause::error_from_peer,
        "The server gave " + account_name() + " no resource: " + std::string(to_string(error.condition())) + text +
            "." +
            (error.condition() == Condition::resource_constraint ? " Too many connections of this account may be open."
                                                                 : ""),
        StreamError{error.condition() == Condition::resource_constraint ? StreamCondition::resource_constraint
                                                                        : StreamCondition::undefined_condition});
}

void ClientCore::say_session_or_enable() {
    if (std::exchange(offered_.session, false)) {
        std::string text = "<iq type='set' id='session'><session xmlns='" + std::string(session_ns) + "'/></iq>";
        if (settings_.framing == Framing::websocket) text.insert(3, " xmlns='jabber:client'");
        say(text);
        step_ = Step::session;
        return;
    }
    if (!settings_.stream_management || !offered_.management) return open(false);
    say(write_enable());
    step_ = Step::enabled;
}

void ClientCore::take_session(xml::ElementView element) {
    if (element.attribute("type") == "result") return say_session_or_enable();
    fail(CloseCause::error_from_us, {StreamCondition::undefined_condition, "A session was to be expected."},
         "The server wants a session to be established (RFC 3921), and refused to.");
}

std::string ClientCore::write_enable() const {
    const auto wanted = std::chrono::duration_cast<std::chrono::seconds>(settings_.resumption_wanted).count();
    if (wanted <= 0) return "<enable xmlns='urn:xmpp:sm:3'/>";
    return "<enable xmlns='urn:xmpp:sm:3' resume='true' max='" + std::to_string(wanted) + "'/>";
}

void ClientCore::take_enabled(xml::ElementView element) {
    if (element.name() == "enabled")
        note_enabled(element);
    else if (element.name() != "failed")
        return refuse_element(element);
    open(false);
}

void ClientCore::note_enabled(xml::ElementView enabled) {
    manage();
    const std::string_view id = enabled.attribute_or("id", {});
    if (!is_true(enabled.attribute_or("resume", {})) || id.empty()) return;
    session_.id = id;
    session_.location = enabled.attribute_or("location", {});
    session_.most = seconds(enabled.attribute_or("max", {}));
}

// A server may deliver to a resource as soon as it is bound: that waits until there is somebody to take it.
bool ClientCore::hold_stanza(xml::Element& element) {
    const bool is_stanza = element.is("message", xml::stanza_ns) || element.is("presence", xml::stanza_ns) ||
                           element.is("iq", xml::stanza_ns);
    if (session_.address.empty() || !is_stanza || held() >= most_held) return false;
    hold(std::move(element));
    return true;
}

void ClientCore::open(bool resumed) {
    opened({.id = id_, .address = session_.address, .sm_id = session_.id, .resumed = resumed, .carbons = carbons_},
           OwnPings(id_, "client", Jid(), Jid::parse(who_.account.domain()).value()));
    if (!active_ && can_say_state_) say("<inactive xmlns='urn:xmpp:csi:0'/>");
}

}  // namespace rondel::stream
