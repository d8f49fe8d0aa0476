#include "tests/support/expat_events.hpp"

#include "rondel/xml/scan.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <utility>

#include <expat.h>

namespace rondel::test {

namespace {

void tell(std::string& out, char what, std::string_view text) {
    out.append(1, what).append(std::to_string(text.size())).append(1, ':').append(text).append(1, '\n');
}

using Attributes = std::vector<std::pair<std::pair<std::string, std::string>, std::string>>;  // ((ns, name), value)

void tell_start(std::string& out, std::string_view ns, std::string_view name, Attributes attributes) {
    std::sort(attributes.begin(), attributes.end());
    tell(out, '<', ns);
    tell(out, 'n', name);
    for (const auto& [key, value] : attributes) {
        tell(out, '@', key.first);
        tell(out, 'n', key.second);
        tell(out, '=', value);
    }
}

// What expat calls.
constexpr char separator = '\1';  // which no namespace can hold: XML cannot carry it

struct Listener {
    std::string_view document;
    ExpatMode mode = ExpatMode::stream;
    XML_Parser parser = nullptr;
    XmlEvents events;
    std::size_t depth = 0;
    std::string element;  // the first-level one that is being read
    std::string text;     // not yet told
    std::string default_ns;
    struct Open {
        bool in_stanza;    // rondel gives stanza_ns to it
        std::string text;  // directly inside
    };
    std::vector<Open> open;

    // A reference to white space is no white space (XML 1.0 §2.3).
    bool at_reference() const { return document[static_cast<std::size_t>(XML_GetCurrentByteIndex(parser))] == '&'; }

    static Listener& of(void* data) { return *static_cast<Listener*>(data); }

    static std::pair<std::string, std::string> split(const char* expanded) {
        const char* at = std::strchr(expanded, separator);
        return at == nullptr ? std::pair<std::string, std::string>{"", expanded}
                             : std::pair<std::string, std::string>{std::string(expanded, at), at + 1};
    }

    void flush_text() {
        if (text.empty()) return;
        tell(element, 't', text);
        open.back().text += text;
        text.clear();
    }

    static void start(void* data, const char* name, const char** attribute) {
        Listener& self = of(data);
        Attributes attributes;
        for (; *attribute != nullptr; attribute += 2) attributes.emplace_back(split(attribute[0]), attribute[1]);
        auto [ns, local] = split(name);
        if (self.depth == 0 && self.mode == ExpatMode::stream) {
            self.events.opened = true;
            tell_start(self.events.header, ns, local, std::move(attributes));
        } else {
            const bool content = ns == xml::stanza_ns || (!self.default_ns.empty() && ns == self.default_ns);
            const bool in_stanza = content && (self.open.empty() || self.open.back().in_stanza);
            if (in_stanza) ns = xml::stanza_ns;
            self.flush_text();
            self.open.push_back({in_stanza, {}});
            tell_start(self.element, ns, local, std::move(attributes));
        }
        ++self.depth;
    }

    static void end(void* data, const char*) {
        Listener& self = of(data);
        --self.depth;
        if (self.depth == 0 && self.mode == ExpatMode::stream) {
            self.events.closed = true;
            XML_StopParser(self.parser, XML_FALSE);  // what comes behind is nobody's business
            return;
        }
        self.flush_text();
        tell(self.element, '>', self.open.back().text);
        self.open.pop_back();
        if (self.open.empty()) self.events.elements.push_back(std::exchange(self.element, {}));
    }

    static void characters(void* data, const char* text, int size) {
        Listener& self = of(data);
        const std::string_view piece(text, static_cast<std::size_t>(size));
        if (!self.open.empty())
            self.text.append(piece);
        else if (piece.find_first_not_of(" \t\n\r") != std::string_view::npos || self.at_reference())
            self.events.met_text_between = true;
    }

    static void start_ns(void* data, const char* prefix, const char* uri) {
        Listener& self = of(data);
        if (self.depth == 0 && self.mode == ExpatMode::stream && prefix == nullptr && uri != nullptr)
            self.default_ns = uri;
    }

