// What a reply costs: the echo of a chat message, the answer to an iq, and reading and writing a typed payload.
#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/xml/payload.hpp"

#include <optional>
#include <string>

#include <benchmark/benchmark.h>

namespace rondel {
namespace {

Message received(std::size_t body_size) {
    Message message("echo.example.com"_jid, std::string(body_size, 'x'));
    message.set_from("juliet@capulet.lit/balcony"_jid);
    message.set_id("ktx72v49");
    return message;
}

void reply_with_body(benchmark::State& state) {
    const Message in = received(static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(in.reply(*in.body()));
}
BENCHMARK(reply_with_body)->Arg(16)->Arg(1024)->Arg(10'000);

void reply_formatted(benchmark::State& state) {
    const Message in = received(static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(in.reply("echo: {}", *in.body()));
}
BENCHMARK(reply_formatted)->Arg(16)->Arg(1024)->Arg(10'000);

void parse_message(benchmark::State& state) {
    Stanza stanza = received(16);
    for ([[maybe_unused]] auto _ : state) {
        Element element = stanza.release();
        stanza = *Stanza::parse(element);
    }
}
BENCHMARK(parse_message);

struct Version {
    std::string name;
    std::string version;
    std::optional<std::string> os;
    static constexpr auto xml =
        xml::element("query", "jabber:iq:version", xml::child_text("name", &Version::name),
                     xml::child_text("version", &Version::version), xml::child_text("os", &Version::os));
};

Iq request() {
    Iq iq(IqType::get, "echo.example.com"_jid);
    iq.set_from("juliet@capulet.lit/balcony"_jid);
    iq.set_id("v1");
    xml::encode_into(iq.element().ref(), Version{"rondel", "0.1", "Debian"});
    return iq;
}

void iq_result(benchmark::State& state) {
    const Iq in = request();
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(in.result());
}
BENCHMARK(iq_result);

void iq_error(benchmark::State& state) {
    const Iq in = request();
    const StanzaError error(Condition::service_unavailable);
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(in.error_reply(error));
}
BENCHMARK(iq_error);

void decode_payload(benchmark::State& state) {
    const Iq in = request();
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(xml::decode<Version>(in.payload()));
}
BENCHMARK(decode_payload);

void encode_payload(benchmark::State& state) {
    const Version version{"rondel", "0.1", "Debian"};
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(xml::encode(version));
}
BENCHMARK(encode_payload);

}  // namespace
}  // namespace rondel

BENCHMARK_MAIN();
