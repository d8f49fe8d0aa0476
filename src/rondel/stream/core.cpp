#include "rondel/stream/core.hpp"

#include "rondel/stanza/iq.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/stream/later.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace rondel::stream {

namespace {

template <class Thing>
Thing take_first(std::vector<Thing>& things) {
    Thing first = std::move(things.front());
    things.erase(things.begin());
    return first;
}

}  // namespace

// White space is nothing that a message could be (RFC 7395 §3.8).
Core::Core(const StreamOptions& options, const Kind& kind)
    : options_(options),
      kind_(kind),
      incoming_(kind.framing, options.before, kind.content_ns),
      output_(kind.framing),
      management_(kind.management, kind.framing),
      watchdog_({options.ping_after, options.ping_timeout,
                 kind.framing == Framing::tcp ? options.whitespace_after : Duration::zero()}) {}

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
    management_.look(now);
}

// With take(), and what that calls, one piece; what is rare is elsewhere (docs/decisions/0017-one-piece.md).
std::optional<Event> Core::next_event() {
    for (;;) {
        if (!due_.empty() || !is_live(state_)) return next_due();
        if (kind_.blanks_may_lead) skip_blanks();
        if (state_ == State::awaiting_tls && !input_.empty()) {
            spoke_plainly();
            continue;
        }
        xml::Element element;
        if (!held_.empty() && !is_opening(state_)) {
            element = take_first(held_);
        } else {
            switch (incoming_.next(input_)) {
                case Incoming::Step::element:
                    element = incoming_.element();
                    break;
                case Incoming::Step::more:
                    if (!transport_ended_) return std::nullopt;
                    lose_transport();
                    continue;
                case Incoming::Step::opened:
                    take_header();
                    if (is_live(state_) && !std::exchange(was_greeted_, true)) return Connected{};
                    continue;
                case Incoming::Step::closed:
                    peer_said_end();
                    continue;
                case Incoming::Step::failed:
                    cannot_read(incoming_.error());
                    continue;
            }
        }
        Stanza stanza;
        std::error_code fault = no_error;
        if (!take(element, stanza, fault)) continue;
        if (fault) return Refused{std::move(element), fault};
        return std::optional<Event>(std::in_place, Received{std::move(stanza)});
    }
}

// What is to be reported before anything else is read, or at the end.
std::optional<Event> Core::next_due() {
    if (!due_.empty()) return take_first(due_);
    if (state_ != State::ended) return std::nullopt;
    std::optional<Event> over(closed_);
    turn(Turn::reported);
    return over;
}

void Core::cannot_read(std::error_code why) {
    const StreamError error = StreamError::for_unreadable(why);
    fail(CloseCause::error_from_us, error,
         std::string(kind_.peer) + " sent what cannot be read. " + error.text +
             (state_ == State::awaiting_header ? " " + silence() : ""));
}

// ---- opening ----

void Core::open_output() {
    if (output_opened_) return;
    say(own_header());
    output_opened_ = true;
}

void Core::greeted() { turn(Turn::greeted); }
void Core::greeted_without_id() { turn(Turn::greeted_without_id); }

void Core::restart() {
    turn(Turn::restarted);
    incoming_.restart();
    restarted_ = true;
    output_opened_ = false;
    if (speaks_first()) open_output();
}

void Core::want_tls() {
    turn(Turn::tls_wanted);
    report(TlsWanted{});
}

void Core::secured(TlsFacts facts, Instant now) {
    now_ = now;
    if (state_ == State::ended || state_ == State::over) return;
    if (state_ != State::idle && state_ != State::awaiting_tls)
        throw std::logic_error("A stream takes TLS before start() or when it wants it, not while it is " +
                               std::string(to_string(state_)) + ".");
    tls_ = std::move(facts);
    if (state_ == State::idle) return;
    turn(Turn::secured);
    incoming_.restart();
    output_opened_ = false;
    if (speaks_first()) open_output();
}