    static void cdata(void* data) {
        if (of(data).depth == 1) of(data).events.met_text_between = true;
    }
    static void comment(void* data, const char*) { of(data).events.met_restricted = true; }
    static void instruction(void* data, const char*, const char*) { of(data).events.met_restricted = true; }
    static void doctype(void* data, const char*, const char*, const char*, int) {
        of(data).events.met_restricted = true;
    }
    static void declaration(void* data, const char* version, const char* encoding, int) {
        XmlEvents& events = of(data).events;
        if (version != nullptr && !(std::strncmp(version, "1.", 2) == 0 && version[2] != 0))
            events.met_foreign_version = true;
        std::string name(encoding == nullptr ? "utf-8" : encoding);
        std::transform(name.begin(), name.end(), name.begin(),
                       [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
        if (name != "utf-8") events.met_foreign_encoding = true;
    }
};

}  // namespace

bool shows_other_encoding(std::string_view document) {
    const auto at = [&](std::size_t i) {
        return i < document.size() ? static_cast<unsigned char>(document[i]) : 0x100;
    };
    return at(0) == 0 || at(1) == 0 || at(0) == 0xEF || at(0) >= 0xFE;
}

Cutter whole() {
    return [] { return std::size_t{0}; };
}
Cutter every(std::size_t size) {
    return [size] { return size; };
}

xml::Limits no_limits() { return {1U << 30, 1U << 30, 1U << 30, 1U << 30}; }

XmlEvents expat_events(std::string_view document, ExpatMode mode) {
    Listener listener;
    listener.document = document;
    listener.mode = mode;
    const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreateNS(nullptr, separator),
                                                                              XML_ParserFree);
    listener.parser = parser.get();
    XML_SetUserData(parser.get(), &listener);
    XML_SetElementHandler(parser.get(), Listener::start, Listener::end);
    XML_SetCharacterDataHandler(parser.get(), Listener::characters);
    XML_SetNamespaceDeclHandler(parser.get(), Listener::start_ns, nullptr);
    XML_SetCommentHandler(parser.get(), Listener::comment);
    XML_SetCdataSectionHandler(parser.get(), Listener::cdata, nullptr);
    XML_SetProcessingInstructionHandler(parser.get(), Listener::instruction);
    XML_SetStartDoctypeDeclHandler(parser.get(), Listener::doctype);
    XML_SetXmlDeclHandler(parser.get(), Listener::declaration);
    listener.events.met_foreign_encoding = shows_other_encoding(document);
    const auto size = static_cast<int>(document.size());
    if (XML_Parse(parser.get(), document.data(), size, mode == ExpatMode::document) != XML_STATUS_OK &&
        !listener.events.closed) {
        listener.events.failed = true;
        listener.events.why = XML_ErrorString(XML_GetErrorCode(parser.get()));
    }
    return std::move(listener.events);
}

XmlEvents rondel_events(std::string_view document, const Cutter& cut, xml::Limits limits) {
    return rondel_events(document, cut, limits, xml::fastest_kernels());
}

XmlEvents rondel_events(std::string_view document, const Cutter& cut, xml::Limits limits, const xml::Kernels& kernels) {
    XmlEvents events;
    xml::Reader reader(limits, {}, kernels);
    while (!document.empty()) {
        const std::size_t asked = cut();
        const std::size_t size = asked == 0 ? document.size() : std::min(asked, document.size());
        // In memory of its own, so that a look behind the end does not go unseen.
        const std::unique_ptr<char[]> piece(new char[size]);
        std::memcpy(piece.get(), document.data(), size);
        std::string_view bytes(piece.get(), size);
        document.remove_prefix(size);
        for (auto step = reader.next(bytes); step != xml::Reader::Step::more; step = reader.next(bytes)) {
            switch (step) {
                case xml::Reader::Step::opened: {
                    events.opened = true;
                    Attributes attributes;
                    for (const xml::AttributeView a : reader.header().attributes())
                        attributes.push_back({{std::string(a.ns), std::string(a.name)}, std::string(a.value)});
                    tell_start(events.header, reader.header().ns(), reader.header().name(), std::move(attributes));
                    break;
                }
                case xml::Reader::Step::element:
                    events.elements.push_back(told(reader.element()));
                    break;
                case xml::Reader::Step::closed:
                    events.closed = true;
                    return events;
                case xml::Reader::Step::failed:
                    events.failed = true;
                    events.why = reader.error().message();
                    events.error = static_cast<xml::ReadError>(reader.error().value());
                    return events;
                case xml::Reader::Step::more:
                    break;
            }
        }
    }
    // An empty root is closed at once, and says so when it is asked again.
    std::string_view nothing;
    events.closed = events.opened && reader.next(nothing) == xml::Reader::Step::closed;
    return events;
}

std::string told(xml::ElementView element) {
    std::string out;
    struct Open {
        xml::ElementView element;
        xml::NodeRange::iterator next;
    };
    std::vector<Open> open;
    const auto start = [&](xml::ElementView at) {
        Attributes attributes;
        for (const xml::AttributeView a : at.attributes())
            attributes.push_back({{std::string(a.ns), std::string(a.name)}, std::string(a.value)});
        tell_start(out, at.ns(), at.name(), std::move(attributes));
        if (at.nodes().empty() && !at.text().empty()) tell(out, 't', at.text());
        open.push_back({at, at.nodes().begin()});
    };
    start(element);
    while (!open.empty()) {
        if (open.back().next == open.back().element.nodes().end()) {
            tell(out, '>', open.back().element.text());
            open.pop_back();
            continue;
        }
        const xml::ElementView child = *open.back().next;
        ++open.back().next;
        if (child.is_text())
            tell(out, 't', child.text());
        else
            start(child);
    }
    return out;
}

}  // namespace rondel::test
