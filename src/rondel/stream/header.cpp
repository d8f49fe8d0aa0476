#include "rondel/stream/header.hpp"

#include "rondel/stream/component_stream.hpp"

namespace rondel::stream {

namespace {

void write_attribute(std::string_view name, std::string_view value, std::string& out) {
    out.append(" ").append(name).append("='");
    xml::append_escaped_attribute(value, out);
    out.append("'");
}

}  // namespace

std::string write_header(const Header& header) {
    std::string text = "<?xml version='1.0'?><stream:stream";
    write_attribute("xmlns", component_accept_ns, text);
    write_attribute("xmlns:stream", streams_ns, text);
    if (!header.id.empty()) {
        write_attribute("from", header.from, text);
        write_attribute("id", header.id, text);
    }
    if (!header.to.empty()) write_attribute("to", header.to, text);
    return text + ">";
}

std::optional<StreamError> check_header(const xml::Reader& reader) {
    const xml::ElementView header = reader.header();
    if (header.ns() != streams_ns)
        return StreamError{StreamCondition::invalid_namespace,
                           "A stream header must be in the namespace " + std::string(streams_ns) + "."};
    if (header.name() != "stream")
        return StreamError{StreamCondition::bad_format, "A stream header must be named stream."};
    if (reader.header_prefix().empty())
        return StreamError{StreamCondition::bad_namespace_prefix,
                           "A stream header must have a prefix, as the default namespace is that of the stanzas."};
    if (reader.content_ns() != component_accept_ns)
        return StreamError{
            StreamCondition::invalid_namespace,
            "This is a stream for components: its default namespace must be " + std::string(component_accept_ns) + "."};
    return std::nullopt;
}

}  // namespace rondel::stream
