// The least that an echo can cost, beside what rondel's costs: bench/least_echo
//
// views       A stanza that is like the one before is compared, as rondel does it. No tree is made of it, and no byte
//             is copied: what a handler would get are views of the input, which are gone when it returns.
// straight    The answer is written from those views, with no tree of its own. Its text is plain, and not escaped.
// both        All that an echo must know, and all that it says; and nothing else: no address is checked, no limit kept,
//             no handler called, no order kept, nothing accounted for.
//
// Beside them rondel's reader, its answer, and its whole echo in process, of which those two are parts. Nanoseconds for
// a stanza, the best of many rounds, in which all take turns. It needs a processor with AVX2.
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "bench/echo/script.hpp"
#include "bench/in_process.hpp"
#include "bench/rows.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#define AVX2 __attribute__((target("avx2,bmi")))

namespace {

using namespace rondel;

constexpr std::size_t stanzas = 100;
constexpr int rounds = 300;
constexpr std::size_t step = 32;  // bytes at a look

std::uint64_t sink = 0;

AVX2 __m256i load(const char* p) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
AVX2 __m256i is(__m256i v, char c) { return _mm256_cmpeq_epi8(v, _mm256_set1_epi8(c)); }
AVX2 std::uint32_t bits(__m256i mask) { return static_cast<std::uint32_t>(_mm256_movemask_epi8(mask)); }

// What a stanza says beside its literals. The body stays empty where there is none.
struct Values {
    std::array<std::string_view, 64> all;  // in the order in which they stand there
    std::string_view from, to, id, body;
};

// What is the same in each stanza, cut where a value stands. Behind each literal there is room to look.
struct Alike {
    struct Literal {
        std::string bytes;
        std::size_t size;
        char end;  // of the value behind it; 0: there is none
    };
    std::vector<Literal> literals;

    explicit Alike(std::string_view stanza) {
        std::size_t begin = 0;
        for (std::size_t at = 1; at < stanza.size(); ++at) {
            const bool value = stanza[at - 1] == '=';  // behind its quote
            const bool text = stanza[at - 1] == '>' && stanza[at] != '<';
            if (!value && !text) continue;
            at += value;
            cut(stanza.substr(begin, at - begin), value ? stanza[at - 1] : '<');
            begin = at = stanza.find(literals.back().end, at);
        }
        cut(stanza.substr(begin), 0);
    }
    void cut(std::string_view literal, char end) {
        literals.push_back({std::string(literal).append(step, ' '), literal.size(), end});
    }
};

// The next stanza; false: it is not alike. There is room to look behind it.
AVX2 bool views(const Alike& alike, const char*& p, Values& values) {
    std::string_view* value = values.all.data();
    for (const Alike::Literal& literal : alike.literals) {
        for (std::size_t done = 0; done < literal.size; done += step) {
            const __m256i same = _mm256_cmpeq_epi8(load(p + done), load(literal.bytes.data() + done));
            const std::size_t left = std::min(step, literal.size - done);
            if ((~bits(same) & ~0U >> (step - left)) != 0) return false;
        }
        p += literal.size;
        if (literal.end == 0) break;
        const char* const begin = p;
        std::uint32_t stops = 0;
        for (;; p += step) {
            const __m256i v = load(p);
            const __m256i odd = _mm256_or_si256(is(v, '&'), _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), v));
            stops = bits(_mm256_or_si256(odd, _mm256_or_si256(is(v, '<'), is(v, literal.end))));
            if (stops != 0) break;
        }
        p += std::countr_zero(stops);
        if (*p != literal.end) return false;
        *value++ = {begin, static_cast<std::size_t>(p - begin)};
    }
    return true;
}

char* put(char* to, std::string_view text) { return xml::put_text(to, text.data(), text.size()); }
template <std::size_t size>
char* put(char* to, const char (&literal)[size]) {
    return static_cast<char*>(std::memcpy(to, literal, size - 1)) + size - 1;
}

void straight(const Values& in, bool ping, xml::Bytes& out) {
    char* to = out.room(in.to.size() + in.from.size() + in.id.size() + in.body.size() + 128);
    to = ping ? put(to, "<iq to='") : put(to, "<message to='");
    to = put(put(put(put(to, in.from), "' from='"), in.to), "' id='");
    to = put(to, in.id);
    if (ping)
        to = put(to, "' type='result'/>");
    else
        to = put(put(put(to, "' type='chat'><body>"), in.body), "</body></message>");
    out.end_at(to);
}

