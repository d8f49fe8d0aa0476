#include "host.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <stdexcept>

#include "server.hpp"
#include <boost/asio/io_context.hpp>
#include <fmt/format.h>
#include <rondel/rondel.hpp>
#include <sys/resource.h>

namespace bench {

using namespace rondel;

namespace {

double seconds_of(const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

// What the process has cost; ru_maxrss is in KiB (getrusage(2)).
Started measure(Duration taken) {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return {std::chrono::duration<double>(taken).count(), seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime),
            usage.ru_maxrss};
}

// The service: it answers what it is told. `answered` is told once.
Router service(std::size_t& seen, std::function<void()> answered) {
    Router router;
    router.on_presence(PresenceType::available, [&seen](const Presence&) { ++seen; });
    router.on_message([answered = std::move(answered)](const Message& in, Entity& self) {
        if (const auto text = in.body()) self.send(in.reply("echo: {}", *text));
        self.post(answered);
    });
    return router;
}

template <class Host>
Started run_until_answered(Host& host, const std::optional<Instant>& answered) {
    boost::asio::io_context io;
    std::string why;
    const Instant began = Clock::now();
    host.start(io.get_executor(), [&](const Ending& ending) { why = ending.why; });
    io.run();
    if (!answered) throw std::runtime_error("The bot was not greeted. " + why);
    return measure(*answered - began);
}

void expect(std::size_t seen, std::size_t wanted, const char* what) {
    if (seen != wanted) throw std::runtime_error(fmt::format("{} {} of {} came.", seen, what, wanted));
}

task<> probe_all(Entity& self, std::size_t contacts) {
    for (std::size_t i = 0; i < contacts; ++i) {
        if (i % 100 == 0) co_await self.writable();
        subscriptions::probe(self, Jid::parse(fmt::format("contact{:06}@example.com", i)).value());
    }
}

}  // namespace

Started start_client(const std::string& server, std::size_t contacts) {
    std::size_t seen = 0;
    std::optional<Instant> answered;
    const auto roster = std::make_shared<roster::Roster>();
    std::unique_ptr<Client> host;
    Router router = service(seen, [&] {
        answered = Clock::now();
        host->drain();
    });

    ClientOptions options;
    options.jid = account;
    options.password = password;
    options.server = server;
    options.tls.mode = net::TlsOptions::Mode::off;
    options.roster = roster;  // fetched before the presence is sent
    // The roster is one stanza: the limits that protect a bot from strangers must be raised for it.
    options.stream.after.stanza_bytes = 256 * 1024 * 1024;
    options.stream.after.elements = 16'000'000;
    host = std::make_unique<Client>(std::move(options), std::move(router));
    const Started started = run_until_answered(*host, answered);
    expect(roster->size(), contacts, "roster items");
    expect(seen, contacts, "presences");
    return started;
}

Started start_component(const std::string& server, std::size_t probes) {
    std::size_t seen = 0;
    std::optional<Instant> answered;
    std::unique_ptr<Component> host;
    Router router = service(seen, [&] {
        answered = Clock::now();
        host->drain();
    });
    router.on_session([&](Entity& self) { self.spawn(probe_all(self, probes)); });

    ComponentOptions options;
    options.domain = domain;
    options.secret = password;
    options.server = server;
    host = std::make_unique<Component>(std::move(options), std::move(router));
    const Started started = run_until_answered(*host, answered);
    expect(seen, probes, "presences");
    return started;
}

}  // namespace bench
