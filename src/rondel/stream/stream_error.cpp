#include "rondel/stream/stream_error.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/stream/management.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <array>
#include <utility>

namespace rondel::stream {

namespace {

using enum StreamCondition;

constexpr std::string_view too_high = "handled-count-too-high";

constexpr std::array<std::pair<StreamCondition, std::string_view>, 26> names{{
    {bad_format, "bad-format"},
    {bad_namespace_prefix, "bad-namespace-prefix"},
    {conflict, "conflict"},
    {connection_timeout, "connection-timeout"},
    {host_gone, "host-gone"},
    {host_unknown, "host-unknown"},
    {improper_addressing, "improper-addressing"},
    {internal_server_error, "internal-server-error"},
    {invalid_from, "invalid-from"},
    {invalid_id, "invalid-id"},
    {invalid_namespace, "invalid-namespace"},
    {invalid_xml, "invalid-xml"},
    {not_authorized, "not-authorized"},
    {not_well_formed, "not-well-formed"},
    {policy_violation, "policy-violation"},
    {remote_connection_failed, "remote-connection-failed"},
    {reset, "reset"},
    {resource_constraint, "resource-constraint"},
    {restricted_xml, "restricted-xml"},
    {see_other_host, "see-other-host"},
    {system_shutdown, "system-shutdown"},
    {undefined_condition, "undefined-condition"},
    {unsupported_encoding, "unsupported-encoding"},
    {unsupported_feature, "unsupported-feature"},
    {unsupported_stanza_type, "unsupported-stanza-type"},
    {unsupported_version, "unsupported-version"},
}};

}  // namespace

std::string_view to_string(StreamCondition condition) {
    for (const auto& [known, name] : names)
        if (known == condition) return name;
    return "undefined-condition";
}

std::optional<StreamCondition> parse_stream_condition(std::string_view name) {
    for (const auto& [condition, known] : names)
        if (known == name) return condition;
    if (name == "xml-not-well-formed") return not_well_formed;  // its name in RFC 3920 (RFC 6120 §4.9.3.13)
    return std::nullopt;
}

StreamError StreamError::parse(xml::ElementView error) {
    StreamError parsed;
    std::optional<StreamCondition> condition;
    for (const xml::ElementView child : error.children()) {
        if (child.ns() != stream_errors_ns) {
            if (!parsed.application.empty()) continue;
            parsed.application = child.name();
            parsed.application_ns = child.ns();
            if (!child.is(too_high, management_ns)) continue;
            parsed.handled = parse_count(child.attribute("h"));
            parsed.sent = parse_count(child.attribute("send-count"));
        } else if (child.name() == "text") {
            if (parsed.text.empty()) parsed.text = child.text();
        } else if (!condition) {
            condition = parse_stream_condition(child.name());
            if (condition == see_other_host) parsed.other_host = child.text();
        }
    }
    parsed.condition = condition.value_or(undefined_condition);
    return parsed;
}

StreamError StreamError::for_unreadable(std::error_code why) {
    StreamCondition condition = not_well_formed;
    if (why == xml::ReadError::restricted_xml) condition = restricted_xml;
    if (why == xml::ReadError::unsupported_encoding) condition = unsupported_encoding;
    if (why == xml::ReadError::text_between_stanzas) condition = bad_format;
    if (why == xml::ReadError::stanza_too_large || why == xml::ReadError::too_deep ||
        why == xml::ReadError::too_many_attributes || why == xml::ReadError::too_many_elements)
        condition = policy_violation;  // RFC 6120 §13.12
    return {condition, why.message()};
}

void StreamError::write(std::string& out, Framing framing) const {
    out.append("<stream:error");
    if (framing == Framing::websocket) out.append(" xmlns:stream='").append(streams_ns).append("'");
    out.append("><").append(to_string(condition)).append(" xmlns='").append(stream_errors_ns).append("'");
    if (other_host.empty()) {
        out.append("/>");
    } else {
        out.append(">");
        xml::append_escaped_text(other_host, out);
        out.append("</").append(to_string(condition)).append(">");
    }
    if (!text.empty()) {
        out.append("<text xmlns='").append(stream_errors_ns).append("' xml:lang='en'>");
        xml::append_escaped_text(is_xml_text(text) ? text : sanitize_for_log(text), out);
        out.append("</text>");
    }
    if (!application.empty() && !application_ns.empty()) {
        out.append("<").append(application).append(" xmlns='");
        xml::append_escaped_attribute(application_ns, out);
        if (handled) out.append("' h='").append(std::to_string(*handled));
        if (sent) out.append("' send-count='").append(std::to_string(*sent));
        out.append("'/>");
    }
    out.append("</stream:error>");
}

}  // namespace rondel::stream
