// Two entities that talk to each other in process, for tests of what is installed on one of them and asked by the
// other.
//
//   EntityPair pair(router);                                        // echo.example.com has the router, romeo has none
//   EXPECT_EQ(pair.run(version::ask(pair.romeo, pair.echo.address())).name, "rondel");
#pragma once

#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/loop.hpp"
#include "rondel/service/router.hpp"

#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <stdexcept>

namespace rondel::test {

class EntityPair {
    class Wire : public Link {  // to the other entity
      public:
        std::error_code transmit(Stanza& stanza) override {
            ++accepted;
            under_way.push_back(std::move(stanza));
            return {};
        }
        std::size_t backlog() const override { return 0; }

        std::uint64_t accepted = 0;
        std::deque<Stanza> under_way;
    };

    Loop loop_;
    Instant now_ = Instant(std::chrono::hours(24));
    Wire to_romeo_;
    Wire to_echo_;

  public:
    HostedEntity echo{"echo.example.com"_jid, loop_.executor()};
    HostedEntity romeo{"romeo@example.net/orchard"_jid, loop_.executor()};

    explicit EntityPair(Router router) {
        echo.clock([this] { return now_; });
        romeo.clock([this] { return now_; });
        echo.take(std::move(router));
        echo.connected(now_);
        echo.opened(to_romeo_, now_);
        romeo.connected(now_);
        romeo.opened(to_echo_, now_);
        settle();
    }

    Instant now() const { return now_; }

    // Stanzas to any address of echo.example.com go to echo, all others to romeo.
    void settle() {
        for (bool busy = true; busy;) {
            busy = loop_.run_ready() != 0;
            busy |= deliver(to_echo_, romeo, echo);
            busy |= deliver(to_romeo_, echo, romeo);
        }
    }

    void advance(Duration duration) {
        for (const Instant end = now_ + duration;;) {
            settle();
            const Instant next = std::min(echo.deadline(), romeo.deadline());
            now_ = std::max(now_, std::min(next, end));
            if (next > end) break;
            echo.expire(now_);
            romeo.expire(now_);
        }
        settle();
    }

    // The task's value, or what it threw. Moves the clock if it has to wait, an hour at most.
    template <class T>
    T run(task<T> work) {
        const auto ending = std::make_shared<Ending<T>>();
        romeo.spawn(watch(std::move(work), ending));
        settle();
        if (!ending->done) advance(std::chrono::hours(1));
        if (ending->thrown) std::rethrow_exception(ending->thrown);
        if (!ending->done) throw std::logic_error("The task waits for what does not come.");
        return std::move(*ending->value);
    }

    // The answer to an iq of romeo's, written as text.
    Iq ask(Iq iq) {
        Answer answer = run(romeo.request(std::move(iq)));
        return std::move(answer.iq());
    }

  private:
    template <class T>
    struct Ending {
        bool done = false;
        std::exception_ptr thrown;
        std::optional<T> value;
    };

    template <class T>
    static task<> watch(task<T> work, std::shared_ptr<Ending<T>> ending) {
        try {
            ending->value.emplace(co_await std::move(work));
        } catch (...) {
            ending->thrown = std::current_exception();
        }
        ending->done = true;
    }

    bool deliver(Wire& wire, HostedEntity& from, HostedEntity& to) {
        if (wire.under_way.empty()) return false;
        Stanza stanza = std::move(wire.under_way.front());
        wire.under_way.pop_front();
        from.wrote(wire.accepted, now_);
        to.receive(std::move(stanza), now_);
        return true;
    }
};

}  // namespace rondel::test
