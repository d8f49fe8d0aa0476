// From the first header to authentication: what the server offers, and TLS before anything else.
#include "rondel/base/utf8.hpp"
#include "rondel/stream/client_core.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/stream/negotiation_ns.hpp"

#include <stdexcept>
#include <utility>

namespace rondel::stream {

namespace {

const ClientIdentity& checked(const ClientIdentity& who) {
    if (who.account.empty() || !who.account.is_bare())
        throw std::invalid_argument("An account is a bare JID, not '" + who.account.str() +
                                    "'; the resource is said beside it.");
    return who;
}

}  // namespace

ClientCore::ClientCore(ClientIdentity who, ClientStreamOptions options, std::optional<Resumption> earlier)
    : Core(options, {.peer = "The server",
                     .content_ns = client_ns,
                     .framing = options.framing,
                     .management = {options.ack_after, options.most_unacknowledged}}),
      who_(checked(who)),
      settings_(std::move(options)),
      asks_for_resource_(!who_.resource.empty()),
      earlier_(std::move(earlier)) {
    if (earlier_ && earlier_->id.empty()) earlier_.reset();
}

// Who we are is nobody's to know before TLS (RFC 6120 §4.7.1).
std::string ClientCore::own_header() const {
    const std::string from = tls() && !who_.account.local().empty() ? who_.account.str() : std::string();
    return write_header(
        {.content_ns = client_ns, .from = from, .to = who_.account.domain(), .version = "1.0", .lang = "en"},
        settings_.framing);
}

void ClientCore::take_header() {
    if (const auto error = check_header(incoming(), client_ns))
        return fail(CloseCause::error_from_us, *error,
                    "What answers there does not speak to clients (RFC 6120). Is this the server's port for them?");
    if (!is_version_1(header().attribute_or("version", {})))
        return fail(CloseCause::error_from_us, {StreamCondition::unsupported_version, "Version 1.0 is needed."},
                    "The server speaks a version of XMPP from before 2004, which offers neither TLS nor SASL.");
    id_ = header().attribute_or("id", {});
    step_ = Step::features;
    greeted();
}

void ClientCore::negotiate(xml::Element element) {
    switch (step_) {
        case Step::features:
        case Step::features_of_success:
            if (element.is("features", streams_ns)) return take_features(element);
            break;
        case Step::proceed:
            return take_proceed(element);
        case Step::sasl:
        case Step::sasl2:
            return take_sasl(element);
        case Step::resumed:
            if (element.ns() == management_ns) return take_resumed(element);
            break;
        case Step::bound:
            if (element.is("iq", xml::stanza_ns) && element.attribute("id") == "bind") return take_bound(element);
            break;
        case Step::session:
            if (element.is("iq", xml::stanza_ns) && element.attribute("id") == "session") return take_session(element);
            break;
        case Step::enabled:
            if (element.ns() == management_ns) return take_enabled(element);
            break;
    }
    if (!hold_stanza(element)) refuse_element(element);
}

void ClientCore::take_features(xml::ElementView features) {
    const bool binds_inline = step_ == Step::features_of_success;
    const bool could_bind_with_state = offered_.binds_with(client_state_ns);
    offered_ = OfferedFeatures::parse(features);
    can_say_state_ = offered_.client_state || (binds_inline && could_bind_with_state);
    if (authenticated_) return begin_session();
    if (tls()) return authenticate();
    if (settings_.framing == Framing::websocket) {  // TLS is the transport's affair there (RFC 7395 §3.9)
        if (!settings_.require_tls) return authenticate();
        return give_up_without_tls("The WebSocket of the server is not encrypted: its address must begin with wss://.");
    }
    // Asked for even where it is not offered: somebody may have taken the offer out (RFC 7590 §3.1, R048, V31).
    if (!settings_.require_tls && !(offered_.starttls && settings_.start_tls)) return authenticate();
    say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
    step_ = Step::proceed;
}

void ClientCore::take_proceed(xml::ElementView element) {
    if (element.is("proceed", tls_ns)) return want_tls();
    if (element.is("failure", tls_ns))
        return give_up_without_tls(offered_.starttls ? "The server offered TLS, and could not begin it."
                                                     : "The server offers no TLS (STARTTLS).");
    refuse_element(element);
}

void ClientCore::give_up_without_tls(std::string what_happened) {
    leave_off(CloseCause::error_from_us,
              std::move(what_happened) +
                  " Without it nothing of the account is said. Somebody on the way may have removed it; else the "
                  "server's configuration has to be mended, or encryption given up expressly.");
}

void ClientCore::refuse_element(xml::ElementView element) {
    fail(
        CloseCause::error_from_us, {StreamCondition::undefined_condition, "That was not to be expected at this point."},
        "The server sent <" + sanitize_for_log(element.name().substr(0, 64)) + "/> instead of an answer. " + silence());
}

std::string ClientCore::advice(const StreamError& error) const {
    const std::string domain = "'" + std::string(who_.account.domain()) + "'";
    if (state() == State::negotiating && step_ == Step::proceed)
        return "It offers no TLS (STARTTLS), and without it nothing of the account is said.";
    switch (error.condition) {
        case StreamCondition::host_unknown:
        case StreamCondition::host_gone:
            return "This server does not serve " + domain + ": check the domain of the account, or where to connect.";
        case StreamCondition::conflict:
            return is_open() ? "Another connection has taken over the resource '" +
                                   std::string(session_.address.resource()) + "' of " + who_.account.str() + "."
                             : std::string();
        case StreamCondition::see_other_host:
            return error.other_host.empty() ? std::string()
                                            : "It wants us to connect to '" +
                                                  sanitize_for_log(error.other_host.substr(0, 300)) + "' instead.";
        case StreamCondition::system_shutdown:
            return "It is being shut down.";
        default:
            return last_failure_;
    }
}

std::string ClientCore::silence() const {
    if (state() == State::awaiting_tls) return "TLS could not be set up with the server.";
    if (state() == State::awaiting_header)
        return id_.empty() ? "The server did not greet us. Is this its port for clients?"
                           : "The server did not begin the stream anew.";
    switch (step_) {
        case Step::features:
        case Step::features_of_success:
            return "The server did not say what it offers.";
        case Step::proceed:
            return "The server did not begin TLS (STARTTLS), and without it nothing of the account is said.";
        case Step::sasl:
        case Step::sasl2:
            return "The server did not finish the authentication of " + account_name() + ".";
        case Step::resumed:
            return "The server did not say whether our session goes on.";
        case Step::bound:
        case Step::session:
            return "The server did not give us a resource.";
        case Step::enabled:
            return "The server did not begin stream management (XEP-0198), though it offers it.";
    }
    return {};
}

}  // namespace rondel::stream
