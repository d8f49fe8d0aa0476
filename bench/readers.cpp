// The reader beside others, on the same bytes: bench/readers
//
// Each gets the header of a stream, and then stanzas, one whole stanza at a time. What they do is not the same, and the
// others do less: rondel builds the tree of each stanza, and refuses what XMPP does not allow; expat and libxml2 (as a
// push parser, SAX2) resolve namespaces and call for each element and text, where the calls only count; pugixml is no
// stream parser: it parses a copy of each stanza in place, knows no namespaces, and checks neither names nor
// characters.
//
// "alike" is rondel on a stream where each stanza is like the one before; "rondel" and "portable" read each (and a
// header for every fifteen).
//
// A figure is the best of many rounds, in which the readers take turns.
#include "rondel/xml/reader.hpp"
#include "rondel/xml/scan.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <expat.h>
#include <libxml/parser.h>
#include <pugixml.hpp>

namespace {

constexpr std::string_view header =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>";
constexpr std::size_t stanzas_in_round = 300;
constexpr std::size_t never_recognized = 15;
constexpr int rounds = 60;

std::size_t seen = 0;  // elements and bytes of text in the last stanza: all but pugixml must have seen as many

[[noreturn]] void give_up(const char* who) {
    std::fprintf(stderr, "bench/readers: %s could not read it.\n", who);
    std::exit(1);
}

std::size_t count(rondel::xml::ElementView element) {
    std::size_t all = 1 + element.text().size();
    for (const auto child : element.children()) all += count(child);
    return all;
}

// A new stream, header and all, for every so many stanzas: with more than fifteen in one, the others are recognized.
void read_rondel(std::string_view stanza, const rondel::xml::Kernels& kernels, std::size_t in_a_stream) {
    rondel::xml::Reader reader({}, {}, kernels);
    for (std::size_t i = 0; i < stanzas_in_round; ++i) {
        std::string_view bytes = header;
        if (i % in_a_stream == 0) {
            reader.restart();
            reader.next(bytes);
        }
        bytes = stanza;
        if (reader.next(bytes) != rondel::xml::Reader::Step::element) give_up("rondel");
        const rondel::xml::Element element = reader.element();
        if (i == 0) seen = count(element);
    }
}

void read_expat(std::string_view stanza) {
    std::size_t here = 0;
    XML_Parser parser = XML_ParserCreateNS("UTF-8", '\1');
    XML_SetUserData(parser, &here);
    XML_SetElementHandler(
        parser, [](void* data, const char*, const char**) { ++*static_cast<std::size_t*>(data); },
        [](void*, const char*) {});
    XML_SetCharacterDataHandler(
        parser, [](void* data, const char*, int size) { *static_cast<std::size_t*>(data) += std::size_t(size); });
    const auto parse = [&](std::string_view bytes) {
        if (XML_Parse(parser, bytes.data(), static_cast<int>(bytes.size()), 0) != XML_STATUS_OK) give_up("expat");
    };
    parse(header);
    for (std::size_t i = 0; i < stanzas_in_round; ++i) {
        here = 0;
        parse(stanza);
    }
    seen = here;
    XML_ParserFree(parser);
}

void read_libxml2(std::string_view stanza) {
    std::size_t here = 0;
    xmlSAXHandler handler{};
    handler.initialized = XML_SAX2_MAGIC;
    handler.startElementNs = [](void* data, const xmlChar*, const xmlChar*, const xmlChar*, int, const xmlChar**, int,
                                int, const xmlChar**) { ++*static_cast<std::size_t*>(data); };
    handler.characters = [](void* data, const xmlChar*, int size) {
        *static_cast<std::size_t*>(data) += std::size_t(size);
    };
    xmlParserCtxtPtr parser = xmlCreatePushParserCtxt(&handler, &here, nullptr, 0, nullptr);
    xmlCtxtUseOptions(parser, XML_PARSE_NONET | XML_PARSE_HUGE);
    const auto parse = [&](std::string_view bytes) {
        if (xmlParseChunk(parser, bytes.data(), static_cast<int>(bytes.size()), 0) != 0) give_up("libxml2");
    };
    parse(header);
    for (std::size_t i = 0; i < stanzas_in_round; ++i) {
        here = 0;
        parse(stanza);
    }
    seen = here;
    xmlFreeParserCtxt(parser);
}

void read_pugixml(std::string_view stanza) {
    std::vector<char> copy(stanza.size());
    for (std::size_t i = 0; i < stanzas_in_round; ++i) {
        pugi::xml_document document;
        std::memcpy(copy.data(), stanza.data(), stanza.size());
        if (!document.load_buffer_inplace(copy.data(), copy.size(), pugi::parse_default, pugi::encoding_utf8))
            give_up("pugixml");
        if (!document.first_child()) give_up("pugixml");
    }
}

std::string message(std::string_view body) {
    return "<message from='alice@example.com/phone' to='echo.example.com' type='chat' id='a1b2c3d4'><body>" +
           std::string(body) + "</body></message>";
}
std::string repeated(std::string_view piece, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += piece;
    return out;
}

constexpr std::string_view seven_payloads =
    "<message from='romeo@montague.example/orchard-7fd2' to='juliet@capulet.example/balcony' type='chat' "
    "id='8f0c6b1e-9d5a-4c1b-b7a2-0e4f7c9d1a33' xml:lang='en'><body>Hello there, how are you?</body>"
    "<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/>"
    "<markable xmlns='urn:xmpp:chat-markers:0'/>"
    "<origin-id xmlns='urn:xmpp:sid:0' id='8f0c6b1e-9d5a-4c1b-b7a2-0e4f7c9d1a33'/>"
    "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example' id='1698415698423177'/>"
    "<store xmlns='urn:xmpp:hints'/><x xmlns='jabber:x:oob'><url>https://upload.example/5f3e/picture.jpg</url></x>"
    "</message>";

}  // namespace

