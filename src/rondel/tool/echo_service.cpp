#include "rondel/tool/echo_service.hpp"

#include "rondel/base/version.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/entity_time.hpp"
#include "rondel/xep/last_activity.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/version.hpp"

#include <chrono>

namespace rondel::tool {

namespace {

void echo(const Message& in, Entity& self) {
    if (auto text = in.body()) self.send(in.reply("echo: {}", *text));
}

entity_time::Time utc_now() {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return entity_time::Time{.offset = {}, .utc = now};
}

}  // namespace

Router echo_service(EchoHost host) {
    Router router;
    router.on_message(MessageType::chat, echo).on_message(MessageType::normal, echo);
    disco::install(router, host == EchoHost::client
                               ? Identity{.category = "client", .type = "bot", .name = "Echo"}
                               : Identity{.category = "component", .type = "generic", .name = "Echo"});
    ping::install(router);
    version::install(router, {.name = "rondel echo", .version = library_version});
    entity_time::install(router, utc_now);
    last_activity::install(router, Clock::now());
    return router;
}

}  // namespace rondel::tool
