// What other designs could save, measured in miniature before anybody builds them: bench/designs
//
// positions   A reader that finds by vectors where all markup of a block stands, before it looks at any of it, as fast
//             readers of JSON do. Here only that first pass: the places of < > & = and quotes of one stanza, listed.
//             Names, values, namespaces, UTF-8 and the tree would still have to be done, from that list.
// straight    An answer written from the addresses of what it answers, with no tree of its own: here with all that
//             such an answer would need (the body escaped and checked), but no limits, no language, no thread.
// late        An echo whose tree would be made once somebody asks for it: what is written is there, and the values of
//             the addresses and the text, as sending asks for them; no names, and nothing linked. Nobody could ask.
//
// Beside them what rondel does today. A figure is the best of many rounds, in which all take turns.
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/mould.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/scan.hpp"
#include "rondel/xml/writer.hpp"

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bench/echo/script.hpp"
#include "bench/rows.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace {

using namespace rondel;

constexpr std::size_t stanzas = 100;
constexpr int rounds = 300;

std::uint64_t sink = 0;

#if defined(__x86_64__)
__attribute__((target("avx2"))) std::size_t positions(std::string_view text, std::uint32_t* out) {
    std::uint32_t* const begin = out;
    for (std::size_t at = 0; at + 32 <= text.size(); at += 32) {
        const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(text.data() + at));
        const auto is = [v](char c) __attribute__((target("avx2"))) {
            return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c));
        };
        const __m256i tags = _mm256_or_si256(is('<'), is('>'));
        const __m256i values = _mm256_or_si256(_mm256_or_si256(is('\''), is('"')), _mm256_or_si256(is('='), is('&')));
        auto bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_or_si256(tags, values)));
        for (; bits != 0; bits &= bits - 1)
            *out++ = static_cast<std::uint32_t>(at) + static_cast<std::uint32_t>(std::countr_zero(bits));
    }
    return static_cast<std::size_t>(out - begin);
}
bool has_positions() { return __builtin_cpu_supports("avx2"); }
#else
std::size_t positions(std::string_view, std::uint32_t*) { return 0; }
bool has_positions() { return false; }
#endif

void put(xml::Bytes& out, std::string_view piece) { out.append(piece); }

void escape(xml::Bytes& out, std::string_view text) {
    static const xml::Kernels& kernels = xml::fastest_kernels();
    const char* p = text.data();
    const char* const end = p + text.size();
    bool high = false;
    for (;;) {
        char* const to = out.room(static_cast<std::size_t>(end - p) + xml::copy_slack);
        const char* const stop = kernels.copy_text(p, end, end, to, high);
        out.end_at(to + (stop - p));
        if (stop == end) break;
        put(out, *stop == '<' ? "&lt;" : *stop == '&' ? "&amp;" : *stop == '>' ? "&gt;" : "&#13;");
        p = stop + 1;
    }
    if (high) sink += static_cast<std::uint64_t>(kernels.utf8(text.data(), end) == end);
}

void straight(const Message& in, xml::Bytes& out) {
    put(out, "<message to='");
    put(out, in.from().str());
    put(out, "' from='");
    put(out, in.to().str());
    put(out, "' type='chat'><body>");
    escape(out, *in.body());
    put(out, "</body></message>");
}

// As mould::answer() makes it, but for the moulds.
void late(const Message& in, xml::Bytes& out) {
    const xml::Block& received = *in.element().block();
    const xml::Attribute& to = received.attribute_of_root(xml::Common::from);
    const xml::Attribute& from = received.attribute_of_root(xml::Common::to);
    const xml::Index body = in.element().child("body", xml::stanza_ns).index();
    if (!mould::are_known(to, from) || received.nodes[body].written == 0) std::abort();
    xml::BlockPtr made = xml::block_from_cache();
    const mould::Echoed text{received, body};
    Pen pen(*made, std::size_t{to.value.size} + from.value.size + text.size + mould::most_markup);
    made->nodes.add(2);
    xml::Attribute* const attributes = made->attributes.add(3);
    pen.say("<message to='");
    mould::say_addresses(pen, attributes, received, to, from);
    pen.say("' type='chat'");
    attributes[2].value = mould::last_value(pen, 4);
    made->common = {1, 2, 0, 3};
    mould::know(*made, pen.said(), xml::Block::word("><body>"), mould::body, xml::Block::word("</body></message>"));
    text.put(pen, *made);
    if (write(Element(std::move(made)), out, "jabber:component:accept")) std::abort();
}

void today(const Message& in, xml::Bytes& out) {
    if (write(in.reply(*in.body()).element(), out, "jabber:component:accept")) std::abort();
}

void measure(const char* which) {
    const echo_bench::Script script({which, stanzas, 10, "echo.example.com"});
    std::vector<std::string> texts;
    std::vector<Message> messages;
    const std::string_view header =
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>";
    const auto open = [&](xml::Reader& reader) {
        std::string_view bytes = header;
        reader.next(bytes);
    };
    xml::Reader reader({});
    open(reader);
    std::string_view all = script.bytes(0, stanzas);
    while (reader.next(all) == xml::Reader::Step::element) {
        xml::Element element = reader.element();
        Result<Stanza> parsed = Stanza::parse(element);
        if (parsed && parsed->kind() == StanzaKind::message) messages.emplace_back(std::move(*parsed));
    }
    const std::string_view bytes = script.bytes(0, stanzas);
    std::vector<std::uint32_t> places(bytes.size() + 64);
    xml::Bytes out;
    std::vector<bench::Row> rows = {
        {"positions of markup, by vectors", [&] { sink += positions(bytes, places.data()); }},
        {"rondel's reader, whole",
         [&] {
             xml::Reader each({});
             open(each);
             std::string_view left = bytes;
             while (each.next(left) == xml::Reader::Step::element) sink += each.element().text().size();
         }},
        {"an answer, straight",
         [&] {
             out.clear();
             for (const Message& one : messages) straight(one, out);
         }},
        {"an answer, its tree late",
         [&] {
             out.clear();
             for (const Message& one : messages) late(one, out);
         }},
        {"rondel's answer, made and written",
         [&] {
             out.clear();
             for (const Message& one : messages) today(one, out);
         }},
    };
    if (!has_positions()) rows.erase(rows.begin());
    bench::take_turns(rows, rounds, stanzas);
    for (const bench::Row& row : rows) std::printf("%-6s %-36s %8.0f ns\n", which, row.name, row.best);
}

}  // namespace

int main() {
    for (const char* which : {"16", "chat", "1k", "text"}) measure(which);
    return sink == 1 ? 1 : 0;  // nobody knows that it is not
}
