// A component alone with whatever server the test plays, and what became of each of its messages.
#pragma once

#include "rondel/net/component.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/loopback.hpp"

namespace rondel::testing {

class LoneComponentTest : public LoopbackTest {
  protected:
    ComponentOptions options(const std::string& server) {
        ComponentOptions options;
        options.domain = "echo.localhost";
        options.secret = "pass";
        options.server = server;
        options.reconnect_first = std::chrono::milliseconds(2);
        options.reconnect_most = std::chrono::milliseconds(20);
        options.log = [this](LogLevel, std::string_view sentence) { said.emplace_back(sentence); };
        return options;
    }

    void start(ComponentOptions with, Router router = {}) {
        router.on_session([this](Entity&) { ++sessions; });
        component = std::make_unique<Component>(std::move(with), std::move(router));
        component->start(io.get_executor(), [this](const Ending& how) { ending = how; });
    }

    // Sends message number `n` of this test, and keeps how it ended.
    bool send(std::size_t n, std::size_t size = 10) {
        Message message("juliet@example.net"_jid, std::string(size, 'x'));
        message.set_id("n" + std::to_string(n));
        return bool(component->entity().send(std::move(message), [this, n](Outcome how) {
            EXPECT_TRUE(outcomes.try_emplace(n, how).second) << "number " << n << " ended twice";
        }));
    }

    // The numbers of the messages that the server heard to their end, in order.
    static std::vector<std::size_t> numbers(std::string_view heard) {
        std::vector<std::size_t> found;
        for (std::size_t at = 0; (at = heard.find(" id='n", at)) != std::string_view::npos; ++at)
            found.push_back(std::stoul(std::string(heard.substr(at + 6, 20))));
        return found;
    }

    std::vector<std::string> said;
    std::optional<Ending> ending;
    std::map<std::size_t, Outcome> outcomes;
    int sessions = 0;
    std::unique_ptr<Component> component;  // the last: its end is told to those above
};

}  // namespace rondel::testing
