#include "rondel/stream/core.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/stanza/iq.hpp"
#include "rondel/stream/component_stream.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/stream/later.hpp"

#include <stdexcept>
#include <utility>

namespace rondel::stream {

namespace {

// A stream error of the peer for a log. Its text is for people, and is nobody's to trust (RFC 6120 §4.9.2).
std::string describe(const StreamError& error) {
    constexpr std::size_t enough = 200;
    std::string description(to_string(error.condition));
    if (!error.application.empty()) description += "/" + sanitize_for_log(error.application.substr(0, enough));
    if (!error.text.empty()) description += " (" + sanitize_for_log(error.text.substr(0, enough)) + ")";
    return description;
}

bool says_who_we_are_not(StreamCondition condition) {
    return condition == StreamCondition::not_authorized || condition == StreamCondition::host_unknown ||
           condition == StreamCondition::host_gone;
}

}  // namespace

Core::Core(const StreamOptions& options, std::string_view peer)
    : options_(options),
      peer_(peer),
      reader_(options.before, component_accept_ns),
      watchdog_({options.ping_after, options.ping_timeout, options.whitespace_after}) {}

void Core::start(Instant now) {
    if (state_ != State::idle) return;
    now_ = now;
    deadline_ = later(now, options_.opening);
    turn(Turn::started);
    if (speaks_first()) open_output();
}

void Core::receive(std::string_view bytes, Instant now) {
    if (!input_.empty()) throw std::logic_error("Drain next_event() before the next receive().");
    now_ = now;
    if (!is_live(state_) || bytes.empty()) return;
    input_ = bytes;
    watchdog_.heard(now);
}

std::optional<Event> Core::next_event() {
    for (;;) {
        if (opened_) return *std::exchange(opened_, std::nullopt);
        if (state_ == State::ended) {
            turn(Turn::reported);
            return std::move(closed_);
        }
        if (!is_live(state_)) return std::nullopt;
        switch (reader_.next(input_)) {
            case xml::Reader::Step::more:
                if (!transport_ended_) return std::nullopt;
                lose_transport();
                break;
            case xml::Reader::Step::opened:
                take_header();
                if (is_live(state_)) return Connected{};
                break;
            case xml::Reader::Step::element:
                if (auto event = take(reader_.element())) return event;
                break;
            case xml::Reader::Step::closed:
                peer_said_end();
                break;
            case xml::Reader::Step::failed: {
                const StreamError error = StreamError::for_unreadable(reader_.error());
                fail(CloseCause::error_from_us, error,
                     peer_ + " sent what cannot be read. " + error.text +
                         (state_ == State::awaiting_header ? " " + silence() : ""));
                break;
            }
        }
    }
}

// ---- opening ----

void Core::open_output() {
    if (!std::exchange(output_opened_, true)) say(own_header());
}

void Core::greeted() { turn(Turn::greeted); }
void Core::greeted_without_id() { turn(Turn::greeted_without_id); }

void Core::authenticated(std::string stream_id, Jid address, OwnPings pings) {
    turn(Turn::authenticated);
    pings_ = std::move(pings);
    output_.add(std::exchange(adopted_, {}));
    reader_.limits(options_.after);
    watchdog_.start(now_, output_.bytes_added());
    deadline_ = never;
    opened_ = Opened{std::move(stream_id), std::move(address)};
    closed_.was_open = true;
}

// ---- receiving ----

std::optional<Event> Core::take(xml::Element element) {
    if (element.is("error", streams_ns)) {
        peer_failed(StreamError::parse(element));
        return std::nullopt;
    }
    if (element.is("stream", streams_ns)) {  // a header inside the stream would start it anew (V04)
        fail(CloseCause::error_from_us, {StreamCondition::bad_format, "A stream header must not come again."},
             peer_ + " sent a second stream header.");
        return std::nullopt;
    }
    if (!is_opening(state_)) return take_stanza(std::move(element));
    take_credentials(element);
    return std::nullopt;
}

std::optional<Event> Core::take_stanza(xml::Element element) {
    Result<Stanza> stanza = Stanza::parse(element);
    std::error_code fault = stanza ? std::error_code() : stanza.error();
    if (stanza && pings_->concerns(*stanza)) return std::nullopt;
    fault = check_received(stanza ? stanza->element() : element, fault);
    if (!is_live(state_)) return std::nullopt;
    if (!fault) return Received{std::move(*stanza)};
    if (stanza) element = stanza->release();
    answer_fault(element, fault);
    return Refused{std::move(element), fault};
}

void Core::answer_fault(xml::ElementView element, std::error_code fault) {
    if (state_ != State::open) return;
    std::optional<Stanza> answer = fault_reply(element, fault);
    if (answer && address_answer(*answer))
        output_.add_stanza(answer->element(), component_accept_ns, options_.writing, false);
}

// ---- sending ----

std::error_code Core::send(const Stanza& stanza) {
    if (state_ != State::open) return StreamFault::not_open;
    if (const std::error_code fault = check_sent(stanza)) return fault;
    return output_.add_stanza(stanza.element(), component_accept_ns, options_.writing, true);
}

void Core::adopt(Unsent unsent) {
    if (state_ == State::open) return output_.add(unsent);
    adopted_.bytes += unsent.bytes;
    adopted_.sizes.insert(adopted_.sizes.end(), unsent.sizes.begin(), unsent.sizes.end());
}

Unsent Core::take_unsent() {
    Unsent unsent = output_.take_unsent();
    unsent.bytes += adopted_.bytes;
    unsent.sizes.insert(unsent.sizes.end(), adopted_.sizes.begin(), adopted_.sizes.end());
    adopted_ = {};
    return unsent;
}

// ---- time ----

Instant Core::deadline() const { return state_ == State::open ? watchdog_.deadline() : deadline_; }

void Core::listening(bool on, Instant now) {
    now_ = now;
    watchdog_.listening(on, now);
}

void Core::expire(Instant now) {
    now_ = now;
    if (now < deadline()) return;
    if (state_ == State::open) return watch();
    if (state_ == State::closing)
        end(CloseCause::closed_by_us, our_error_, "We closed the stream. " + peer_ + " did not close its own in time.");
    else
        fail(CloseCause::timed_out, {StreamCondition::connection_timeout}, silence());
}

void Core::watch() {
    if (!input_.empty()) watchdog_.heard(now_);  // not the peer is slow: we have yet to read what it said
    for (;;) {
        switch (watchdog_.due(now_, output_.bytes_added())) {
            case Watchdog::Due::nothing:
                return;
            case Watchdog::Due::ping:
                output_.add_stanza(pings_->next().element(), component_accept_ns, {}, false);
                break;
            case Watchdog::Due::space:
                say(" ");
                break;
            case Watchdog::Due::giving_up:
                return fail(CloseCause::timed_out, {StreamCondition::connection_timeout},
                            peer_ + " has gone silent: it did not even answer a ping. The connection is dead.");
        }
    }
}

// ---- ending ----

void Core::close(std::optional<StreamError> error, Instant now) {
    now_ = now;
    if (state_ == State::open) {
        say_end(error);
        turn(Turn::closed_by_us);
        deadline_ = later(now, options_.closing);
        our_error_ = std::move(error);
    } else if (state_ == State::idle || is_opening(state_)) {
        say_end(error);
        end(CloseCause::closed_by_us, std::move(error), "We closed the stream before it was open.");
    }
}

void Core::peer_closed(Instant now) {
    now_ = now;
    if (state_ == State::idle)
        end(CloseCause::connection_lost, std::nullopt, "The connection was lost before it was used.");
    transport_ended_ = true;
}

void Core::lose_transport() {
    transport_lost_ = true;
    if (state_ == State::closing)
        end(CloseCause::closed_by_us, our_error_, "We closed the stream. " + peer_ + " ended the connection.");
    else if (state_ == State::open)
        end(CloseCause::connection_lost, std::nullopt,
            reader_.pending_bytes() > 0 ? "The connection was lost in the middle of a stanza."
                                        : "The connection was lost. " + peer_ + " had not closed the stream.");
    else
        end(CloseCause::connection_lost, std::nullopt, "The connection was lost. " + silence());
}

void Core::peer_said_end() {
    if (state_ == State::closing) {
        closed_.proven = true;
        return end(CloseCause::closed_by_us, our_error_, "We closed the stream. " + peer_ + " closed it too.");
    }
    say_end(std::nullopt);
    end(CloseCause::closed_by_peer, std::nullopt,
        is_opening(state_) ? peer_ + " closed the stream. " + silence() : peer_ + " closed the stream.");
}

void Core::peer_failed(const StreamError& error) {
    if (state_ == State::closing)
        return end(CloseCause::closed_by_us, error, "We closed the stream; at its end came: " + describe(error) + ".");
    const bool refused = is_opening(state_) && says_who_we_are_not(error.condition);
    const std::string what_to_do = advice(error);
    say_end(std::nullopt);
    end(refused ? CloseCause::refused : CloseCause::error_from_peer, error,
        peer_ + " ended the stream: " + describe(error) + "." + (what_to_do.empty() ? "" : " " + what_to_do));
}

void Core::fail(CloseCause cause, StreamError error, std::string why) {
    if (state_ == State::closing) {  // our end tag is out: nothing may follow it
        cause = CloseCause::closed_by_us;
        why = "We closed the stream; at its end: " + why;
    } else {
        say_end(error);
    }
    end(cause, std::move(error), std::move(why));
}

// An error needs our header before it, even if it is the peer's header that is wrong (RFC 6120 §4.9.1.2).
void Core::say_end(const std::optional<StreamError>& error) {
    if (state_ == State::idle) return;
    std::string text;
    if (error) {
        open_output();
        error->write(text);
    }
    if (output_opened_) say(text.append(end_tag));
}

void Core::end(CloseCause cause, std::optional<StreamError> error, std::string why) {
    turn(Turn::ended);
    closed_.cause = cause;
    closed_.error = std::move(error);
    closed_.why = std::move(why);
    input_ = {};
    deadline_ = never;
}

}  // namespace rondel::stream
