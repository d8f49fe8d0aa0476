// SASL as the client goes it, in the profile of RFC 6120 §6 and in that of XEP-0388, which does everything else inline.
#include "rondel/base/encoding.hpp"
#include "rondel/base/utf8.hpp"
#include "rondel/sasl/hashed_token.hpp"
#include "rondel/stream/client_core.hpp"
#include "rondel/stream/negotiation_ns.hpp"
#include "rondel/stream/sasl_data.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <utility>

namespace rondel::stream {

namespace {

std::string with_attribute(std::string_view name, std::string_view value) {
    std::string text = " " + std::string(name) + "='";
    xml::append_escaped_attribute(value, text);
    return text + "'";
}

std::string with_text(std::string_view name, std::string_view value) {
    std::string text = "<" + std::string(name) + ">";
    xml::append_escaped_text(value, text);
    return text + "</" + std::string(name) + ">";
}

// What is worth another try with another mechanism, the credentials being the same.
bool is_of_the_mechanism(sasl::FailureCondition condition) {
    using enum sasl::FailureCondition;
    return condition != account_disabled && condition != invalid_authzid && condition != temporary_auth_failure &&
           condition != encryption_required;
}

// The first of those of ours that the server has too.
std::string first_common(const std::vector<std::string>& ours, const std::vector<std::string>& theirs) {
    for (const std::string& one : ours)
        if (std::find(theirs.begin(), theirs.end(), one) != theirs.end()) return one;
    return {};
}

}  // namespace

std::string_view ClientCore::sasl_profile() const { return step_ == Step::sasl2 ? sasl2_ns : sasl_ns; }

std::string ClientCore::account_name() const {
    return who_.account.local().empty() ? "an anonymous user" : who_.account.str();
}

void ClientCore::authenticate() {
    const bool sasl2 = settings_.sasl2 && offered_.sasl2;
    sasl::Credentials credentials{.username = std::string(who_.account.local()),
                                  .password = who_.password,
                                  .token = sasl2 && !settings_.user_agent_id.empty() ? who_.token : std::nullopt,
                                  .certificate = tls() && tls()->own_certificate,
                                  .authzid = who_.authzid};
    sasl::Offer offer{.mechanisms = sasl2 ? offered_.sasl2_mechanisms : offered_.mechanisms,
                      .fast_mechanisms = sasl2 ? offered_.fast_mechanisms : OfferedFeatures::Names(),
                      .binding_types = offered_.binding_types,
                      .encrypted = tls().has_value(),
                      .bindings = tls() ? tls()->bindings : sasl::ChannelBindings(),
                      .sasl2 = sasl2};
    auto chosen = sasl::choose_mechanism(credentials, offer, settings_.sasl, failed_);
    if (!chosen) {
        if (!last_failure_.empty()) return give_up_authentication(CloseCause::refused, last_failure_);
        // Nobody but a person can help, unless somebody tampers with what we see: that may pass.
        const bool tampered = chosen.error() == sasl::SaslFault::binding_stripped;
        return give_up_authentication(tampered ? CloseCause::error_from_us : CloseCause::refused,
                                      "Could not log in as " + account_name() + ". " + chosen.error().message());
    }
    mechanism_ = *std::move(chosen);
    step_ = sasl2 ? Step::sasl2 : Step::sasl;
    const std::optional<std::string> initial = mechanism_->initial();
    sasl2 ? say_authenticate(initial) : say_auth(initial);
}

// An empty response is '=', none is nothing (RFC 6120 §6.4.2).
void ClientCore::say_auth(const std::optional<std::string>& initial) {
    const std::string start =
        "<auth xmlns='" + std::string(sasl_ns) + "'" + with_attribute("mechanism", mechanism_->name());
    say(initial ? start + ">" + (initial->empty() ? "=" : to_base64(*initial)) + "</auth>" : start + "/>");
}

void ClientCore::say_authenticate(const std::optional<std::string>& initial) {
    std::string text =
        "<authenticate xmlns='" + std::string(sasl2_ns) + "'" + with_attribute("mechanism", mechanism_->name()) + ">";
    if (initial) text += "<initial-response>" + to_base64(*initial) + "</initial-response>";
    if (!settings_.user_agent_id.empty() || !settings_.software.empty()) {
        text += "<user-agent";
        if (!settings_.user_agent_id.empty()) text += with_attribute("id", settings_.user_agent_id);
        text += settings_.software.empty() ? "/>" : ">" + with_text("software", settings_.software) + "</user-agent>";
    }
    if (earlier_ && offered_.resume_inline)
        text += "<resume xmlns='urn:xmpp:sm:3'" + with_attribute("h", std::to_string(earlier_->handled)) +
                with_attribute("previd", earlier_->id) + "/>";
    const bool inline_will_do = who_.resource.empty() || !settings_.exact_resource;
    if (offered_.bind_inline && inline_will_do) text += write_bind2();
    const bool shows_token = who_.token && mechanism_->name() == who_.token->mechanism;
    token_mechanism_ = shows_token ? who_.token->mechanism : std::string();
    if (shows_token) {
        text += "<fast xmlns='urn:xmpp:fast:0'/>";
    } else if (settings_.want_token && !settings_.user_agent_id.empty() && tls()) {
        token_mechanism_ = first_common(sasl::token_mechanisms(tls()->bindings), offered_.fast_mechanisms);
        if (!token_mechanism_.empty())
            text += "<request-token xmlns='urn:xmpp:fast:0'" + with_attribute("mechanism", token_mechanism_) + "/>";
    }
    say(text + "</authenticate>");
}

std::string ClientCore::write_bind2() const {
    std::string inside;
    if (!who_.resource.empty()) inside += with_text("tag", who_.resource);
    if (settings_.carbons && offered_.binds_with(carbons_ns)) inside += "<enable xmlns='urn:xmpp:carbons:2'/>";
    if (settings_.stream_management && offered_.binds_with(management_ns)) inside += write_enable();
    if (!active_ && offered_.binds_with(client_state_ns)) inside += "<inactive xmlns='urn:xmpp:csi:0'/>";
    return inside.empty() ? "<bind xmlns='urn:xmpp:bind:0'/>" : "<bind xmlns='urn:xmpp:bind:0'>" + inside + "</bind>";
}

void ClientCore::take_sasl(xml::ElementView element) {
    if (element.ns() != sasl_profile()) return refuse_element(element);
    if (element.name() == "challenge") return respond(element);
    if (element.name() == "failure") return take_failure(element);
    if (element.name() == "success") return take_success(element);
    if (element.name() == "continue" && step_ == Step::sasl2)
        return give_up_authentication(CloseCause::refused,
                                      "The server wants another proof of " + account_name() +
                                          " beside the password (XEP-0388), which this program cannot give.");
    refuse_element(element);
}

void ClientCore::respond(xml::ElementView challenge) {
    const Result<std::string> data = sasl_data(challenge);
    if (!data) return abort_authentication(make_error_code(sasl::SaslFault::bad_challenge));
    const Result<std::string> response = mechanism_->respond(*data);
    if (!response) return abort_authentication(response.error());
    say("<response xmlns='" + std::string(sasl_profile()) + "'>" + to_base64(*response) + "</response>");
}

void ClientCore::take_failure(xml::ElementView failure) {
    sasl::FailureCondition condition = sasl::FailureCondition::not_authorized;  // of any that is unknown (R060)
    std::string text;
    for (const xml::ElementView child : failure.children()) {
        if (child.name() == "text")
            text = sanitize_for_log(child.text().substr(0, 200));
        else if (child.ns() == sasl_ns)
            condition = sasl::parse_failure_condition(child.name());
    }
    last_failure_ = "The server did not let " + account_name() + " in: " + std::string(to_string(condition)) +
                    (text.empty() ? "" : " (" + text + ")") + ".";
    switch (condition) {
        case sasl::FailureCondition::account_disabled:
            last_failure_ += " The account is disabled: its server's operator can tell why.";
            break;
        case sasl::FailureCondition::temporary_auth_failure:
            last_failure_ += " The server says that this will pass.";
            break;
        case sasl::FailureCondition::credentials_expired:
            last_failure_ += " The password has expired and must be changed.";
            break;
        default:
            last_failure_ += " Check the password, and that there is such an account.";
    }
    if (condition == sasl::FailureCondition::temporary_auth_failure)
        return give_up_authentication(CloseCause::error_from_peer, last_failure_);
    failed_.emplace_back(mechanism_->name());
    if (!is_of_the_mechanism(condition)) return give_up_authentication(CloseCause::refused, last_failure_);
    authenticate();
}

// R062, V26: a server that has not shown that it knows the password gets nothing more.
void ClientCore::take_success(xml::ElementView success) {
    const bool sasl2 = step_ == Step::sasl2;
    std::optional<std::string> data;
    const xml::ElementView said = sasl2 ? success.child("additional-data") : success;
    if (sasl2 ? static_cast<bool>(said) : !said.text().empty()) {
        const Result<std::string> decoded = sasl_data_or_void(said);
        if (!decoded) return abort_authentication(make_error_code(sasl::SaslFault::bad_challenge));
        data = *decoded;
    }
    if (const std::error_code fault = mechanism_->finish(data ? std::optional<std::string_view>(*data) : std::nullopt))
        return give_up_authentication(CloseCause::error_from_us,
                                      "Did not log in as " + account_name() + ". " + fault.message());
    mechanism_.reset();
    last_failure_.clear();
    authenticated_ = true;
    if (sasl2) return take_inline(success);
    restart();
}

void ClientCore::abort_authentication(std::error_code why) {
    say("<abort xmlns='" + std::string(sasl_profile()) + "'/>");
    give_up_authentication(CloseCause::error_from_us, "Did not log in as " + account_name() + ". " + why.message());
}

void ClientCore::give_up_authentication(CloseCause cause, std::string why) {
    leave_off(cause, std::move(why), StreamError{StreamCondition::not_authorized});
}

}  // namespace rondel::stream
