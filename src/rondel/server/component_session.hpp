// One component that is connected to the embedded server: its stream on one side, the switchboard on the other.
#pragma once

#include "rondel/server/switchboard.hpp"
#include "rondel/stream/accepting_stream.hpp"

#include <functional>
#include <string>
#include <unordered_map>

namespace rondel::server {

// The components that the server knows, and which of them are connected.
// Borrows: the switchboard.   Threads: one at a time.
class ComponentBook final : public stream::ComponentDirectory {
  public:
    explicit ComponentBook(const Switchboard& board) : board_(board) {}
    void add(JidView domain, Secret secret) { secrets_.insert_or_assign(std::string(domain.str()), std::move(secret)); }

    const Secret* secret_of(std::string_view domain) const override;
    bool is_taken(std::string_view domain) const override { return board_.is_taken(domain); }

  private:
    const Switchboard& board_;
    std::unordered_map<std::string, Secret> secrets_;
};

// Owns: its seat at the switchboard. Borrows: switchboard and stream.   Threads: one at a time.
class ComponentSession final : public Party {
  public:
    // `touched` is called when the stream has something to write that its own events did not cause.
    ComponentSession(Switchboard& board, stream::Stream& stream, std::function<void()> touched)
        : board_(board), stream_(stream), touched_(std::move(touched)) {}
    ~ComponentSession();  // when nothing more is written: messages that never went out whole are bounced
    ComponentSession(const ComponentSession&) = delete;
    ComponentSession& operator=(const ComponentSession&) = delete;

    void take(stream::Event& event);
    void deliver(Stanza stanza) override;
    const Jid& address() const { return address_; }  // empty until the handshake

  private:
    // A component that does not read is not waited for: above this, what is sent to it is answered with
    // resource-constraint.
    static constexpr std::size_t most_backlog = 4 * 1024 * 1024;

    void leave();
    void return_unsent();

    Switchboard& board_;
    stream::Stream& stream_;
    std::function<void()> touched_;
    Jid address_;
};

}  // namespace rondel::server
