#include "rondel/base/utf8.hpp"
#include "rondel/stream/accepting_client_core.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/stream/negotiation_ns.hpp"
#include "rondel/stream/registration.hpp"

#include <exception>
#include <stdexcept>
#include <utility>

namespace rondel::stream {

using enum StreamCondition;

AcceptingClientCore::AcceptingClientCore(ClientDirectory& directory, AcceptingClientOptions options,
                                         std::function<std::string()> stream_ids)
    : Core(options, {.peer = "The client",
                     .content_ns = client_ns,
                     .framing = options.framing,
                     .management = {options.ack_after, options.most_unacknowledged},
                     .blanks_may_lead = options.framing == Framing::tcp}),
      directory_(directory),
      settings_(std::move(options)),
      stream_ids_(std::move(stream_ids)),
      id_(stream_ids_()),
      authentication_(directory) {
    if (id_.empty()) throw std::invalid_argument("A stream must have an id (RFC 6120 §4.7.3).");
}

// ---- headers and features ----

// `from` is what the client asked for only if we are that; `to` is there only if it said who it is (RFC 6120 §4.7).
std::string AcceptingClientCore::own_header() const {
    return write_header({.content_ns = client_ns,
                         .from = host_.empty() ? settings_.domain : host_,
                         .to = peer_from_.str(),
                         .id = id_,
                         .version = "1.0",
                         .lang = "en"},
                        settings_.framing);
}

void AcceptingClientCore::take_header() {
    if (auto error = what_is_wrong_with_header()) {
        const bool unknown = error->condition == host_unknown;
        std::string why = "A client was turned away: " + std::string(to_string(error->condition)) + ". ";
        why += unknown ? "The domain '" + sanitize_for_log(header().attribute_or("to", {})) + "' is not served here."
                       : error->text;
        return fail(unknown ? CloseCause::refused : CloseCause::error_from_us, *std::move(error), std::move(why));
    }
    open_output();
    greeted();
    offer();
}

std::optional<StreamError> AcceptingClientCore::what_is_wrong_with_header() {
    if (auto error = check_header(incoming(), client_ns)) return error;
    const std::string_view to = header().attribute_or("to", {});
    if (to.empty()) return StreamError{improper_addressing, "A stream header must have a 'to' (RFC 6120 §4.7.2)."};
    const Result<Jid> host = Jid::parse(to);
    if (!host || host->domain() != host->str() || !directory_.serves(host->str()))
        return StreamError{host_unknown, "This domain is not served here."};
    if (account_ && host->str() != host_)  // V23: nobody moves to another domain by a restart
        return StreamError{not_authorized, "You have authenticated in another domain."};
    host_ = host->str();
    if (auto error = what_is_wrong_with_from(header().attribute_or("from", {}))) return error;
    if (!is_version_1(header().attribute_or("version", {})))
        return StreamError{unsupported_version, "Version 1.0 of XMPP is needed here."};
    lang_ = header().lang().value_or(std::string_view());
    return std::nullopt;
}

// It is nobody's proof of anything, but what contradicts the proof is refused (RFC 6120 §4.9.3.9, §6.4.6).
std::optional<StreamError> AcceptingClientCore::what_is_wrong_with_from(std::string_view from) {
    peer_from_ = {};
    if (from.empty()) return std::nullopt;
    Result<Jid> jid = Jid::parse(from);
    if (!jid || jid->domain() != host_)
        return StreamError{invalid_from, "The 'from' of the header must be an address of the domain in its 'to'."};
    // COMPAT(sendxmpp): the server's own name says nothing about who the client is.
    if (jid->local().empty()) return std::nullopt;
    if (account_ && !is_anonymous() && jid->bare() != *account_)
        return StreamError{invalid_from, "The 'from' of the header must be the account that has authenticated."};
    peer_from_ = *std::move(jid);
    return std::nullopt;
}

sasl::Channel AcceptingClientCore::channel() const {
    if (!tls()) return {};
    return {.encrypted = true, .bindings = tls()->bindings, .certificate_addresses = tls()->peer_addresses};
}

void AcceptingClientCore::offer() {
    if (account_) return say(write_features(after_authentication(false), settings_.framing));
    sasl::ServerPolicy policy = settings_.sasl;
    policy.domain = host_;
    authentication_.begin(std::move(policy), channel(), may_authenticate());
    say(write_features(before_authentication(), settings_.framing));
}

ClientFeatures AcceptingClientCore::before_authentication() const {
    ClientFeatures features;
    features.starttls = !tls() && settings_.can_start_tls && settings_.framing == Framing::tcp;  // R042, R117
    features.tls_required = settings_.require_tls;
    if (!may_authenticate()) return features;
    const sasl::Channel below = channel();
    features.mechanisms = offered_mechanisms(settings_.sasl, below);
    features.binding_types = offered_binding_types(below);
    features.fast_mechanisms = offered_fast_mechanisms(below);
    features.sasl2 = below.encrypted;  // XEP-0388 §5: never without
    features.registration = directory_.registration_open();
    features.management = settings_.stream_management;
    features.resumption = settings_.stream_management && settings_.resumption > Duration::zero();
    return features;
}

ClientFeatures AcceptingClientCore::after_authentication(bool bound) const {
    ClientFeatures features;
    features.bind = !bound;
    features.session = true;
    features.management = settings_.stream_management && !is_managed();
    features.of_session = settings_.session_features;
    return features;
}

std::string AcceptingClientCore::silence() const {
    if (state() == State::awaiting_tls) return "It did not complete the TLS handshake.";
    if (account_) return "'" + account_->str() + "' had authenticated, and had no session yet.";
    if (state() == State::awaiting_header && failures_ == 0) return "It did not say which domain it wanted.";
    return "It did not authenticate." + (last_failure_.empty() ? "" : " Its last attempt failed: " + last_failure_);
}

// ---- before authentication ----

void AcceptingClientCore::negotiate(Element element) {
    if (account_) return take_before_session(std::move(element));
    if (element.is("starttls", tls_ns)) return start_tls();
    if (Authentication::concerns(element)) return authenticate(element);
    if (element.ns() == management_ns && (element.name() == "enable" || element.name() == "resume")) {
        say(write_failed(Condition::unexpected_request));
        return count_failure("It wanted stream management before it had authenticated (XEP-0198 §3).");
    }
    if (directory_.registration_open() && may_authenticate() && element.is("iq", xml::stanza_ns))
        return take_registration(std::move(element));
    const Result<Stanza> stanza = Stanza::parse(element);
    return stanza || stanza.error() != StanzaFault::unknown_kind ? refuse_stanza() : refuse_element();
}

void AcceptingClientCore::start_tls() {
    if (!before_authentication().starttls) {  // RFC 6120 §5.4.2.2
        say("<failure xmlns='" + std::string(tls_ns) + "'/>");
        return leave_off(CloseCause::error_from_us, "The client wanted TLS where it was not offered.");
    }
    say("<proceed xmlns='" + std::string(tls_ns) + "'/>");
    renew_id();
    want_tls();
}

void AcceptingClientCore::authenticate(xml::ElementView element) {
    const sasl::Step step = authentication_.take(element);
    const SaslProfile profile = authentication_.profile();
    if (const auto* challenge = std::get_if<sasl::Challenge>(&step)) return say(write_challenge(profile, *challenge));
    if (const auto* failure = std::get_if<sasl::Failure>(&step)) return refuse(profile, *failure);
    const auto& success = std::get<sasl::Success>(step);
    const Result<Jid> account = Jid::from_parts(success.username, host_, {});
    if (!account) return refuse(profile, {sasl::FailureCondition::not_authorized, "Its name makes no address."});
    // RFC 6120 §6.4.6, XEP-0388 §2.3
    if (!success.username.empty() && !peer_from_.empty() && tls() && peer_from_.bare() != *account)
        return refuse(profile, {sasl::FailureCondition::invalid_authzid, "Its header says that it is somebody else."});
    account_ = *account;
    try {
        profile == SaslProfile::sasl ? succeed(success) : succeed_inline(success);
    } catch (const std::exception& exception) {  // of the directory, which was asked before anything was said
        account_.reset();
        refuse(profile, {sasl::FailureCondition::temporary_auth_failure, exception.what()});
    }
}

void AcceptingClientCore::refuse(SaslProfile profile, const sasl::Failure& failure) {
    say(write_failure(profile, failure.condition));
    count_failure(failure.why);
}

void AcceptingClientCore::count_failure(std::string why) {
    last_failure_ = std::move(why);
    if (++failures_ < settings_.most_failures) return;
    fail(CloseCause::refused, {policy_violation, "Too many attempts to authenticate failed."},
         "The client failed to authenticate " + std::to_string(failures_) + " times. " + last_failure_);
}

void AcceptingClientCore::take_registration(Element element) {
    Result<Stanza> stanza = Stanza::parse(element);
    if (!stanza || !is_registration(*stanza)) return refuse_stanza();
    const auto add = [this](std::string_view username, const Secret& password) -> std::optional<Condition> {
        if (has_registered_) return Condition::not_acceptable;  // XEP-0077 §3.1: one is enough for one connection
        try {
            return directory_.add_account(username, password);
        } catch (const std::exception&) {  // its storage is out of order
            return Condition::internal_server_error;
        }
    };
    const bool is_attempt = stanza->type() == "set";
    const Registered registered = stream::take_registration(Iq(*std::move(stanza)), add);
    answer(registered.answer);
    has_registered_ = has_registered_ || registered.is_done;
    if (is_attempt && !registered.is_done) count_failure("It could not register an account (XEP-0077).");
}

void AcceptingClientCore::succeed(const sasl::Success& success) {
    say(write_success(success.data));
    renew_id();
    restart();
}

// ---- what is refused ----

void AcceptingClientCore::answer(const Stanza& answer) {
    output().add_stanza(answer.element(), client_ns, settings_.writing, false);
}

void AcceptingClientCore::refuse_stanza() {  // V39, R008, R067
    fail(
        CloseCause::error_from_us,
        {not_authorized, account_ ? "Bind a resource first (RFC 6120 §7.1)." : "Authenticate first (RFC 6120 §4.3.5)."},
        account_ ? "'" + account_->str() + "' sent a stanza before it had bound a resource."
                 : "The client sent a stanza before it had authenticated.");
}

void AcceptingClientCore::refuse_element() {
    fail(CloseCause::error_from_us, {unsupported_stanza_type, "This element means nothing here."},
         "The client sent an element that means nothing before its session has begun.");
}

}  // namespace rondel::stream
