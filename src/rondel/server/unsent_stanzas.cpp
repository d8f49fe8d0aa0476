#include "rondel/server/unsent_stanzas.hpp"

#include "rondel/server/storage.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <iterator>
#include <limits>

namespace rondel::server {

namespace {

// They were inside their limits when they came; what was added since must not make them unreadable.
xml::Limits generous() {
    xml::Limits limits;
    limits.stanza_bytes = 1 << 30;
    limits.depth = 1 << 16;
    limits.attributes = 1 << 16;
    limits.elements = 1 << 30;
    return limits;
}

constexpr xml::WriteLimits endless = {std::numeric_limits<std::size_t>::max(), 1 << 16};

}  // namespace

std::vector<Stanza> read_unsent(const stream::Unsent& unsent, std::string_view content_ns) {
    std::vector<Stanza> stanzas;
    xml::Reader reader(generous(), content_ns);
    const std::string opening = "<stream xmlns='" + std::string(content_ns) + "'>";
    std::string_view header = opening;
    // A message of a WebSocket declares its namespace itself, and is all that a stream would have but its end.
    std::string messages;
    if (unsent.framing == stream::Framing::websocket)
        std::ranges::remove_copy(unsent.bytes, std::back_inserter(messages), stream::message_end);
    std::string_view bytes = unsent.framing == stream::Framing::websocket ? messages : unsent.bytes;
    reader.next(header);
    while (reader.next(bytes) == xml::Reader::Step::element) {
        Element element = reader.element();
        Result<Stanza> stanza = Stanza::parse(element);
        if (stanza) stanzas.push_back(*std::move(stanza));
    }
    return stanzas;
}

bool append_unsent(stream::Unsent& unsent, const Stanza& stanza, std::string_view content_ns) {
    const std::size_t before = unsent.bytes.size();
    const bool is_message = unsent.framing == stream::Framing::websocket;
    if (xml::write(stanza.element(), unsent.bytes, is_message ? std::string_view() : content_ns)) return false;
    if (is_message) unsent.bytes += stream::message_end;
    unsent.sizes.push_back(unsent.bytes.size() - before);
    return true;
}

std::string stanza_to_text(const Stanza& stanza) {
    std::string text;
    if (const std::error_code fault = xml::write(stanza.element(), text, {}, endless))
        throw StorageError("A stanza cannot be kept: " + fault.message());
    return text;
}

Stanza stanza_of_text(std::string_view text) {
    Result<Element> element = xml::parse_document(text, generous());
    if (!element) throw StorageError("What was kept is no stanza: " + element.error().message());
    Result<Stanza> stanza = Stanza::parse(*element);
    if (!stanza) throw StorageError("What was kept is no stanza: " + stanza.error().message());
    return *std::move(stanza);
}

}  // namespace rondel::server
