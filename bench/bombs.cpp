// What hostile XML costs the reader, in processor time: bench/bombs
//
// Large tokens in small pieces must cost what the same bytes cost in large ones (V06, CVE-2023-52425), twice the bytes
// twice the time; and what is too deep, too wide or too large must be refused at once (V07, V08).
#include "rondel/xml/reader.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <limits>
#include <string>
#include <string_view>

#include "tests/support/figure.hpp"

namespace {

using rondel::xml::Limits;
using rondel::xml::Reader;

constexpr std::string_view header =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>";
constexpr Limits raised{.stanza_bytes = 16 << 20};
constexpr int rounds = 15;

double microseconds_of_this_thread() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

std::string repeated(std::string_view piece, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += piece;
    return out;
}

// Reads it in pieces, to its end or its refusal; the best of some rounds.
double cost(std::string_view stanza, std::size_t piece, Limits limits) {
    double best = std::numeric_limits<double>::max();
    for (int round = 0; round < rounds; ++round) {
        Reader reader(limits);
        std::string_view bytes = header;
        reader.next(bytes);
        const double before = microseconds_of_this_thread();
        for (std::size_t at = 0; at < stanza.size(); at += piece) {
            bytes = stanza.substr(at, piece);
            const Reader::Step step = reader.next(bytes);
            if (step == Reader::Step::element) reader.element();
            if (step == Reader::Step::failed) break;
        }
        best = std::min(best, microseconds_of_this_thread() - before);
    }
    return best;
}

struct Token {
    const char* what;
    std::string_view before;
    std::string_view unit;
    std::string_view after;

    std::string of(std::size_t bytes) const {
        return std::string(before) + repeated(unit, bytes - before.size() - after.size() - unit.size()) +
               std::string(after);
    }
};

constexpr Token tokens[] = {
    {"text", "<message><body>", "x", "</body></message>"},
    {"text, not ASCII", "<message><body>", "\xD0\x96", "</body></message>"},
    {"text of entities", "<message><body>", "&amp;", "</body></message>"},
    {"CDATA section", "<message><body><![CDATA[", "x", "]]></body></message>"},
    {"attribute", "<message><x a='", "x", "'/></message>"},
    {"attribute of entities", "<message><x a='", "&lt;", "'/></message>"},
    {"name", "<message><", "x", "/></message>"},
};

// The most that one of them cost, in microseconds.
double pieces(std::size_t size, Limits limits) {
    double most = 0;
    std::printf("\n%zu KiB in pieces, µs           64 KiB     1 KiB  64 bytes   64 bytes / 64 KiB\n", size / 1024);
    for (const Token& token : tokens) {
        const std::string stanza = token.of(size);
        const double large = cost(stanza, 64 * 1024, limits);
        const double medium = cost(stanza, 1024, limits);
        const double small = cost(stanza, 64, limits);
        std::printf("  %-26s %9.0f %9.0f %9.0f %19.2f\n", token.what, large, medium, small, small / large);
        most = std::max({most, large, medium, small});
    }
    return most;
}

// The most by which one of them grew. Up to 1 MiB in all, memory comes from what the thread keeps; beyond, the kernel
// has to find it each time, which shows where the bytes themselves cost next to nothing.
template <std::size_t count>
double doubling(const std::size_t (&sizes)[count], Limits limits) {
    double most = 0;
    std::printf("\ntwice the bytes, 1 KiB pieces ");
    for (const std::size_t size : sizes) std::printf(" %5.0f KiB      ", static_cast<double>(size) / 1024);
    std::printf("\n");
    for (const Token& token : tokens) {
        std::printf("  %-26s", token.what);
        double last = 0;
        for (const std::size_t size : sizes) {
            const double now = cost(token.of(size), 1024, limits);
            if (last == 0)
                std::printf(" %6.0f µs      ", now);
            else
                std::printf(" %6.0f µs %5.2f", now, now / last);
            if (last != 0) most = std::max(most, now / last);
            last = now;
        }
        std::printf("\n");
    }
    return most;
}

void bombs() {
    std::string attributes = "<message";
    std::string prefixes = "<message";
    for (int i = 0; i < 60000; ++i) {
        attributes += " a" + std::to_string(i) + "=''";
        prefixes += " xmlns:p" + std::to_string(i) + "='u'";
    }
    const std::pair<const char*, std::string> all[] = {
        {"1 MiB of <a>", repeated("<a>", 1 << 20)},
        {"1 MiB of <a/>", "<message>" + repeated("<a/>", 1 << 20)},
        {"60,000 attributes", attributes},
        {"60,000 prefixes", prefixes},
        {"1 MiB of text", "<message>" + repeated("x", 1 << 20)},
        {"1 MiB of an attribute", "<message a='" + repeated("x", 1 << 20)},
        {"1 MiB of entities", "<message>" + repeated("&#x41;", 1 << 20)},
    };
    std::printf("\nrefused by the limits that are set by default, µs     whole  64 bytes\n");
    for (const auto& [what, text] : all)
        std::printf("  %-48s %8.0f %9.0f\n", what, cost(text, text.size(), {}), cost(text, 64, {}));
}

}  // namespace

int main() {
    std::printf("Processor time of this thread, the best of %d rounds.\n", rounds);
    const double at_the_limit = pieces(250 * 1024, {});
    pieces(1 << 20, raised);
    const double growth = doubling({32 << 10, 64 << 10, 128 << 10, 256 << 10}, {});
    doubling({256 << 10, 512 << 10, 1 << 20, 2 << 20, 4 << 20, 8 << 20}, raised);
    bombs();
    std::printf("\n");
    rondel::test::figure("hostile-token-ms", at_the_limit / 1000, "250 KiB in pieces of 64 bytes to 64 KiB");
    rondel::test::figure("hostile-token-growth", growth, "32 KiB to 256 KiB");
    return 0;
}
