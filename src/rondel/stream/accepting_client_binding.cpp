#include "rondel/stream/accepting_client_core.hpp"
#include "rondel/stream/negotiation_ns.hpp"
#include "rondel/stream/resource_binding.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace rondel::stream {

// XEP-0388 §2.6: what was asked for inline is done before the answer; there is no restart.
void AcceptingClientCore::succeed_inline(const sasl::Success& success) {
    const Sasl2Request& request = authentication_.request();
    if (success.token && request.invalidates_token) directory_.revoke_tokens(*account_, request.client_id);
    const std::string token = grant_token();

    std::string inside;
    if (request.resume) {
        std::string failed;
        if (const auto earlier = find_session(*request.resume, failed)) {
            say(write_success(
                success.data, earlier->address.str(),
                write_resumed(earlier->id, earlier->handled) + token));  // and no features (XEP-0198 §9.2)
            return go_on(*earlier, *request.resume->h);
        }
        inside += failed;
    }
    Opened session;
    if (request.bind) {
        BindRequest wanted{
            .account = *account_, .resource = {}, .tag = request.bind->tag, .client_id = request.client_id};
        Condition refused{};
        if (const auto address = ask_for_address(wanted, refused)) session.address = *address;
    }
    const bool bound = !session.address.empty();
    if (bound) {
        const std::string enabled = request.bind->enable ? enable(*request.bind->enable) : std::string();
        inside +=
            "<bound xmlns='" + std::string(bind2_ns) + "'" + (enabled.empty() ? "/>" : ">" + enabled + "</bound>");
        session.carbons = request.bind->carbons;
        session.sm_id = session_id_;
    }
    say(write_success(success.data, bound ? session.address.str() : account_->str(), inside + token));
    say(write_features(after_authentication(bound), settings_.framing));
    if (!bound) return;
    const bool inactive = request.bind->inactive;  // the request does not outlive the next line
    begin_session(std::move(session));
    if (inactive) report(Activity{false});
}

std::string AcceptingClientCore::grant_token() {
    const Sasl2Request& request = authentication_.request();
    const std::vector<std::string> offered = offered_fast_mechanisms(channel());
    if (is_anonymous() || request.client_id.empty() ||
        std::find(offered.begin(), offered.end(), request.token_mechanism) == offered.end())
        return {};
    const auto token = directory_.grant_token(*account_, request.token_mechanism, request.client_id);
    if (!token) return {};
    std::string text = "<token xmlns='" + std::string(fast_ns) + "' expiry='";
    xml::append_escaped_attribute(token->expiry, text);
    text += "' token='";
    xml::append_escaped_attribute(token->secret.reveal(), text);
    return text + "'/>";
}

// ---- between authentication and session ----

void AcceptingClientCore::take_before_session(Element element) {
    if (element.is("resume", management_ns)) return resume(ResumeRequest::parse(element));
    if (element.is("enable", management_ns)) {  // R125: there is nothing to be managed yet
        say(write_failed(Condition::unexpected_request));
        return count_bind_failure();
    }
    if (element.ns() == client_state_ns) return;  // of a session that is not there
    Result<Stanza> stanza = Stanza::parse(element);
    if (!stanza && element.is("iq", xml::stanza_ns)) {
        if (const auto refusal = fault_reply(element, stanza.error())) answer(*refusal);
        return count_bind_failure();
    }
    if (!stanza && stanza.error() == StanzaFault::unknown_kind) return refuse_element();
    if (!stanza || !is_bind_request(*stanza)) return refuse_stanza();  // R067
    stanza->set_from({});
    stanza->set_to({});
    bind(Iq(*std::move(stanza)));
}

void AcceptingClientCore::bind(const Iq& request) {
    Condition refused{};
    const auto address =
        ask_for_address({.account = *account_, .resource = std::string(wanted_resource(request))}, refused);
    if (!address) {
        answer(request.error_reply(StanzaError(refused)));
        return count_bind_failure();
    }
    answer(bound(request, *address));
    Opened session;
    session.address = *address;
    begin_session(std::move(session));
}

std::optional<Jid> AcceptingClientCore::ask_for_address(const BindRequest& request, Condition& refused) {
    try {
        std::variant<Jid, Condition> answer = directory_.bind(request);
        if (auto* address = std::get_if<Jid>(&answer)) return std::move(*address);
        refused = std::get<Condition>(answer);
    } catch (const std::exception&) {
        refused = Condition::internal_server_error;
    }
    return std::nullopt;
}

void AcceptingClientCore::count_bind_failure() {
    if (++bind_failures_ < settings_.most_bind_failures) return;
    fail(CloseCause::error_from_us, {StreamCondition::policy_violation, "Too many attempts to bind a resource failed."},
         "'" + account_->str() + "' failed to begin a session " + std::to_string(bind_failures_) + " times.");
}

void AcceptingClientCore::resume(const ResumeRequest& request) {
    std::string failed;
    std::optional<Resumption> earlier;
    try {
        earlier = find_session(request, failed);
    } catch (const std::exception&) {  // of the directory
        failed = write_failed(Condition::internal_server_error);
    }
    if (!earlier) {
        say(failed);
        return count_bind_failure();
    }
    say(write_resumed(earlier->id, earlier->handled));
    go_on(*earlier, *request.h);
}

std::optional<Resumption> AcceptingClientCore::find_session(const ResumeRequest& request, std::string& failed) {
    if (!request.h) {
        failed = write_failed(Condition::bad_request);
    } else if (!settings_.stream_management || settings_.resumption <= Duration::zero()) {
        failed = write_failed(Condition::feature_not_implemented);
    } else if (request.id.empty()) {
        failed = write_failed(Condition::item_not_found);
    } else {
        if (auto earlier = directory_.take_session(*account_, request.id)) return earlier;
        failed = write_failed(Condition::item_not_found, directory_.handled_in(*account_, request.id));
    }
    return std::nullopt;
}

// A client that claims to have taken more than there was ends the session that it resumes, by an error in it: so
// whoever owns what the session held is told of its end as of any other.
void AcceptingClientCore::go_on(const Resumption& earlier, std::uint32_t h) {
    session_id_ = earlier.id;
    const std::uint32_t taken = h - earlier.acknowledged;
    const bool possible = taken <= earlier.unacknowledged.stanzas();
    if (!resume_from(earlier, possible ? h : earlier.acknowledged)) return;
    Opened session;
    session.address = earlier.address;
    session.sm_id = earlier.id;
    session.resumed = true;
    begin_session(std::move(session));
    if (!possible)
        fail_acknowledgement(h, earlier.acknowledged + static_cast<std::uint32_t>(earlier.unacknowledged.stanzas()));
}

void AcceptingClientCore::begin_session(Opened how) {
    address_ = how.address;
    how.id = id_;
    Jid server = Jid::parse(host_).value();
    opened(std::move(how), OwnPings(id_, "server", std::move(server), address_));
    authentication_.end();
}

}  // namespace rondel::stream
