// A stanza of whichever kind, made as what it is: a handler of messages is given a Message.
#pragma once

#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"

namespace rondel {

// Owns: the stanza. Stays where it is: handlers borrow what is in it.   Threads: one.
class AnyStanza {
  public:
    AnyStanza() = default;
    AnyStanza(const AnyStanza&) = delete;
    AnyStanza& operator=(const AnyStanza&) = delete;

    void hold(Message&& one) { held_ = &(message_ = std::move(one)); }
    void hold(Presence&& one) { held_ = &(presence_ = std::move(one)); }
    void hold(Iq&& one) { held_ = &(iq_ = std::move(one)); }
    void drop() { held_->release(); }

    Stanza& operator*() { return *held_; }
    const Stanza& operator*() const { return *held_; }
    Stanza* operator->() { return held_; }
    const Stanza* operator->() const { return held_; }

    bool is_iq() const { return held_ == &iq_; }
    Iq& iq() { return iq_; }  // of an iq

    template <class Call>
    decltype(auto) visit(const Call& call) {
        if (held_ == &iq_) return call(iq_);
        if (held_ == &presence_) return call(presence_);
        return call(message_);
    }

  private:
    Message message_;
    Presence presence_;
    Iq iq_;
    Stanza* held_ = &message_;
};

}  // namespace rondel
