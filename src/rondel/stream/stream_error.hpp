// Stream errors: the 25 conditions that end a stream (RFC 6120 §4.9.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rondel/xml/element.hpp"

namespace rondel::stream {

inline constexpr std::string_view streams_ns = "http://etherx.jabber.org/streams";
inline constexpr std::string_view stream_errors_ns = "urn:ietf:params:xml:ns:xmpp-streams";

enum class StreamCondition {
    bad_format,
    bad_namespace_prefix,
    conflict,
    connection_timeout,
    host_gone,
    host_unknown,
    improper_addressing,
    internal_server_error,
    invalid_from,
    invalid_id,  // RFC 3920, still sent by some
    invalid_namespace,
    invalid_xml,
    not_authorized,
    not_well_formed,
    policy_violation,
    remote_connection_failed,
    reset,
    resource_constraint,
    restricted_xml,
    see_other_host,
    system_shutdown,
    undefined_condition,
    unsupported_encoding,
    unsupported_feature,
    unsupported_stanza_type,
    unsupported_version,
};
std::string_view to_string(StreamCondition condition);
std::optional<StreamCondition> parse_stream_condition(std::string_view name);

struct StreamError {
    StreamCondition condition = StreamCondition::undefined_condition;
    std::string text;                 // from the peer: untrusted, for people, never parsed for logic (RFC 6120 §4.9.2)
    std::string application;          // name of the application's own condition, or empty

    static StreamError parse(xml::ElementView error);  // lenient: unknown is undefined_condition (§4.9.2)
};

}  // namespace rondel::stream
