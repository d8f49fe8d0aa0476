// A program of ours: an entity, and what net::Host does around it, on the virtual clock. It connects, connects again
// after every loss, and drains.
#pragma once

#include "rondel/base/backoff.hpp"
#include "rondel/service/hosted_entity.hpp"
#include "rondel/service/router.hpp"
#include "rondel/stream/client_stream.hpp"
#include "rondel/stream/component_stream.hpp"
#include "rondel/stream/own_ghosts.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tests/simulator/carrier.hpp"
#include "tests/simulator/world.hpp"

namespace rondel::simulator {

struct ProgramOptions {
    EntityOptions entity = {};
    Duration reconnect_first = std::chrono::seconds(2);
    Duration reconnect_most = std::chrono::seconds(60);
    Duration connect_timeout = std::chrono::seconds(15);
    CarrierOptions carrying = {};
};

// Owns: its entity, its carrier. Borrows: world and network.   Threads: one.
class Program : public Link, private net::ConnectionOwner {
  public:
    Program(World& world, Network& network, DoorKind door, const Jid& address, Router router, ProgramOptions options);
    ~Program() override;
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void start() { connect(); }
    void drain();  // finishes what is in flight, closes in order, and ends
    bool has_ended() const { return ended_; }
    HostedEntity& entity() { return *entity_; }
    const HostedEntity& entity() const { return *entity_; }
    std::uint16_t session() const { return session_; }  // one that is resumed keeps its number
    std::size_t sessions_resumed() const { return resumed_; }
    std::size_t connects() const { return connects_; }

    std::function<void()> on_another_session = {};  // which does not go on from the one before

  protected:
    virtual std::unique_ptr<stream::Stream> make_stream() = 0;
    virtual void opened(const stream::Opened& session, Instant now) = 0;
    virtual void take(stream::Event&, Instant) {}
    virtual bool carries_unsent() const = 0;
    virtual bool keep_session(stream::Stream&) { return false; }
    virtual bool session_is_kept() const { return false; }
    virtual void forget_session() {}

    World& world() { return world_; }
    const stream::Stream& stream() const { return static_cast<const Carrier&>(*wire_).stream(); }  // while there is one
    void session_began() {
        if (++session_ > 1 && on_another_session) on_another_session();
    }
    void after(Duration delay, std::function<void()> call);  // unless it has ended by then
    void session_resumed() { ++resumed_; }

  private:
    void connect();
    void begin(std::shared_ptr<Line> line);
    void close();
    void lose(bool had_session, bool proven, const std::string& why);
    void touched();
    bool gives_up_on(const stream::Closed& over);  // what a program of ours would stop for

    void on_event(stream::Event& event, Instant now) override;
    void on_taken(Instant now) override;
    void on_written(Instant now) override;
    void on_finished() override;
    bool wants_to_read() const override { return entity_->wants_to_read() || closing_; }
    void expire(Instant now) override { entity_->expire(now); }
    Instant deadline() const override { return entity_->deadline(); }

    std::error_code transmit(Stanza& stanza) override;
    std::size_t backlog() const override { return wire_->stream().backlog(); }
    bool is_managed() const override { return wire_->stream().is_managed(); }

    World& world_;
    Network& network_;
    const DoorKind door_;
    const ProgramOptions options_;
    Backoff backoff_;
    std::unique_ptr<HostedEntity> entity_;
    std::unique_ptr<Carrier> wire_;
    stream::Unsent unsent_;
    stream::Closed closed_;
    stream::OwnGhosts ghosts_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // for the calls that are still to come
    std::uint64_t attempt_ = 0;
    std::uint16_t session_ = 0;
    std::size_t resumed_ = 0, connects_ = 0;
    Instant armed_for_ = never;
    bool draining_ = false, closing_ = false, ended_ = false;
};

class ComponentProgram final : public Program {
  public:
    ComponentProgram(World& world, Network& network, const Jid& domain, Router router, ProgramOptions options,
                     stream::StreamOptions stream)
        : Program(world, network, DoorKind::components, domain, std::move(router), std::move(options)),
          domain_(domain),
          stream_(stream) {}

  private:
    std::unique_ptr<stream::Stream> make_stream() override {
        return std::make_unique<stream::ComponentStream>(stream::ComponentCredentials{domain_, "secret"}, stream_);
    }
    void opened(const stream::Opened&, Instant now) override {
        session_began();
        entity().opened(*this, now);
    }
    bool carries_unsent() const override { return true; }

    const Jid domain_;
    const stream::StreamOptions stream_;
};

class ClientProgram final : public Program {
  public:
    ClientProgram(World& world, Network& network, const Jid& account, std::string resource, Router router,
                  ProgramOptions options, stream::ClientStreamOptions stream);

  private:
    std::unique_ptr<stream::Stream> make_stream() override;
    void opened(const stream::Opened& session, Instant now) override;
    void appear(std::uint16_t in_session);
    void take(stream::Event& event, Instant now) override;
    bool carries_unsent() const override { return false; }
    bool keep_session(stream::Stream& over) override;
    bool session_is_kept() const override { return resumption_.has_value(); }
    void forget_session() override { resumption_.reset(); }

    const Jid account_;
    const std::string resource_;
    const stream::ClientStreamOptions stream_;
    std::optional<sasl::Token> token_;
    std::optional<stream::Resumption> resumption_;
};

}  // namespace rondel::simulator
