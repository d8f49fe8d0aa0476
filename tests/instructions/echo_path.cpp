// echo_path CASE HANDLER: one component's way from bytes to bytes, without its socket, so often that count.py can tell
// what one stanza costs. CASE: of the echo bench. HANDLER: plain or coroutine.
// Prints {"stanzas": …, "kernels": "…", "compiler": "…"}: of the measured part, which is the function measured_echo.
#include "rondel/xep/ping.hpp"
#include "rondel/xml/scan.hpp"

#include <cstdio>
#include <cstring>
#include <string>

#include "bench/echo/script.hpp"
#include "bench/in_process.hpp"

namespace {

using namespace rondel;

constexpr int rounds = 20;
constexpr std::size_t read_size = 16 * 1024;

void echo(const Message& in, Entity& self) {
    if (auto text = in.body()) self.send(in.reply(*text));
}

task<bool> is_welcome(JidView) { co_return true; }

task<> echo_later(const Message& in, Entity& self) {
    const auto text = in.body();
    if (!text || !co_await is_welcome(in.from())) co_return;
    self.send(in.reply(*text));
}

Router make_router(bool coroutine) {
    Router router;
    if (coroutine)
        router.on_message(echo_later);
    else
        router.on_message(echo);
    ping::install(router);
    return router;
}

}  // namespace

// A name that callgrind can be told.
extern "C" __attribute__((noinline)) void measured_echo(bench::InProcess& host, std::string_view batch) {
    for (int round = 0; round < rounds; ++round) host.feed(batch);
}

int main(int count, char** words) {
    if (count != 3 || !echo_bench::is_case(words[1])) return 2;
    const echo_bench::Script script({words[1], 200, 100, "echo.example.com"});
    std::size_t stanzas = 0;
    while (stanzas < script.units() && script.start(stanzas + 1) <= read_size) ++stanzas;
    const std::string batch(script.bytes(0, stanzas));

    bench::InProcess host(make_router(std::strcmp(words[2], "coroutine") == 0));
    for (int round = 0; round < rounds; ++round) host.feed(batch);
    const std::uint64_t issued = host.entity().ledger().issued();
    if (issued != rounds * stanzas) return 3;
    measured_echo(host, batch);
    if (host.entity().ledger().issued() != 2 * issued) return 3;
    std::printf("{\"stanzas\": %zu, \"kernels\": \"%s\", \"compiler\": \"%s\"}\n", rounds * stanzas,
                xml::fastest_kernels().name, __VERSION__);
}
