// One component that is connected to the embedded server: its stream on one side, the switchboard on the other.
#pragma once

#include "rondel/server/switchboard.hpp"
#include "rondel/stream/accepting_stream.hpp"

#include <functional>
#include <string>
#include <unordered_map>

namespace rondel::server {

// What happens where a component is connected already, and another one of its name knows the secret, too (V38).
enum class DuplicateComponent {
    refuse_new,   // the newcomer is told <conflict/>
    replace_old,  // the old one is: it may be a dead connection of the newcomer's own
};

// The components that the server knows, and which of them are connected.
// Borrows: the switchboard.   Threads: one at a time.
class ComponentBook final : public stream::ComponentDirectory {
  public:
    explicit ComponentBook(const Switchboard& board, DuplicateComponent duplicates = DuplicateComponent::refuse_new)
        : board_(board), duplicates_(duplicates) {}
    void add(JidView domain, Secret secret) { secrets_.insert_or_assign(std::string(domain.str()), std::move(secret)); }

    DuplicateComponent duplicates() const { return duplicates_; }

    const Secret* secret_of(std::string_view domain) const override;
    bool is_taken(std::string_view domain) const override {
        return duplicates_ == DuplicateComponent::refuse_new && board_.is_taken(domain);
    }

  private:
    const Switchboard& board_;
    const DuplicateComponent duplicates_;
    std::unordered_map<std::string, Secret> secrets_;
};

// Owns: its seat at the switchboard. Borrows: switchboard and stream.   Threads: one at a time.
class ComponentSession final : public Party {
  public:
    // `touched` is called when the stream has something to write that its own events did not cause.
    ComponentSession(Switchboard& board, stream::Stream& stream, std::function<void()> touched,
                     DuplicateComponent duplicates = DuplicateComponent::refuse_new)
        : board_(board),
          stream_(stream),
          touched_(std::move(touched)),
          duplicates_(duplicates),
          intake_(board.jams()),
          restraint_(touched_) {}
    ~ComponentSession();  // when nothing more is written: messages that never went out whole are bounced
    ComponentSession(const ComponentSession&) = delete;
    ComponentSession& operator=(const ComponentSession&) = delete;

    void take(stream::Event& event, Instant now);
    void deliver(Stanza stanza) override;
    bool give_way(Instant now) override;  // with <conflict/>, where duplicates replace the old one
    std::shared_ptr<Jam> jam() const override { return intake_.jam(); }
    const Jid& address() const { return address_; }  // empty until the handshake

    void wrote() { intake_.measure(stream_.backlog()); }  // call when some of the stream's output has gone out
    // True: somebody to whom it sends does not keep up. It is not to be read until `touched`, or deadline().
    bool is_held() const { return restraint_.is_waiting(); }
    Instant deadline() const { return restraint_.deadline(); }
    void expire(Instant now) { restraint_.expire(now); }

  private:
    void leave();
    void return_unsent();

    Switchboard& board_;
    stream::Stream& stream_;
    std::function<void()> touched_;
    const DuplicateComponent duplicates_;
    Jid address_;
    stream::Unsent unsent_;  // that is to be returned
    Intake intake_;
    Restraint restraint_;
};

}  // namespace rondel::server
