// The course of a stream from its header to its end, as both sides of every kind go it. What differs is virtual. Not
// for other floors.
//
// Every change of state is in core.cpp or core_ending.cpp, by a turn of state.hpp. Between start() and opened() a side
// goes through as many steps as it has: take_header(), then negotiate() for each element, until one of restart(),
// want_tls(), opened() or fail(). Where it stands among its own steps is its own affair.
//
//                    ┌───────────── restart() ◀── SASL success
//                    ▼                  │
//   start() ─▶ awaiting_header ─▶ negotiating ── opened() ─▶ open ── close() ─▶ closing ─▶ ended
//                    ▲                  │
//              secured() ◀── awaiting_tls ◀── want_tls()
#pragma once

#include "rondel/stream/incoming.hpp"
#include "rondel/stream/management.hpp"
#include "rondel/stream/output.hpp"
#include "rondel/stream/ping.hpp"
#include "rondel/stream/state.hpp"
#include "rondel/stream/stream.hpp"
#include "rondel/stream/watchdog.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rondel::stream {

class Core {
  public:
    struct Kind {
        std::string_view peer;        // the other side, at the beginning of a sentence: "The server"
        std::string_view content_ns;  // of the stanzas, on the wire
        Framing framing = Framing::tcp;
        ManagementLimits management = {};
        bool blanks_may_lead = false;  // white space in front of TLS and of a restarted stream is let pass
    };

    Core(const StreamOptions& options, const Kind& kind);
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;
    virtual ~Core() = default;

    // The verbs of Stream.
    void start(Instant now);
    void secured(TlsFacts facts, Instant now);
    void receive(std::string_view bytes, Instant now);
    void peer_closed(Instant now);
    void close(std::optional<StreamError> error, Instant now);
    void break_off(Untaken untaken, std::string why, Instant now);
    void expire(Instant now);
    Instant deadline() const;
    void listening(bool on, Instant now);
    [[gnu::hot]] std::optional<Event> next_event();
    [[gnu::hot]] std::error_code send(const Stanza& stanza);
    void watch_sent(std::function<void(const Stanza&)> call) { on_sent_ = std::move(call); }
    void adopt(Unsent unsent);
    Output& output() { return output_; }
    std::string_view bytes_to_write() const { return transport_lost_ ? std::string_view() : output_.bytes(); }
    std::uint64_t stanzas_sent() const { return management_.carried() + output_.stanzas_added() + adopted_.stanzas(); }
    std::uint64_t stanzas_written() const { return management_.carried() + output_.stanzas_written(); }
    std::uint64_t stanzas_acknowledged() const { return management_.acknowledged(); }
    bool is_managed() const { return management_.is_on(); }
    Unsent take_unsent();
    bool is_open() const { return state_ == State::open; }

  protected:
    // What the sides do.
    virtual bool speaks_first() const = 0;
    virtual std::string own_header() const = 0;        // asked anew for each restart
    virtual void take_header() = 0;                    // header() is the peer's: greeted() or fail()
    virtual void negotiate(xml::Element element) = 0;  // before opened()
    virtual std::error_code check_sent(const Stanza& stanza) const = 0;
    // What else is wrong with an element than Stanza::parse found, or nothing; may fail() instead, and may change it
    // (a server says who it is from).
    virtual std::error_code check_received(xml::Element& element, std::error_code fault) = 0;
    // Once open: an element that is no stanza. True: it was one of the protocol, and nobody else's affair.
    virtual bool take_other(xml::ElementView) { return false; }
    // Whether a stanza of our own making may go out; may fill in its addresses.
    virtual bool address_answer(Stanza& answer) const = 0;
    virtual std::string advice(
        const StreamError& error) const = 0;  // what to do about an error of the peer; or nothing
    virtual std::string silence() const = 0;  // what the peer did not do in time, while the stream was being opened
    // Whether the session outlives this stream: then a peer that went silent is not told that we end, as it might take
    // that for the end of the session (XEP-0198 §5).
    virtual bool outlives_silence() const { return false; }