// COMPAT(go-xmpp): a line end after <starttls/> and after <auth/>, which RFC 6120 §5.3.4 and §6.3.5 forbid. It would be
// the beginning of something else: of TLS, or of the next stream. Only a server lets it pass, and only what is white
// space to the last byte: nothing can be smuggled in that (V32), neither TLS nor a header begins with one of these.
// Precondition: kind_.blanks_may_lead.
void Core::skip_blanks() {
    if (state_ != State::awaiting_tls && !restarted_) return;
    input_.remove_prefix(std::min(input_.find_first_not_of(" \t\r\n"), input_.size()));
    if (!input_.empty()) restarted_ = false;
}

// What comes between the agreement on TLS and TLS was said by anybody (RFC 6120 §5.4.2.3, V32). Nothing can be
// answered: the peer takes everything for TLS from here on.
void Core::spoke_plainly() {
    end(CloseCause::error_from_us, std::nullopt,
        std::string(kind_.peer) +
            " went on in plain text where TLS was to begin. Somebody on the way may have put words into its mouth.");
}

void Core::opened(Opened how, OwnPings pings) {
    turn(Turn::opened);
    pings_ = std::move(pings);
    put(adopted_);
    adopted_ = {};
    incoming_.limits(options_.after);
    watchdog_.start(now_, output_.bytes_added());
    deadline_ = never;
    report(std::move(how));
    closed_.was_open = true;
}

// ---- receiving ----

[[gnu::always_inline]] inline bool Core::take_stanza(xml::Element& element, Stanza& stanza, std::error_code& fault) {
    fault = stanza.take(element, last_to_);
    bool counts = false;
    if (fault && fault == StanzaFault::unknown_kind) {
        if (take_management(element) || !is_live(state_)) return false;
        if (take_other(element) || !is_live(state_)) return false;
    } else if (held_unmanaged_ > 0) {
        --held_unmanaged_;
    } else {
        counts = management_.is_on();
    }
    // It is counted once nothing can fail any more: else it would be acknowledged, and lost.
    if (stanza && pings_->concerns(stanza)) {
        if (counts) management_.took();
        return false;
    }
    fault = check_received(stanza ? stanza.element() : element, fault);
    if (!is_live(state_)) return false;
    if (!fault && counts && has_tried_enough()) fault = std::make_error_code(std::errc::not_enough_memory);
    if (fault) {
        if (stanza) element = stanza.release();
        answer_fault(element, fault);
    }
    if (counts) management_.took();
    return true;
}

// True: it is to be reported, as `stanza`, or as the element with its fault.
[[gnu::always_inline]] inline bool Core::take(xml::Element& element, Stanza& stanza, std::error_code& fault) {
    const bool is_stanza = element.block()->nodes[xml::Block::root].ns == xml::Block::stanzas;
    if (is_stanza && !is_opening(state_)) return take_stanza(element, stanza, fault);
    return take_element(element, stanza, fault);
}

bool Core::take_element(xml::Element& element, Stanza& stanza, std::error_code& fault) {
    if (element.is("error", streams_ns)) {
        peer_failed(StreamError::parse(element));
        return false;
    }
    // A header inside the stream would start it anew (V04).
    if (element.is("stream", streams_ns) || (kind_.framing == Framing::websocket && element.is("open", framing_ns))) {
        fail(CloseCause::error_from_us, {StreamCondition::bad_format, "A stream header must not come again."},
             std::string(kind_.peer) + " sent a second stream header.");
        return false;
    }
    if (!is_opening(state_)) return take_stanza(element, stanza, fault);
    negotiate(std::move(element));
    return false;
}

void Core::answer_fault(xml::ElementView element, std::error_code fault) {
    if (state_ != State::open) return;
    // Nothing is wrong with that one, and an error sent to a room may put us out of it (XEP-0045 §9.3 lets it).
    if (fault == std::errc::not_enough_memory &&
        (element.is("presence", xml::stanza_ns) || element.attribute("type") == "groupchat"))
        return;
    std::optional<Stanza> answer = fault_reply(element, fault);
    if (answer && address_answer(*answer)) put(*answer, options_.writing, false);
}

// ---- sending ----

[[gnu::always_inline]] inline std::error_code Core::put(const Stanza& stanza, const xml::WriteLimits& limits,
                                                        bool counted) {
    const std::error_code refused = output_.add_stanza(stanza.element(), kind_.content_ns, limits, counted);
    if (!refused && management_.is_on()) keep(counted);
    return refused;
}

