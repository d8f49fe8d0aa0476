// What a stream costs beside parsing and writing: one item is a stanza read from the server and sent back.
#include "rondel/stream/component_stream.hpp"

#include <string>

#include <benchmark/benchmark.h>

namespace {

using namespace rondel;
using namespace rondel::stream;

constexpr std::string_view opening =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
    "id='1'><handshake/>";

std::string message(std::size_t body, bool payloads) {
    std::string text = "<message from='echo.localhost' to='echo.localhost' type='chat' id='a1b2c3d4'><body>" +
                       std::string(body, 'x') + "</body>";
    if (payloads)
        text +=
            "<active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/>"
            "<markable xmlns='urn:xmpp:chat-markers:0'/><origin-id xmlns='urn:xmpp:sid:0' id='a1b2c3d4'/>"
            "<store xmlns='urn:xmpp:hints'/><stanza-id xmlns='urn:xmpp:sid:0' id='1' by='echo.localhost'/>";
    return text + "</message>";
}

// In blocks of 16 KiB, as a connection reads them.
void echo(benchmark::State& state, std::size_t body, bool payloads) {
    ComponentStream stream({Jid::parse("echo.localhost").value(), "secret"});
    const Instant now{std::chrono::hours(1)};
    stream.start(now);
    stream.receive(opening, now);
    while (stream.next_event()) continue;

    std::string block;
    while (block.size() < 16 * 1024) block += message(body, payloads);
    std::size_t stanzas = 0;
    for (auto _ : state) {
        stream.receive(block, now);
        while (auto event = stream.next_event()) {
            if (stream.send(std::get<Received>(*event).stanza)) state.SkipWithError("The stanza was refused.");
            ++stanzas;
        }
        benchmark::DoNotOptimize(stream.output().data());
        stream.wrote(stream.output().size());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(stanzas));
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(block.size()));
}

BENCHMARK_CAPTURE(echo, body_of_16_bytes, 16, false);
BENCHMARK_CAPTURE(echo, six_payloads, 16, true);
BENCHMARK_CAPTURE(echo, body_of_1_KiB, 1024, false);

}  // namespace

BENCHMARK_MAIN();
