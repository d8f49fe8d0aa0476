// A stanza that has to wait, for its turn or for a handler that is a task, and all that must live as long.
#pragma once

#include "rondel/service/dispatch.hpp"
#include "rondel/service/owed.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace rondel {

// Owns: the stanza. Shares: the routers that its handlers belong to.   Threads: one.
struct Job {
    std::variant<Message, Presence, Iq> stanza;
    std::string peer;                 // whose turn it takes: the bare JID
    std::shared_ptr<Owed> owed = {};  // of an iq
    Dispatch::Handlers handlers = {};
    Bound<AnswerHandler> answering = {};
    std::vector<std::shared_ptr<Taken>> routers = {};
    bool error_sent = false;  // at most one error for a stanza (RFC 6120 §8.3.1)

    Stanza& as_stanza() {
        return std::visit([](Stanza& one) -> Stanza& { return one; }, stanza);
    }
    std::size_t bytes() const {
        return std::visit([](const Stanza& one) { return one.element().block()->bytes(); }, stanza);
    }
};

}  // namespace rondel
