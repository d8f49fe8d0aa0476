// A million requests that wait for their answers: what they take, what they slow down, and what their ends cost.
#include "../in_process.hpp"
#include "measure.hpp"

namespace rondel::bench {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t many = 1'000'000;

Router echo() {
    Router router;
    router.on_message([](const Message& in, Entity& self) {
        if (const auto text = in.body()) self.send(in.reply(*text));
    });
    return router;
}

// Each to somebody else; what each calls back holds a pointer, as a callback does.
void ask(InProcess& service, std::size_t count, Duration timeout, std::uint64_t& ended) {
    for (std::size_t i = 0; i < count; ++i) {
        Iq iq(IqType::get, JidView::of_prepared("romeo" + std::to_string(i) + "@montague.lit/orchard"));
        iq.add("ping", "urn:xmpp:ping");
        service.entity().request(
            std::move(iq), [&ended](const Answer&) { ++ended; }, RequestOptions().timeout(timeout));
        if (i % 64 == 0) service.flush();
    }
    service.flush();
}

struct Slices {
    double all = 0;
    double longest = 0;

    template <class Work>
    void time(const Work& work) {
        const double took = cpu_seconds_of(work);
        all += took;
        longest = std::max(longest, took);
    }
};

}  // namespace

Figures of_requests() {
    Figures figures;
    std::uint64_t ended = 0;
    InProcess idle(echo());
    InProcess busy(echo());
    ask(busy, 10, 1h, ended);  // what is made once is there
    const double heap = heap_bytes();
    const double resident = resident_bytes();
    const double opening = seconds_of([&] { ask(busy, many, 1h, ended); });
    figures.push_back({"an open request: heap", "bytes", (heap_bytes() - heap) / many, 200, false});
    figures.push_back({"an open request: resident memory", "bytes", (resident_bytes() - resident) / many, 200, false});
    figures.push_back({"to open a request, making it included", "µs", opening * 1e6 / many, std::nullopt, false});

    std::size_t count = 0;
    const std::string batch = batch_of(
        [](std::size_t i) { return chat_message("romeo@montague.lit/orchard", i, "Wherefore art th"); }, count);
    const auto feed = [&](InProcess& service) {
        return [&] {
            for (int i = 0; i < 200; ++i) service.feed(batch);
        };
    };
    figures.push_back(
        {"echo, 1,000,000 requests open against none", "times", speed_ratio(feed(idle), feed(busy), 41), 0.90, true});

    Slices expiring;
    const Instant late = busy.now() + 2h;
    while (ended < many + 10) expiring.time([&] { busy.expire(late); });
    figures.push_back({"a request that times out with 999,999 others", "µs", expiring.all * 1e6 / many, 1, false});
    figures.push_back({"the longest stall by that", "ms", expiring.longest * 1e3, 20, false});

    ended = 0;
    ask(busy, many, 1h, ended);
    Slices losing;
    losing.time([&] { busy.entity().lost({"The benchmark said so.", true, false}, false, 0, busy.now()); });
    while (ended < many) losing.time([&] { busy.expire(busy.now()); });
    figures.push_back({"a request that is lost with 999,999 others", "µs", losing.all * 1e6 / many, 1, false});
    figures.push_back({"the longest stall by that", "ms", losing.longest * 1e3, 20, false});
    return figures;
}

}  // namespace rondel::bench
