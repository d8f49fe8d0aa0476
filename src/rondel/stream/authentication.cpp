#include "rondel/stream/authentication.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/stream/negotiation_ns.hpp"
#include "rondel/stream/sasl_data.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace rondel::stream {

namespace {

using sasl::Failure;
using sasl::Step;
using enum sasl::FailureCondition;

std::string_view ns_of(SaslProfile profile) { return profile == SaslProfile::sasl ? sasl_ns : sasl2_ns; }

// RFC 6120 §6.4.2, §6.4.6: data of length zero are "=", as no data is something else. XEP-0388 §2.2 has no need of
// that.
std::string encode(SaslProfile profile, const std::string& data) {
    return data.empty() && profile == SaslProfile::sasl ? "=" : to_base64(data);
}

Result<std::string> decode(SaslProfile profile, xml::ElementView element) {
    return profile == SaslProfile::sasl ? sasl_data_or_void(element) : sasl_data(element);
}

Failure bad_encoding() { return {incorrect_encoding, "It sent what is not base64 (RFC 6120 §6.5.5)."}; }

}  // namespace

std::string write_challenge(SaslProfile profile, const sasl::Challenge& challenge) {
    const std::string data = to_base64(challenge.data);
    std::string text = "<challenge xmlns='" + std::string(ns_of(profile)) + "'";
    return data.empty() ? text + "/>" : text + ">" + data + "</challenge>";
}

std::string write_failure(SaslProfile profile, sasl::FailureCondition condition) {
    std::string text = "<failure xmlns='" + std::string(ns_of(profile)) + "'><" + std::string(to_string(condition));
    if (profile == SaslProfile::sasl2) text += " xmlns='" + std::string(sasl_ns) + "'";
    return text + "/></failure>";
}

std::string write_success(const std::optional<std::string>& data) {
    std::string text = "<success xmlns='" + std::string(sasl_ns) + "'";
    return data ? text + ">" + encode(SaslProfile::sasl, *data) + "</success>" : text + "/>";
}

std::string write_success(const std::optional<std::string>& data, std::string_view identity, std::string_view inside) {
    std::string text = "<success xmlns='" + std::string(sasl2_ns) + "'>";
    if (data) text += "<additional-data>" + encode(SaslProfile::sasl2, *data) + "</additional-data>";
    text += "<authorization-identifier>";
    xml::append_escaped_text(identity, text);
    return text + "</authorization-identifier>" + std::string(inside) + "</success>";
}

void Authentication::begin(sasl::ServerPolicy policy, sasl::Channel channel, bool offered) {
    policy_ = std::move(policy);
    channel_ = std::move(channel);
    offered_ = offered;
    mechanism_ = nullptr;
    request_ = {};
}

void Authentication::end() {
    policy_.reset();
    channel_ = {};
    mechanism_ = nullptr;
    request_ = {};
}

bool Authentication::concerns(xml::ElementView element) {
    const std::string_view name = element.name();
    const bool either = name == "response" || name == "abort";
    return (element.ns() == sasl_ns && (either || name == "auth")) ||
           (element.ns() == sasl2_ns && (either || name == "authenticate"));
}

Step Authentication::take(xml::ElementView element) {
    const auto profile = element.ns() == sasl_ns ? SaslProfile::sasl : SaslProfile::sasl2;
    const auto before = std::exchange(profile_, profile);
    Step step;
    try {
        if (element.name() == "abort") {
            step = Failure{aborted, "It gave up."};
        } else if (element.name() != "response") {
            step = start(element);
        } else if (mechanism_ == nullptr || before != profile) {
            step = Failure{malformed_request, "It answered a challenge that was not there."};
        } else {
            const Result<std::string> data = decode(profile, element);
            step = data ? mechanism_->respond(*data) : Step(bad_encoding());
        }
    } catch (const std::exception& exception) {  // of the directory: its storage is out of order
        step = Failure{temporary_auth_failure, exception.what()};
    }
    if (!std::holds_alternative<sasl::Challenge>(step)) mechanism_ = nullptr;
    return step;
}

// A new attempt puts an end to the one before (RFC 6120 §6.4.2).
Step Authentication::start(xml::ElementView element) {
    mechanism_ = nullptr;
    request_ = profile_ == SaslProfile::sasl2 ? Sasl2Request::parse(element) : Sasl2Request();
    if (!offered_ || (profile_ == SaslProfile::sasl2 && !channel_.encrypted))
        return Failure{encryption_required, "It wanted to authenticate before TLS."};
    const std::string_view name = element.attribute_or("mechanism", {});
    if (const auto refusal = sasl::refusal_of(name, *policy_, channel_)) return *refusal;
    if (name.starts_with("HT-")) {  // offered inline only
        if (profile_ == SaslProfile::sasl)
            return Failure{invalid_mechanism, "It asked for a token's mechanism without XEP-0388."};
        if (!request_.shows_token)
            return Failure{malformed_request, "It did not say that it shows a token (XEP-0484 §3.4)."};
    }
    mechanism_ = sasl::make_server_mechanism(name, accounts_, *policy_, channel_);

    const bool sasl2 = profile_ == SaslProfile::sasl2;
    const xml::ElementView initial = sasl2 ? element.child("initial-response") : element;
    if (sasl2 ? !initial : initial.text().empty()) return mechanism_->begin();
    const Result<std::string> data = decode(profile_, initial);
    if (!data) return bad_encoding();
    return mechanism_->respond(*data);
}

}  // namespace rondel::stream
