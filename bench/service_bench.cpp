// What the service floor adds to a stanza, alone and between the two halves of a stream.
#include <chrono>
#include <string>

#include "in_process.hpp"
#include <benchmark/benchmark.h>

namespace rondel {
namespace {

using namespace std::chrono_literals;

// A link that takes everything and keeps the last stanza, so that a benchmark can send it again.
class Sink final : public Link {
  public:
    std::error_code transmit(Stanza& stanza) override {
        last = std::move(stanza);
        ++accepted;
        return {};
    }
    std::size_t backlog() const override { return 0; }

    Stanza last;
    std::uint64_t accepted = 0;
};

struct Bench {
    explicit Bench(Router router, EntityOptions options = {})
        : entity("echo.example.com"_jid, loop.executor(), std::move(options)) {
        entity.take(std::move(router));
        entity.opened(sink, now);
    }

    Loop loop;
    Sink sink;
    Instant now{24h};
    HostedEntity entity;
};

Message received(std::string_view from = "juliet@capulet.lit/balcony") {
    Message message("echo.example.com"_jid, "Wherefore art thou?");
    message.set_from(JidView::of_prepared(from));
    message.set_id("ktx72v49");
    return message;
}

// The handler hands the stanza back, so nothing is built or freed: receive, look up, call.
void receive_and_dispatch(benchmark::State& state) {
    Stanza stanza = received();
    Router router;
    for (int i = 1; i < state.range(0); ++i)
        router.answer(IqType::get, "query", "urn:example:" + std::to_string(i), [](const Iq&) {});
    router.on_message([&](Message in) { stanza = std::move(in); });
    Bench bench(std::move(router));
    for ([[maybe_unused]] auto _ : state) bench.entity.receive(std::move(stanza), bench.now);
}
BENCHMARK(receive_and_dispatch)->Arg(1)->Arg(1000);

// Addresses checked, counted, handed to the link.
void check_and_send(benchmark::State& state) {
    Bench bench{Router()};
    bench.sink.last = Message("juliet@capulet.lit/balcony"_jid, "Hi").from("alice@echo.example.com/x"_jid);
    for ([[maybe_unused]] auto _ : state) {
        bench.entity.send(std::move(bench.sink.last));
        if (bench.sink.accepted % 64 == 0) bench.entity.wrote(bench.sink.accepted, bench.now);
    }
}
BENCHMARK(check_and_send);

void request_and_answer(benchmark::State& state) {
    Bench bench{Router()};
    std::uint64_t answered = 0;
    for (int i = 0; i < state.range(0); ++i) {  // so many are open meanwhile
        Iq iq(IqType::get, "juliet@capulet.lit/balcony"_jid);
        iq.add("ping", "urn:xmpp:ping");
        bench.entity.request(
            std::move(iq), [](const Answer&) {}, RequestOptions().timeout(1h));
        bench.entity.wrote(bench.sink.accepted, bench.now);
    }
    Iq ping(IqType::get, "juliet@capulet.lit/balcony"_jid);
    ping.add("ping", "urn:xmpp:ping");
    for ([[maybe_unused]] auto _ : state) {
        bench.entity.request(ping.copy(), [&](const Answer&) { ++answered; });
        Iq answer = Iq(std::move(bench.sink.last)).result();
        bench.entity.wrote(bench.sink.accepted, bench.now);
        bench.entity.receive(std::move(answer), bench.now);
    }
    if (answered != static_cast<std::uint64_t>(state.iterations()))
        state.SkipWithError("Not every request was answered.");
}
BENCHMARK(request_and_answer)->Arg(0)->Arg(100'000);

// ---- bytes in, bytes out ----

constexpr const char* romeo = "romeo@montague.lit/orchard";

Router plain_echo() {
    Router router;
    router.on_message([](const Message& in, Entity& self) {
        if (const auto text = in.body()) self.send(in.reply(*text));
    });
    return router;
}

Router waiting_echo() {
    Router router;
    router.on_message([](const Message& in, Entity& self) -> task<> {
        if (const auto text = in.body()) self.send(in.reply(*text));
        co_return;
    });
    return router;
}

Router plain_pong() {
    Router router;
    router.answer(IqType::get, "ping", "urn:xmpp:ping", [](const Iq&) {});
    return router;
}

Router waiting_pong() {
    Router router;
    router.answer(IqType::get, "ping", "urn:xmpp:ping", [](const Iq&) -> task<> { co_return; });
    return router;
}

// Each of the stanzas comes from another one of so many senders.
template <class Make>
void exchange(benchmark::State& state, Router router, std::size_t senders, const Make& make) {
    std::size_t count = 0;
    const std::string batch = bench::batch_of(
        [&](std::size_t i) { return make("romeo" + std::to_string(i % senders) + "@montague.lit/orchard", i); }, count);
    bench::InProcess service(std::move(router));
    for ([[maybe_unused]] auto _ : state) service.feed(batch);
    const Ledger& ledger = service.entity().ledger();
    if (ledger.issued() != ledger.received() || ledger.ended(Outcome::rejected) != 0)
        state.SkipWithError("Not every stanza was answered.");
    state.counters["each"] = benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(count),
                                                benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

void echo_small(benchmark::State& state, Router router) {
    exchange(state, std::move(router), 100,
             [](const std::string& from, std::size_t i) { return bench::chat_message(from, i, "Wherefore art th"); });
}
BENCHMARK_CAPTURE(echo_small, plain, plain_echo());
BENCHMARK_CAPTURE(echo_small, task, waiting_echo());

void echo_one_sender(benchmark::State& state, Router router) {
    exchange(state, std::move(router), 1,
             [](const std::string& from, std::size_t i) { return bench::chat_message(from, i, "Wherefore art th"); });
}
BENCHMARK_CAPTURE(echo_one_sender, plain, plain_echo());
BENCHMARK_CAPTURE(echo_one_sender, task, waiting_echo());

void echo_modern(benchmark::State& state, Router router) {
    exchange(state, std::move(router), 100, &bench::modern_message);
}
BENCHMARK_CAPTURE(echo_modern, plain, plain_echo());
BENCHMARK_CAPTURE(echo_modern, task, waiting_echo());

void pong(benchmark::State& state, Router router) { exchange(state, std::move(router), 100, &bench::ping); }
BENCHMARK_CAPTURE(pong, plain, plain_pong());
BENCHMARK_CAPTURE(pong, task, waiting_pong());

// The same without service/: what the stream alone takes to read a message and to write the reply to it.
void stream_alone(benchmark::State& state) {
    std::size_t count = 0;
    const std::string batch =
        bench::batch_of([](std::size_t i) { return bench::chat_message(romeo, i, "Wherefore art th"); }, count);
    const Instant now{1h};
    stream::ComponentStream stream({"echo.example.com"_jid, "pass"});
    stream.start(now);
    const auto feed = [&](std::string_view bytes) {
        stream.receive(bytes, now);
        while (auto event = stream.next_event())
            if (auto* got = std::get_if<stream::Received>(&*event)) {
                const Message in(std::move(got->stanza));
                if (stream.send(in.reply(*in.body()))) state.SkipWithError("A reply was refused.");
            }
        stream.wrote(stream.output().size());
    };
    feed(
        "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
        "id='3BF96D32' from='echo.example.com'><handshake/>");
    for ([[maybe_unused]] auto _ : state) feed(batch);
    state.counters["each"] = benchmark::Counter(static_cast<double>(state.iterations()) * static_cast<double>(count),
                                                benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(stream_alone);

}  // namespace
}  // namespace rondel

BENCHMARK_MAIN();
