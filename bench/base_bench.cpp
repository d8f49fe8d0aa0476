// What addresses and ids cost: they are looked at for every stanza.
#include "rondel/base/digest.hpp"
#include "rondel/base/jid.hpp"
#include "rondel/base/random.hpp"
#include "rondel/base/utf8.hpp"

#include <string>

#include <benchmark/benchmark.h>

namespace {

using namespace rondel;

const std::string ascii = "user@example.com/resource";
const std::string umlauts = "j\u00FCrgen@b\u00FCcher.example/K\u00FCche";

// As often as the limit of 4092 octets for a part allows.
std::string many(std::string_view piece) {
    std::string out;
    while (out.size() + piece.size() < 4090) out += piece;
    return out;
}

void is_prepared(benchmark::State& state, const std::string& text) {
    for (auto _ : state) benchmark::DoNotOptimize(JidView::is_prepared(text));
}
BENCHMARK_CAPTURE(is_prepared, ascii, ascii);
BENCHMARK_CAPTURE(is_prepared, nickname, "room@conference.example.com/J\u00FCrgen \u265A");
BENCHMARK_CAPTURE(is_prepared, umlauts, umlauts);

void of_prepared(benchmark::State& state) {
    for (auto _ : state) {
        std::string_view text = ascii;
        benchmark::DoNotOptimize(text);
        benchmark::DoNotOptimize(JidView::of_prepared(text));
    }
}
BENCHMARK(of_prepared);

void parse(benchmark::State& state, const std::string& text) {
    for (auto _ : state) benchmark::DoNotOptimize(Jid::parse(text));
}
BENCHMARK_CAPTURE(parse, ascii, ascii);
BENCHMARK_CAPTURE(parse, upper_case, "User@Example.com/resource");
BENCHMARK_CAPTURE(parse, umlauts, umlauts);
// The dearest that a peer can send; longer parts are refused unread.
BENCHMARK_CAPTURE(parse, long_local, std::string(4090, 'x') + "\u00FC@a");
BENCHMARK_CAPTURE(parse, long_resource, "a/" + std::string(4090, 'x') + "\u00FC");
BENCHMARK_CAPTURE(parse, long_domain, std::string(4090, 'x') + "\u00FC");
BENCHMARK_CAPTURE(parse, long_a_label, "xn--" + std::string(4080, 'x'));
BENCHMARK_CAPTURE(parse, many_labels, many("\u00FC."));
BENCHMARK_CAPTURE(parse, many_marks, "a/" + many("\u0301"));
BENCHMARK_CAPTURE(parse, many_marks_in_order, "a/" + many("\u0301\u0316"));
BENCHMARK_CAPTURE(parse, many_joiners, many("\u0628\u200C") + "@a");
BENCHMARK_CAPTURE(parse, many_joiners_among_marks, many("\u200C") + "@a");
BENCHMARK_CAPTURE(parse, many_middle_dots, many("\u30FB") + "\u30A2@a");
BENCHMARK_CAPTURE(parse, many_digits, "\u0628" + many("\u0661") + "@a");

void next_id(benchmark::State& state) {
    RandomIds ids;
    for (auto _ : state) benchmark::DoNotOptimize(ids.next());
}
BENCHMARK(next_id);

void handshake(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(sha1({"3BF96D32", "test"}));
}
BENCHMARK(handshake);

void xml_text(benchmark::State& state) {
    const std::string text(static_cast<std::size_t>(state.range(0)), 'a');
    for (auto _ : state) benchmark::DoNotOptimize(is_xml_text(text));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(xml_text)->Arg(32)->Arg(16384);

}  // namespace

BENCHMARK_MAIN();
