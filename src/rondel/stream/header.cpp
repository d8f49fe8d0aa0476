#include "rondel/stream/header.hpp"

#include "rondel/xml/writer.hpp"

namespace rondel::stream {

namespace {

void write_attribute(std::string_view name, std::string_view value, std::string& out) {
    out.append(" ").append(name).append("='");
    xml::append_escaped_attribute(value, out);
    out.append("'");
}

std::optional<StreamError> check_open(xml::ElementView header) {
    if (header.is("open", framing_ns)) return std::nullopt;
    return StreamError{StreamCondition::invalid_namespace,
                       "A stream begins with <open xmlns='" + std::string(framing_ns) + "'/> here (RFC 7395)."};
}

std::string for_whom(std::string_view content_ns) {
    return content_ns != client_ns ? "components" : "clients";
}

}  // namespace

std::string write_header(const Header& header, Framing framing) {
    const bool tcp = framing == Framing::tcp;
    std::string text = tcp ? "<?xml version='1.0'?><stream:stream" : "<open";
    write_attribute("xmlns", tcp ? header.content_ns : framing_ns, text);
    if (tcp) write_attribute("xmlns:stream", streams_ns, text);
    if (!header.from.empty() || !header.id.empty()) write_attribute("from", header.from, text);
    if (!header.id.empty()) write_attribute("id", header.id, text);
    if (!header.to.empty()) write_attribute("to", header.to, text);
    if (!header.version.empty()) write_attribute("version", header.version, text);
    if (!header.lang.empty()) write_attribute("xml:lang", header.lang, text);
    return text + (tcp ? ">" : "/>");
}

std::string_view end_of(Framing framing) {
    return framing == Framing::tcp ? end_tag : "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>";
}

std::optional<StreamError> check_header(const Incoming& incoming, std::string_view content_ns) {
    const xml::ElementView header = incoming.header();
    if (incoming.framing() == Framing::websocket) return check_open(header);
    if (header.ns() != streams_ns)
        return StreamError{StreamCondition::invalid_namespace,
                           "A stream header must be in the namespace " + std::string(streams_ns) + "."};
    if (header.name() != "stream")
        return StreamError{StreamCondition::bad_format, "A stream header must be named stream."};
    if (incoming.reader().header_prefix().empty())
        return StreamError{StreamCondition::bad_namespace_prefix,
                           "A stream header must have a prefix, as the default namespace is that of the stanzas."};
    if (incoming.reader().content_ns() != content_ns)
        return StreamError{StreamCondition::invalid_namespace, "This is a stream for " + for_whom(content_ns) +
                                                                   ": its default namespace must be " +
                                                                   std::string(content_ns) + "."};
    return std::nullopt;
}

// Numbers, and not digits, are compared: 1.10 is later than 1.9, and 01 is 1.
bool is_version_1(std::string_view version) {
    const std::string_view major = version.substr(0, version.find('.'));
    if (major.empty() || major.size() == version.size()) return false;
    bool any = false;
    for (const char c : major) {
        if (c < '0' || c > '9') return false;
        any = any || c != '0';
    }
    return any;
}

}  // namespace rondel::stream
