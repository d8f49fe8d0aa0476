#include "rondel/tool/once.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/net/run.hpp"

#include <fmt/format.h>

namespace rondel::tool {

namespace {

struct Errand {
    std::function<task<int>(Entity&)> work;
    Component* component = nullptr;
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
    errand.component->drain();
}

}  // namespace

int once(ComponentOptions options, std::function<task<int>(Entity&)> work, Router router) {
    Errand errand{std::move(work)};
    options.reconnect = false;
    router.on_session([&errand](Entity& self) {
        if (!std::exchange(errand.begun, true)) self.spawn(do_it(errand, self));
    });
    Component component(std::move(options), std::move(router));
    errand.component = &component;
    const int ran = run(component);
    return ran != 0 ? ran : errand.status;
}

}  // namespace rondel::tool