    // How they go on.
    void open_output();                                     // says the own header, if that was not done yet
    void say(std::string_view text) { output_.add(text); }  // an element that is no stanza, whole
    void greeted();
    void greeted_without_id();
    void restart();   // before the peer's new header is read, and behind ours if we speak first
    void want_tls();  // say what is to be said in plain text before
    void opened(Opened how, OwnPings pings);
    void report(Event event) { due_.push_back(std::move(event)); }            // before anything else is read
    void hold(xml::Element element) { held_.push_back(std::move(element)); }  // a stanza that came before opened()
    void fail(CloseCause cause, StreamError error, std::string why);          // says the error and ends the stream
    // The same without saying an error; `told` is for our own side.
    void leave_off(CloseCause cause, std::string why, std::optional<StreamError> told = std::nullopt);
    std::size_t held() const { return held_.size(); }
    State state() const { return state_; }
    const Incoming& incoming() const { return incoming_; }
    xml::ElementView header() const { return incoming_.header(); }
    const std::optional<TlsFacts>& tls() const { return tls_; }  // nothing: the transport is not secure
    Instant now() const { return now_; }

    // Stream management (XEP-0198).
    void manage();  // from <enable/> and <enabled/> on
    // From <resume/> and <resumed/> on: what the peer has not taken is said again. False: it says that it took more
    // than there was; the stream has failed then.
    bool resume_from(const Resumption& earlier, std::uint32_t h);
    void fail_acknowledgement(std::uint32_t h, std::uint32_t sent);  // of more than was sent (R127)
    std::uint32_t handled() const { return management_.handled(); }
    const Closed& ending() const { return closed_; }  // once ended
    // What is left of the session, `id`, `address` and the like to be filled in: nothing of it is written any more.
    Resumption leave();

  private:
    void turn(Turn turn) { state_ = after(state_, turn); }
    void end(CloseCause cause, std::optional<StreamError> error, std::string why);
    void say_end(const std::optional<StreamError>& error);
    [[gnu::cold]] std::optional<Event> next_due();
    bool take(xml::Element& element, Stanza& stanza, std::error_code& fault);
    bool take_element(xml::Element& element, Stanza& stanza, std::error_code& fault);
    bool take_stanza(xml::Element& element, Stanza& stanza, std::error_code& fault);
    [[gnu::cold]] void cannot_read(std::error_code why);
    bool take_management(xml::ElementView element);
    std::error_code put(const Stanza& stanza, const xml::WriteLimits& limits, bool counted);
    void keep(bool counted);  // what was just put, until it is acknowledged
    void put(const Unsent& unsent);
    void kept();
    void ask();
    [[gnu::cold]] void answer_fault(xml::ElementView element, std::error_code fault);
    static constexpr std::uint8_t most_tries = 5;  // to read it
    bool has_tried_enough() const { return tries_ >= 2 && management_.handled() == tried_at_; }
    void peer_failed(const StreamError& error);
    [[gnu::cold]] void peer_said_end();
    void peer_redirected(std::string_view uri);
    [[gnu::cold]] void spoke_plainly();
    [[gnu::hot]] void skip_blanks();
    [[gnu::cold]] void lose_transport();
    void watch();
    void give_up(std::string why);
    void say_request();
    void tried();

    const StreamOptions options_;
    const Kind kind_;
    State state_ = State::idle;
    Incoming incoming_;
    Output output_;
    Management management_;
    Watchdog watchdog_;
    std::optional<OwnPings> pings_;  // once open
    Unsent adopted_;                 // until open
    std::string last_to_;            // of a stanza, as Stanza::take wants it kept
    std::function<void(const Stanza&)> on_sent_;
    std::optional<TlsFacts> tls_;

    std::string_view input_;    // borrowed: received and not yet read
    Instant now_;               // of the last call that had one
    Instant deadline_ = never;  // of opening or closing
    bool was_greeted_ = false;
    bool restarted_ = false;  // and nothing of the new stream has come
    bool output_opened_ = false;
    bool end_said_ = false;
    bool transport_ended_ = false;          // nothing more will come …
    bool transport_lost_ = false;           // … and so nothing more need go
    std::vector<Event> due_;                // to be reported
    std::vector<xml::Element> held_;        // to be taken once open
    std::size_t held_unmanaged_ = 0;        // the first of them, which came before management
    std::uint8_t tries_ = 0;                // how often in a row memory ended at the stanza …
    std::uint32_t tried_at_ = 0;            // … that comes behind these
    std::optional<StreamError> our_error_;  // that close() was called with
    Closed closed_;                         // to be reported when ended
};

}  // namespace rondel::stream