// Where they stand, found once.
struct Places {
    std::size_t from = 63, to = 63, id = 63, body = 63;  // where there is none: a value that is always empty

    explicit Places(const Alike& alike) {
        for (std::size_t i = alike.literals.size(); i-- != 0;) {
            const Alike::Literal& literal = alike.literals[i];
            const std::string_view text = std::string_view(literal.bytes).substr(0, literal.size);
            if (text.ends_with("<body>")) body = i;
            for (const auto& [name, place] : {std::pair(" from=", &from), {" to=", &to}, {" id=", &id}})
                if (text.substr(0, text.size() - 1).ends_with(name)) *place = i;
        }
    }
    void name(Values& values) const {
        values.from = values.all[from], values.to = values.all[to];
        values.id = values.all[id], values.body = values.all[body];
    }
};

Message answer(const Message& in) { return in.reply(*in.body()).id(in.id().value_or("")); }
Iq answer(const Iq& in) { return in.result(); }

template <class Kind>
void answer_all(const std::vector<Kind>& received, xml::Bytes& out) {
    for (const Kind& in : received)
        if (write(answer(in).element(), out, "jabber:component:accept")) std::abort();
}

void echo(const Message& in, Entity& self) { self.send(answer(in)); }

void measure(const char* which) {
    const bool ping = std::string_view(which) == "ping";
    const echo_bench::Script script({which, stanzas, 10, "echo.example.com"});
    const std::string bytes = std::string(script.bytes(0, stanzas)) + std::string(step, ' ');
    const std::string_view all = script.bytes(0, stanzas);
    const Alike alike(script.bytes(0, 1));
    const Places places(alike);

    xml::Reader reader({});
    std::string_view header =
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1'>";
    reader.next(header);
    const auto read = [&](const auto& take) {
        std::string_view left = all;
        while (reader.next(left) == xml::Reader::Step::element) take(reader.element());
    };
    std::vector<Message> messages;
    std::vector<Iq> queries;
    read([&](xml::Element element) {
        Stanza stanza = std::move(*Stanza::parse(element));
        ping ? void(queries.emplace_back(std::move(stanza))) : void(messages.emplace_back(std::move(stanza)));
    });
    std::vector<Values> seen(stanzas);
    Router router;
    router.on_message(echo);
    ping::install(router);
    bench::InProcess host(std::move(router));

    xml::Bytes out;
    const auto look = [&](const auto& each) {
        const char* p = bytes.data();
        for (Values& values : seen) {
            if (!views(alike, p, values)) std::abort();
            each(values);
        }
    };
    const auto say = [&](Values& values) {
        places.name(values);
        straight(values, ping, out);
    };
    std::vector<bench::Row> rows = {
        {"views", [&] { look([](Values&) {}); }},
        {"straight", [&] { out.clear(), std::for_each(seen.begin(), seen.end(), say); }},
        {"both", [&] { out.clear(), look(say); }},
        {"rondel's reader", [&] { read([](xml::Element element) { sink += element.text().size(); }); }},
        {"rondel's answer", [&] { out.clear(), answer_all(messages, out), answer_all(queries, out); }},
        {"rondel's echo", [&] { host.feed(all); }},
    };
    bench::take_turns(rows, rounds, stanzas);
    std::printf("%-6s", which);
    for (const bench::Row& row : rows) std::printf(" %16.0f", row.best);
    std::printf("\n");
}

}  // namespace

int main() {
    if (!__builtin_cpu_supports("avx2")) return std::puts("It needs a processor with AVX2."), 0;
    std::printf("ns     %16s %16s %16s %16s %16s %16s\n", "views", "straight", "both", "rondel's reader",
                "rondel's answer", "rondel's echo");
    for (const char* which : {"16", "ping", "chat", "1k"}) measure(which);
    return sink == 1 ? 1 : 0;  // nobody knows that it is not
}

#else

int main() { return std::puts("It needs a processor with AVX2."), 0; }

#endif
