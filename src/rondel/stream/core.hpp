// The course of a component stream from its header to its end, as both sides go it. What they do differently is
// virtual. Not for other floors.
//
// Every change of state is in core.cpp, by a turn of state.hpp.
#pragma once

#include "rondel/stream/output.hpp"
#include "rondel/stream/ping.hpp"
#include "rondel/stream/state.hpp"
#include "rondel/stream/stream.hpp"
#include "rondel/stream/watchdog.hpp"

#include <optional>
#include <string>

namespace rondel::stream {

class Core {
  public:
    // `peer` names the other side at the beginning of a sentence: "The server".
    Core(const StreamOptions& options, std::string_view peer);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    virtual ~Core() = default;

    // The verbs of Stream.
    void start(Instant now);
    void receive(std::string_view bytes, Instant now);
    void peer_closed(Instant now);
    void close(std::optional<StreamError> error, Instant now);
    void expire(Instant now);
    Instant deadline() const;
    void listening(bool on, Instant now);
    std::optional<Event> next_event();
    std::error_code send(const Stanza& stanza);
    void adopt(Unsent unsent);
    Output& output() { return output_; }
    std::string_view bytes_to_write() const { return transport_lost_ ? std::string_view() : output_.bytes(); }
    std::uint64_t stanzas_sent() const { return output_.stanzas_added() + adopted_.stanzas(); }
    Unsent take_unsent();
    bool is_open() const { return state_ == State::open; }

  protected:
    // What the sides do.
    virtual bool speaks_first() const = 0;
    virtual std::string own_header() const = 0;
    virtual void take_header() = 0;                               // reader() has the peer's: greeted() or fail()
    virtual void take_credentials(xml::ElementView element) = 0;  // before authentication: authenticated() or fail()
    virtual std::error_code check_sent(const Stanza& stanza) const = 0;
    // What else is wrong with an element than Stanza::parse found, or nothing; may fail() instead.
    virtual std::error_code check_received(xml::ElementView element, std::error_code fault) = 0;
    // Whether a stanza of our own making may go out; may fill in its addresses.
    virtual bool address_answer(Stanza& answer) const = 0;
    virtual std::string advice(
        const StreamError& error) const = 0;  // what to do about an error of the peer; or nothing
    virtual std::string silence() const = 0;  // what the peer did not do in time, while the stream was being opened

    // How they go on.
    void open_output();  // says the own header, if that was not done yet
    void say(std::string_view text) { output_.add(text); }
    void greeted();
    void greeted_without_id();
    void authenticated(std::string stream_id, Jid address, OwnPings pings);
    void fail(CloseCause cause, StreamError error, std::string why);  // says the error and ends the stream
    State state() const { return state_; }
    const xml::Reader& reader() const { return reader_; }

  private:
    void turn(Turn turn) { state_ = after(state_, turn); }
    void end(CloseCause cause, std::optional<StreamError> error, std::string why);
    void say_end(const std::optional<StreamError>& error);
    std::optional<Event> take(xml::Element element);
    std::optional<Event> take_stanza(xml::Element element);
    void answer_fault(xml::ElementView element, std::error_code fault);
    void peer_failed(const StreamError& error);
    void peer_said_end();
    void lose_transport();
    void watch();

    const StreamOptions options_;
    const std::string peer_;
    State state_ = State::idle;
    xml::Reader reader_;
    Output output_;
    Watchdog watchdog_;
    std::optional<OwnPings> pings_;  // once open
    Unsent adopted_;                 // until open

    std::string_view input_;    // borrowed: received and not yet read
    Instant now_;               // of the last call that had one
    Instant deadline_ = never;  // of opening or closing
    bool output_opened_ = false;
    bool transport_ended_ = false;          // nothing more will come …
    bool transport_lost_ = false;           // … and so nothing more need go
    std::optional<Opened> opened_;          // to be reported
    std::optional<StreamError> our_error_;  // that close() was called with
    Closed closed_;                         // to be reported when ended
};

}  // namespace rondel::stream
