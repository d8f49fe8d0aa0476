// Local: the in-process host. Entities that send each other stanzas without sockets, on a clock that the test moves.
//
//   server::Local local;
//   local.attach("echo.example.com"_jid, router);
//   Entity& romeo = local.attach("romeo@example.net/orchard"_jid);
//   romeo.send(Message("echo.example.com"_jid, "Wherefore?"));
//   local.settle();
//   EXPECT_EQ(Message(std::move(local.received(romeo)[0])).body(), "echo: Wherefore?");
//   auto peer = local.run(version::ask(romeo, "echo.example.com"_jid));     // moves the clock where it has to wait
//
// It routes as a server does: to the entity with exactly that address; else to the one of the whole domain (a
// component); else a bare JID to its resources (RFC 6121 §8.5). Where nobody is, errors say so (RFC 6120 §8.3.3, §10),
// never about errors. Nothing is delivered before settle(), advance() or run(), and nothing inside a call to an entity.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/service/router.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace rondel::server {

struct LocalOptions {
    LogSink log = {};
    xml::WriteLimits writing = {};    // what a stream to a server would refuse
    std::size_t endless = 1'000'000;  // deliveries in one settle() after which it throws: somebody echoes an echo
    Instant start = Instant(std::chrono::hours(24));
};

// Owns: the entities, the clock, the executor that runs their handlers.   Threads: one.
class Local {
  public:
    explicit Local(LocalOptions options = {});
    ~Local();
    Local(const Local&) = delete;
    Local& operator=(const Local&) = delete;

    // A domain ("echo.example.com") is a component: it is given everything for that domain and may send from all of it.
    // Any other address is a user's session. In session at once. Throws std::invalid_argument if the address is taken.
    Entity& attach(Jid address, Router router = Router(), EntityOptions options = {});
    // Ends it; the reference stays good. Others are told what they were owed: each iq it had not answered is bounced.
    void detach(Entity& entity);

    // The connection of one entity goes, and comes back: what it sends meanwhile waits, what is sent to it is bounced.
    void disconnect(Entity& entity, std::string_view why = "The test said so.");
    void connect(Entity& entity);

    // What came to an entity, and no request, waiter or handler of it took. Take out, or clear, what was seen.
    std::vector<Stanza>& received(const Entity& entity);

    Instant now() const;
    void settle();                    // delivers and runs until nothing is left to do now
    void advance(Duration duration);  // the same, moving the clock from deadline to deadline; never backwards
    std::size_t pending() const;      // stanzas under way

    // Runs it to its end, moving the clock from deadline to deadline, and returns its value or throws what it threw.
    // Throws std::logic_error if it waits for what cannot come. It must not be called from a handler.
    template <class T>
    T run(task<T> work);

    boost::asio::any_io_executor executor();

  private:
    void finish(const bool& done, const std::exception_ptr& thrown);
    void start(task<> work);

    struct State;
    std::unique_ptr<State> state_;
};

namespace local {

template <class T>
struct Ending {
    bool done = false;
    std::exception_ptr thrown;
    std::optional<T> value;
};
template <>
struct Ending<void> {
    bool done = false;
    std::exception_ptr thrown;
};

template <class T>
task<> watch(task<T> work, std::shared_ptr<Ending<T>> ending) {
    try {
        if constexpr (std::is_void_v<T>)
            co_await std::move(work);
        else
            ending->value.emplace(co_await std::move(work));
    } catch (...) {
        ending->thrown = std::current_exception();
    }
    ending->done = true;
}

}  // namespace local

template <class T>
T Local::run(task<T> work) {
    auto ending = std::make_shared<local::Ending<T>>();
    start(local::watch<T>(std::move(work), ending));
    finish(ending->done, ending->thrown);
    if constexpr (!std::is_void_v<T>) return *std::move(ending->value);
}

}  // namespace rondel::server
