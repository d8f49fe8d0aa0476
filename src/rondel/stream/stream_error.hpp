// Stream errors: the 25 conditions that end a stream (RFC 6120 §4.9.3).
#pragma once

#include "rondel/stream/framing.hpp"
#include "rondel/xml/element.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

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
std::string_view to_string(StreamCondition condition);                         // as on the wire: "host-unknown"
std::optional<StreamCondition> parse_stream_condition(std::string_view name);  // RFC 3920's names too

struct StreamError {
    StreamCondition condition = StreamCondition::undefined_condition;
    std::string text = {};            // from the peer: untrusted, for people, never parsed for logic (RFC 6120 §4.9.2)
    std::string application = {};     // name of the application's own condition, or empty
    std::string application_ns = {};  // and its namespace
    // Of <handled-count-too-high/> (XEP-0198 §4), if it says them: how much was acknowledged, and how much had been
    // sent.
    std::optional<std::uint32_t> handled = {}, sent = {};
    std::string other_host = {};  // of see-other-host: HOST[:PORT] as the peer said it (§4.9.3.19), untrusted

    static StreamError parse(xml::ElementView error);  // lenient: unknown is undefined_condition (§4.9.2)

    // What to answer to input that the reader refused with `why` (an xml::ReadError).
    static StreamError for_unreadable(std::error_code why);

    // Appends <stream:error/>, in English, for a stream whose header has bound the prefix, or for a message that stands
    // for itself. What XML cannot carry of `text` is escaped for people; the application's condition is written if its
    // namespace is there.
    void write(std::string& out, Framing framing = Framing::tcp) const;

    friend bool operator==(const StreamError&, const StreamError&) = default;
};

}  // namespace rondel::stream
