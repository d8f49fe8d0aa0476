// A million strangers: what a stanza costs does not depend on how many people write, and half a minute after the last
// word nothing of them is there.
#include "../in_process.hpp"
#include "measure.hpp"

namespace rondel::bench {

namespace {

constexpr std::size_t stanzas = 1'000'000;

Router plain_echo() {
    Router router;
    router.on_message([](const Message& in, Entity& self) {
        if (const auto text = in.body()) self.send(in.reply(*text));
    });
    router.on_presence([](const Presence&) {});
    return router;
}

Router waiting_echo() {
    Router router;
    router.on_message([](const Message& in, Entity& self) -> task<> {
        if (const auto text = in.body()) self.send(in.reply(*text));
        co_return;
    });
    router.on_presence([](const Presence&) -> task<> { co_return; });
    return router;
}

std::string stanza_of(std::size_t sender, std::size_t number) {
    // All of one length, so that none needs a larger block than the others.
    const std::string from = "stranger" + std::to_string(1'000'000 + sender) + "@montague.lit/orchard";
    if (number % 8 == 7) return "<presence from='" + from + "' to='echo.example.com'/>";
    return chat_message(from, number, "Wherefore art th");
}

// A million stanzas, in reads of 16 KiB.
std::vector<std::string> reads(std::size_t senders) {
    std::vector<std::string> made;
    for (std::size_t number = 0; number < stanzas;) {
        std::size_t count = 0;
        made.push_back(batch_of([&](std::size_t i) { return stanza_of((number + i) % senders, number + i); }, count));
        number += count;
    }
    return made;
}

void compare(std::string_view handler, const Router& router, const std::vector<std::string>& from_few,
             const std::vector<std::string>& from_many, Figures& figures) {
    InProcess service(router);
    const auto feed = [&](const std::vector<std::string>& all) {
        return [&] {
            for (const std::string& one : all) service.feed(one);
        };
    };
    feed(from_few)();
    const double heap = heap_bytes();
    const double resident = resident_bytes();
    const double ratio = speed_ratio(feed(from_few), feed(from_many), 5);
    for (int i = 0; i < 3; ++i) service.expire(service.now() + std::chrono::seconds(10));  // they have rested
    const std::string with = ", " + std::string(handler) + " handler";
    figures.push_back({"echo, 1,000,000 senders against 100" + with, "times", ratio, 0.85, true});
    figures.push_back(
        {"what they leave on the heap, half a minute later" + with, "bytes", heap_bytes() - heap, 4096, false});
    figures.push_back({"what they leave in memory, half a minute later" + with, "KiB",
                       (resident_bytes() - resident) / 1024, 256, false});
}

}  // namespace

Figures of_senders() {
    Figures figures;
    const std::vector<std::string> from_few = reads(100);
    const std::vector<std::string> from_many = reads(stanzas);
    compare("plain", plain_echo(), from_few, from_many, figures);
    compare("coroutine", waiting_echo(), from_few, from_many, figures);
    return figures;
}

}  // namespace rondel::bench
