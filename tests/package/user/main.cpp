#include <cstdio>
#include <rondel/rondel.hpp>

using namespace rondel::literals;

int main() {
    rondel::Router router;
    router.on_message([](const rondel::Message& in, rondel::Entity& self) { self.send(in.reply("echo: {}", *in.body())); });
    rondel::server::Local local;
    local.attach("echo.localhost"_jid, router);
    rondel::Entity& romeo = local.attach("romeo@localhost/orchard"_jid);
    romeo.send(rondel::Message("echo.localhost"_jid, "Wherefore?"));
    local.settle();
    const rondel::Message answer(std::move(local.received(romeo).at(0)));
    std::puts(std::string(*answer.body()).c_str());
    // Never called: that it links is what counts.
    if (answer.body() == "no") return rondel::run(rondel::Component({.domain = "echo.localhost"}, router));
}
