// Ten thousand handlers: what a stanza costs does not depend on how many others could have come.
#include "../in_process.hpp"
#include "measure.hpp"

namespace rondel::bench {

namespace {

// All of one length, so that reads hold as many stanzas whatever they ask.
std::string ns_of(std::size_t handler) { return "urn:example:service:" + std::to_string(10'000 + handler); }

Router with_handlers(std::size_t count) {
    Router router;
    for (std::size_t i = 0; i < count; ++i) router.answer(IqType::get, "query", ns_of(i), [](const Iq&) {});
    router.on_message([](const Message& in, Entity& self) {
        if (const auto text = in.body()) self.send(in.reply(*text));
    });
    return router;
}

std::string query(std::size_t handler, std::size_t number) {
    return "<iq from='romeo@montague.lit/orchard' to='echo.example.com' type='get' id='a" + std::to_string(number) +
           "'><query xmlns='" + ns_of(handler) + "'/></iq>";
}

// Stanzas for handlers all over the router, the next one never for the same.
std::vector<std::string> queries(std::size_t handlers) {
    std::vector<std::string> batches;
    std::size_t number = 0;
    for (int i = 0; i < 100; ++i) {
        std::size_t count = 0;
        batches.push_back(batch_of(
            [&](std::size_t) {
                ++number;
                return query(number * 7919 % handlers, number);
            },
            count));
    }
    return batches;
}

}  // namespace

Figures of_handlers() {
    InProcess few(with_handlers(10));
    InProcess many(with_handlers(10'000));
    std::size_t count = 0;
    const std::string echoes = batch_of(
        [](std::size_t i) { return chat_message("romeo@montague.lit/orchard", i, "Wherefore art th"); }, count);
    const auto echo = [&](InProcess& service) {
        return [&] {
            for (int i = 0; i < 200; ++i) service.feed(echoes);
        };
    };
    const std::vector<std::string> for_few = queries(10);
    const std::vector<std::string> for_many = queries(10'000);
    const auto ask = [](InProcess& service, const std::vector<std::string>& batches) {
        return [&] {
            for (const std::string& batch : batches) service.feed(batch);
        };
    };
    return {
        {"echo, 10,000 handlers against 10", "times", speed_ratio(echo(few), echo(many), 41), 0.95, true},
        {"each stanza to another of 10,000 handlers, against another of 10", "times",
         speed_ratio(ask(few, for_few), ask(many, for_many), 41), std::nullopt, true},
    };
}

}  // namespace rondel::bench