int main() {
    const std::pair<const char*, std::string> cases[] = {
        {"body of 16 bytes", message("Hello, world! 16")},
        {"seven payloads", std::string(seven_payloads)},
        {"1 KiB of ASCII", message(repeated("The quick brown fox jumps over the lazy dog. ", 1024))},
        {"16 KiB of ASCII", message(repeated("The quick brown fox jumps over the lazy dog. ", 16 * 1024))},
        {"1 KiB, entities and UTF-8",
         message(repeated("Gr\u00FC\u00DFe &amp; K\u00FCsse \u2013 \u0420\u043E\u043C\u0435\u043E, x &lt; y &gt; z; "
                          "\u201EO\u00F9 es-tu?\u201C \U0001F339 ",
                          1024))}};
    const std::pair<const char*, std::function<void(std::string_view)>> readers[] = {
        {"alike", [](std::string_view s) { read_rondel(s, rondel::xml::fastest_kernels(), stanzas_in_round); }},
        {"rondel", [](std::string_view s) { read_rondel(s, rondel::xml::fastest_kernels(), never_recognized); }},
        {"portable", [](std::string_view s) { read_rondel(s, rondel::xml::portable_kernels, never_recognized); }},
        {"expat", read_expat},
        {"libxml2", read_libxml2},
        {"pugixml", read_pugixml}};
    xmlInitParser();
    std::printf("ns per stanza: rondel %s, alike, read, and portable, with its tree; expat %s, libxml2 %s, pugixml %.2f\n%-26s %6s",
                rondel::xml::fastest_kernels().name, XML_ExpatVersion(), LIBXML_DOTTED_VERSION,
                PUGIXML_VERSION / 1000.0, "", "bytes");
    for (const auto& [name, read] : readers) std::printf(" %9s", name);
    for (const auto& [what, stanza] : cases) {
        std::vector<double> best(std::size(readers), std::numeric_limits<double>::max());
        read_expat(stanza);
        const std::size_t expected = seen;
        for (int round = 0; round < rounds; ++round)
            for (std::size_t i = 0; i < std::size(readers); ++i) {
                const auto before = std::chrono::steady_clock::now();
                readers[i].second(stanza);
                if (seen != expected) give_up(readers[i].first);
                const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - before;
                best[i] = std::min(best[i], took.count() / stanzas_in_round);
            }
        std::printf("\n%-26s %6zu", what, stanza.size());
        for (const double one : best) std::printf(" %9.0f", one);
    }
    std::printf("\n");
    return 0;
}