// What cannot be kept until it is acknowledged is not said either.
void Core::keep(bool counted) {
    try {
        management_.sent(output_.last_stanza(), counted);
    } catch (const std::bad_alloc&) {
        output_.take_back_to(output_.bytes_added() - output_.last_stanza().size());
        throw;
    }
    kept();
}

std::error_code Core::send(const Stanza& stanza) {
    if (state_ != State::open) return StreamFault::not_open;
    if (const std::error_code fault = check_sent(stanza)) return fault;
    if (const std::error_code refused = put(stanza, options_.writing, true)) return refused;
    if (on_sent_) on_sent_(stanza);
    return no_error;
}

// All of it or, where memory ends, nothing: half of it would come back as if the other half had been said.
void Core::put(const Unsent& unsent) {
    const std::uint64_t before = output_.bytes_added();
    std::size_t at = 0, managed = 0;
    try {
        for (const std::size_t size : unsent.sizes) {
            output_.add_stanza(std::string_view(unsent.bytes).substr(at, size), unsent.framing, true);
            if (management_.is_on()) management_.sent(output_.last_stanza(), true), ++managed;
            at += size;
        }
    } catch (const std::bad_alloc&) {
        output_.take_back_to(before);
        management_.take_back(managed);
        throw;
    }
    if (managed > 0) kept();
}

void Core::adopt(Unsent unsent) {
    if (state_ == State::open) return put(unsent);
    if (adopted_.sizes.empty()) return static_cast<void>(adopted_ = std::move(unsent));
    adopted_.bytes += unsent.bytes;
    adopted_.sizes.insert(adopted_.sizes.end(), unsent.sizes.begin(), unsent.sizes.end());
}

// What was adopted waits until the stream is open, and nothing else can be sent before: it is the one or the other.
Unsent Core::take_unsent() {
    Unsent unsent = output_.take_unsent();
    return unsent.sizes.empty() ? std::exchange(adopted_, {}) : std::move(unsent);
}

// ---- time ----

Instant Core::deadline() const {
    if (state_ != State::open) return deadline_;
    return watchdog_.is_listening() ? std::min(watchdog_.deadline(), management_.deadline()) : watchdog_.deadline();
}

void Core::listening(bool on, Instant now) {
    now_ = now;
    if (on && !watchdog_.is_listening()) management_.look_anew(now);
    watchdog_.listening(on, now);
}

void Core::expire(Instant now) {
    now_ = now;
    management_.look(now);
    if (now < deadline()) return;
    if (state_ == State::open) return watch();
    if (state_ == State::closing)
        end(CloseCause::closed_by_us, our_error_,
            "We closed the stream. " + std::string(kind_.peer) + " did not close its own in time.");
    else
        fail(CloseCause::timed_out, {StreamCondition::connection_timeout}, silence());
}

void Core::watch() {
    if (!input_.empty()) {  // not the peer is slow: we have yet to read what it said
        watchdog_.heard(now_);
        management_.look_anew(now_);
    }
    if (watchdog_.is_listening() && now_ >= management_.deadline())
        return give_up(std::string(kind_.peer) +
                       " does not acknowledge what we send (XEP-0198), though it was asked to.");
    for (;;) {
        switch (watchdog_.due(now_, output_.bytes_added())) {
            case Watchdog::Due::nothing:
                return;
            case Watchdog::Due::ping:
                if (management_.is_on())
                    say_request();
                else
                    put(pings_->next(), {}, false);
                break;
            case Watchdog::Due::space:
                say(" ");
                break;
            case Watchdog::Due::giving_up:
                return give_up(std::string(kind_.peer) +
                               " has gone silent: it did not even answer a ping. The connection is dead.");
        }
    }
}

void Core::give_up(std::string why) {
    const StreamError error{StreamCondition::connection_timeout};
    if (outlives_silence()) return end(CloseCause::timed_out, error, std::move(why));
    fail(CloseCause::timed_out, error, std::move(why));
}

}  // namespace rondel::stream
