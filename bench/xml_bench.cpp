// What reading and writing XML costs. xml_bench --benchmark_filter=read
#include "rondel/xml/reader.hpp"
#include "rondel/xml/scan.hpp"
#include "rondel/xml/writer.hpp"

#include <string>
#include <string_view>

#include <benchmark/benchmark.h>

using namespace rondel::xml;

namespace {

constexpr std::string_view header =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>";

// As clients of today send it; and small.
constexpr std::string_view small_message =
    "<message from='alice@example.com/phone' to='echo.example.com' type='chat' id='a1b2c3d4'><body>Hello, world! "
    "16</body></message>";
constexpr std::string_view chat_message =
    "<message from='romeo@montague.example/orchard-7fd2' to='juliet@capulet.example/balcony' type='chat' "
    "id='8f0c6b1e-9d5a-4c1b-b7a2-0e4f7c9d1a33' "
    "xml:lang='en'><body>Hello there, how are you?</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
    "<request xmlns='urn:xmpp:receipts'/><markable xmlns='urn:xmpp:chat-markers:0'/>"
    "<origin-id xmlns='urn:xmpp:sid:0' id='8f0c6b1e-9d5a-4c1b-b7a2-0e4f7c9d1a33'/>"
    "<stanza-id xmlns='urn:xmpp:sid:0' by='romeo@montague.example' id='1698415698423177'/>"
    "<store xmlns='urn:xmpp:hints'/><x "
    "xmlns='jabber:x:oob'><url>https://upload.example/5f3e/picture.jpg</url></x></message>";

std::string message_with(std::string_view body) {
    return "<message from='a@b/c' to='d@e' type='chat' id='1'><body>" + std::string(body) + "</body></message>";
}
std::string repeated(std::string_view piece, std::size_t bytes) {
    std::string out;
    while (out.size() < bytes) out += piece;
    return out;
}

// `count` stanzas in one input, as a busy connection reads them.
void read(benchmark::State& state, std::string_view stanza, std::size_t count, const Kernels& kernels) {
    const std::string input = repeated(stanza, stanza.size() * count);
    Reader reader({.stanza_bytes = 1 << 20}, {}, kernels);
    std::string_view bytes = header;
    reader.next(bytes);
    for (auto _ : state) {
        bytes = input;
        while (reader.next(bytes) == Reader::Step::element) benchmark::DoNotOptimize(reader.element());
    }
    if (reader.error()) state.SkipWithError("not read");
    state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * count));
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * input.size()));
}

void write(benchmark::State& state, std::string_view stanza) {
    const Element element =
        parse_document("<s xmlns='jabber:client'>" + std::string(stanza) + "</s>").value().view().first_child().copy();
    std::string out;
    out.reserve(1 << 20);
    for (auto _ : state) {
        out.clear();
        if (write(element, out, "jabber:component:accept")) state.SkipWithError("not written");
        benchmark::DoNotOptimize(out.data());
    }
    state.SetItemsProcessed(state.iterations());
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * out.size()));
}

void in_pieces(benchmark::State& state) {
    const auto piece = static_cast<std::size_t>(state.range(0));
    const std::string input =
        "<message><x a='" + std::string(static_cast<std::size_t>(state.range(1)), 'x') + "'/></message>";
    Reader reader({.stanza_bytes = 1 << 30});
    std::string_view bytes = header;
    reader.next(bytes);
    for (auto _ : state)
        for (std::size_t at = 0; at < input.size(); at += piece) {
            bytes = std::string_view(input).substr(at, piece);
            while (reader.next(bytes) == Reader::Step::element) benchmark::DoNotOptimize(reader.element());
        }
    state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * input.size()));
}

}  // namespace

int main(int argc, char** argv) {
    const std::string ascii = message_with(repeated("The quick brown fox jumps over the lazy dog. ", 16 * 1024));
    const std::string russian = message_with(
        repeated("\u0421\u044a\u0435\u0448\u044c \u0436\u0435 \u0435\u0449\u0451 \u044d\u0442\u0438\u0445 ", 1024));
    const std::string chinese = message_with(repeated("\u5929\u5730\u7384\u9ec4 \u5b87\u5b99\u6d2a\u8352 ", 1024));
    const std::string emoji = message_with(repeated("\U0001F600\U0001F680 ok ", 1024));
    const std::string escapes = message_with(repeated("if (a &lt; b &amp;&amp; c) ", 1024));
    const std::pair<const char*, std::string_view> stanzas[] = {
        {"small_130", small_message}, {"chat_7_payloads", chat_message}, {"ascii_16K", ascii},
        {"russian_1K", russian},      {"chinese_1K", chinese},           {"emoji_1K", emoji},
        {"escapes_1K", escapes}};
    for (const auto& [name, stanza] : stanzas) {
        benchmark::RegisterBenchmark(("read/" + std::string(name)).c_str(),
                                     [s = stanza](benchmark::State& state) { read(state, s, 1, fastest_kernels()); });
        benchmark::RegisterBenchmark(("read_64_at_once/" + std::string(name)).c_str(),
                                     [s = stanza](benchmark::State& state) { read(state, s, 64, fastest_kernels()); });
        benchmark::RegisterBenchmark(("read_portable/" + std::string(name)).c_str(),
                                     [s = stanza](benchmark::State& state) { read(state, s, 1, portable_kernels); });
        benchmark::RegisterBenchmark(("write/" + std::string(name)).c_str(),
                                     [s = stanza](benchmark::State& state) { write(state, s); });
    }
    // V06: the time of twice the bytes should be twice the time, in whatever pieces they come.
    for (const int piece : {1, 16, 64, 1024})
        for (const int size : {1 << 17, 1 << 18, 1 << 19, 1 << 20})
            benchmark::RegisterBenchmark("attribute_in_pieces", in_pieces)
                ->Args({piece, size})
                ->Unit(benchmark::kMicrosecond);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
