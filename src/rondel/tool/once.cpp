#include "rondel/tool/once.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/net/run.hpp"

#include <fmt/format.h>

namespace rondel::tool {

namespace {

struct Errand {
    std::function<task<int>(Entity&)> work;
    std::function<void()> drain = {};
    int status = 1;
    bool begun = false;
};

// A free function, as the frame of a coroutine lambda would outlive what the lambda captured.
task<> do_it(Errand& errand, Entity& self) {
    try {
        errand.status = co_await errand.work(self);
    } catch (const StanzaError& error) {
        const std::string text = error.text().empty() ? std::string() : ": " + sanitize_for_log(error.text());
        fmt::print(stderr, "{} ({}){}\n", to_string(error.condition()), to_string(error.type()), text);
    } catch (const std::exception& error) {
        fmt::print(stderr, "{}\n", error.what());
    }
    errand.drain();
}

template <class Host>
int run_for(Host& host, Errand& errand) {
    errand.drain = [&host] { host.drain(); };
    const int ran = run(host);
    return ran != 0 ? ran : errand.status;
}

}  // namespace

int once(const ConnectionOptions& how, std::function<task<int>(Entity&)> work, Router router) {
    Errand errand{std::move(work)};
    router.on_session([&errand](Entity& self) {
        if (!std::exchange(errand.begun, true)) self.spawn(do_it(errand, self));
    });
    if (how.is_client()) {
        ClientOptions options = how.client_options();
        options.reconnect = false;
        options.initial_presence = false;
        Client client(std::move(options), std::move(router));
        return run_for(client, errand);
    }
    ComponentOptions options = how.component_options();
    options.reconnect = false;
    Component component(std::move(options), std::move(router));
    return run_for(component, errand);
}

}  // namespace rondel::tool
