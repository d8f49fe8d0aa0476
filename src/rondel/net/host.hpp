// What Component and Client have in common: it connects, and connects again after every loss, with growing, jittered
// delays; it carries stanzas between its entity and the stream of the moment; it drains, and it ends. Not for
// applications.
#pragma once

#include "rondel/base/backoff.hpp"
#include "rondel/net/component.hpp"
#include "rondel/net/connection.hpp"
#include "rondel/net/connector.hpp"
#include "rondel/service/hosted_entity.hpp"
#include "rondel/stream/own_ghosts.hpp"

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace rondel::net {

// Those of the options that both have.
struct HostOptions {
    Duration reconnect_first, reconnect_most, drain_timeout, write_deadline, connect_timeout;
    bool reconnect = true;
    EntityOptions entity;
    LogSink log;
    TrafficSink traffic;
    TlsOptions::Mode tls = TlsOptions::Mode::off;
};

template <class Options>
HostOptions host_options(const Options& of) {
    return {of.reconnect_first, of.reconnect_most, of.drain_timeout, of.write_deadline, of.connect_timeout,
            of.reconnect,       of.entity,         of.log,           of.traffic,        of.tls.mode};
}

// Owns: its entity, its connection.   Threads: everything on the executor given to start(), but post().
class Host : public std::enable_shared_from_this<Host>, public Link, private ConnectionOwner {
  public:
    Host(HostOptions options, Router router);
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    // What the classes for applications offer.
    void start(const boost::asio::any_io_executor& executor, std::function<void(const Ending&)> ended);
    void drain();
    void end(const Ending& ending);
    void abandon();  // its owner goes: nobody is told
    void post(std::function<void(Entity&)> call);
    Entity& self() { return entity_->self(); }
    void log_to(LogSink log);

  protected:
    // ---- what the hosts do differently ----

    // Looks at the options: a sentence if they are wrong. `address`: whom the entity is until a session says more.
    virtual std::string check(Jid& address) = 0;
    // Where to go next; why not, as a sentence, if the options do not allow to find out.
    struct Obstacle {
        std::string why = {};
        bool for_now = false;  // trying again may help
    };
    virtual Obstacle plan(ConnectOptions& how) = 0;
    virtual std::unique_ptr<stream::Stream> make_stream(const Transport& transport) = 0;
    virtual void opened(const stream::Opened& session, Instant now) = 0;
    virtual void take(stream::Event&, Instant) {}  // any other than of stanzas, sessions and ends
    // Whether trying again cannot help, or is to be done at once.
    struct Verdict {
        std::string why;
        bool fatal = false;
        bool at_once = false;
    };
    virtual Verdict judge(const stream::Closed& closed) = 0;
    // Whether what a stream accepted and could not write any more is for the next session.
    virtual bool carries_unsent() const = 0;
    // Whether the session of this stream that has ended may go on with another one: then it keeps it.
    virtual bool keep_session(stream::Stream&) { return false; }
    virtual bool session_is_kept() const { return false; }
    virtual void forget_session() {}

    // ---- how they go on ----

    HostedEntity& entity() { return *entity_; }
    Connection* wire() { return wire_.get(); }
    const boost::asio::any_io_executor& executor() const { return executor_; }
    bool had_session() const { return had_session_; }
    // Asked when a session ended with <conflict/>: an earlier connection of ours may be what displaced it.
    bool is_own_ghost() { return ghosts_.may_have_done_it(Clock::now()); }
    void session_began(std::string_view address);  // the delays begin anew
    void log(LogLevel level, std::string_view sentence) const;

  private:
    void run_posted();
    void connect();
    void connect_once();
    void begin(std::unique_ptr<Transport> transport);
    void lack_memory();
    void close();
    void lose(const Verdict& verdict, bool had_session, bool proven);
    void try_again(const Verdict& verdict);
    void end_soon(std::string why);
    void warn_of_insecurity() const;
    void touched();
    bool show(Direction direction, xml::ElementView element);  // false: whoever saw it has ended us

    // ConnectionOwner
    void on_event(stream::Event& event, Instant now) override;
    [[gnu::noinline]] void on_unusual_event(stream::Event& event, Instant now);
    void on_taken(Instant now) override;
    void on_written(Instant now) override;
    void on_finished() override;
    [[gnu::hot]] bool wants_to_read() const override { return closing_ || entity_->wants_to_read(); }
    void expire(Instant now) override { entity_->expire(now); }
    Instant deadline() const override { return entity_->deadline(); }

    // Link
    std::error_code transmit(Stanza& stanza) override;
    void transmitted(const Stanza& stanza) override;
    [[gnu::hot]] std::size_t backlog() const override { return wire_->stream().backlog(); }
    bool is_managed() const override { return wire_->stream().is_managed(); }

    HostOptions common_;
    Router router_;
    boost::asio::any_io_executor executor_;
    std::function<void(const Ending&)> ended_;
    Backoff backoff_;
    std::unique_ptr<HostedEntity> entity_;
    std::unique_ptr<Connector> connector_;
    std::shared_ptr<const TlsSide> tls_;
    std::unique_ptr<Connection> wire_;
    std::unique_ptr<boost::asio::steady_timer> retry_timer_, drain_timer_, idle_timer_;
    stream::Unsent unsent_;
    stream::Closed closed_;
    std::mutex posting_;  // guards the next three
    std::vector<std::function<void(Entity&)>> posted_;
    bool running_ = false;
    bool post_closed_ = false;
    stream::OwnGhosts ghosts_;
    std::string last_trouble_;  // said once, not at every attempt
    bool had_session_ = false;
    bool draining_ = false;
    bool closing_ = false;
    bool has_ended_ = false;
};

}  // namespace rondel::net
