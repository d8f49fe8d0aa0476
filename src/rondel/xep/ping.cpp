#include "rondel/xep/ping.hpp"

#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"

namespace rondel::ping {

namespace {

task<Duration> measure(Entity& self, Iq iq, RequestOptions options) {
    const Instant sent = self.now();
    co_await ask_iq(self, std::move(iq), std::move(options));
    co_return self.now() - sent;
}

}  // namespace

void install(Router& router) {
    router.answer([](const Ping&) {});
}

task<Duration> ask(Entity& self, JidView to, RequestOptions options) {
    return measure(self, get(to, Ping()), std::move(options));
}

}  // namespace rondel::ping
