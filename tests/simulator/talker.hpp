// Whoever speaks in a simulated world: hands over numbered messages and requests to the others, hears theirs, and
// enters all of it into the books.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/service/router.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tests/simulator/world.hpp"

namespace rondel::simulator {

// What is said, by all together.
struct Talk {
    std::size_t messages = 200;
    std::size_t requests = 200;
    std::size_t open_each = 40;                      // so many may one have open; then it waits
    Duration pause = std::chrono::milliseconds(20);  // between two bursts, at most
    std::size_t burst = 8;
    Duration slow_answer = std::chrono::milliseconds(50);
    Duration request_timeout = std::chrono::seconds(30);
    bool long_texts = true;
    bool to_those_there = false;  // nineteen times in twenty; else to anybody
};

class Talker {
  public:
    Talker(World& world, const Talk& talk, Speaker number, Jid address, bool lasting);
    Talker(const Talker&) = delete;
    Talker& operator=(const Talker&) = delete;

    Router router();  // hears, and answers. A new one for each life of the service inside
    void is(Entity* entity) { entity_ = entity; }
    void session_is(std::function<std::uint16_t()> session) { session_ = std::move(session); }
    const Jid& address() const { return address_; }
    Speaker number() const { return number_; }

    // Says something now and then, to the others, until all is said.
    void begin(std::vector<Talker*> others);
    std::size_t open() const { return open_; }
    bool is_there() const { return entity_ != nullptr && entity_->in_session(); }

    std::function<bool()> may_speak = [] { return true; };

  private:
    void burst();
    void say(Talker& to);
    void ask(Talker& whom);
    void ended(Number number, Outcome outcome);
    std::string text();
    void enter(const Stanza& stanza);

    World& world_;
    const Talk& talk_;
    const Speaker number_;
    const Jid address_;
    const bool lasting_;
    Entity* entity_ = nullptr;
    std::function<std::uint16_t()> session_ = [] { return std::uint16_t{0}; };
    std::vector<Talker*> others_;
    std::size_t open_ = 0;
    std::size_t open_requests_ = 0;  // of these
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace rondel::simulator
