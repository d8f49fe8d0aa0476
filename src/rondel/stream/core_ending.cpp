// The ways in which a stream ends, and what is said then (RFC 6120 §4.4, §4.9).
#include "rondel/base/utf8.hpp"
#include "rondel/stream/core.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/stream/later.hpp"

#include <new>
#include <string>
#include <utility>

namespace rondel::stream {

namespace {

// A stream error of the peer for a log. Its text is for people, and is nobody's to trust (RFC 6120 §4.9.2).
std::string describe(const StreamError& error) {
    constexpr std::size_t enough = 200;
    std::string description(to_string(error.condition));
    if (!error.application.empty()) description += "/" + sanitize_for_log(error.application.substr(0, enough));
    if (error.handled || error.sent)
        description += " (h " + (error.handled ? std::to_string(*error.handled) : "unknown") + ", sent " +
                       (error.sent ? std::to_string(*error.sent) : "unknown") + ")";
    if (!error.text.empty()) description += " (" + sanitize_for_log(error.text.substr(0, enough)) + ")";
    return description;
}

bool says_who_we_are_not(StreamCondition condition) {
    return condition == StreamCondition::not_authorized || condition == StreamCondition::host_unknown ||
           condition == StreamCondition::host_gone;
}

}  // namespace

void Core::close(std::optional<StreamError> error, Instant now) {
    now_ = now;
    if (state_ == State::open) {
        if (management_.is_on()) say(management_.acknowledgement());  // or it may send again what we have (§4)
        say_end(error);
        turn(Turn::closed_by_us);
        deadline_ = later(now, options_.closing);
        our_error_ = std::move(error);
    } else if (state_ == State::idle || is_opening(state_)) {
        say_end(error);
        end(CloseCause::closed_by_us, std::move(error), "We closed the stream before it was open.");
    }
}

// Where the session outlives the stream, the peer is told nothing: it might take that for the end of the session, which
// would cost more than a connection. What there was no memory for was not said, so nothing is said twice, or by halves.
void Core::break_off(Untaken untaken, std::string why, Instant now) {
    now_ = now;
    if (state_ == State::ended || state_ == State::over) return;
    due_.clear();
    held_.clear();
    if (untaken == Untaken::stanza && management_.is_on()) management_.did_not_take();
    if (untaken == Untaken::stanza || untaken == Untaken::unread) tried();
    const bool has_begun = state_ == State::open && closed_.was_open && untaken != Untaken::opening;
    if (has_begun && outlives_silence() && tries_ < most_tries)
        return end(CloseCause::connection_lost, std::nullopt, std::move(why));
    StreamError error;
    error.condition = StreamCondition::resource_constraint;
    const std::uint64_t before = output_.bytes_added();
    try {
        if (state_ == State::open && management_.is_on() && !end_said_) say(management_.acknowledgement());
        say_end(error);
    } catch (const std::bad_alloc&) {
        output_.take_back_to(before);
    }
    end(CloseCause::error_from_us, std::move(error), std::move(why));
}

// The stanza behind those that were taken.
void Core::tried() {
    tries_ = management_.handled() == tried_at_ ? tries_ + 1 : 1;
    tried_at_ = management_.handled();
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
        end(CloseCause::closed_by_us, our_error_,
            "We closed the stream. " + std::string(kind_.peer) + " ended the connection.");
    else if (state_ == State::open)
        end(CloseCause::connection_lost, std::nullopt,
            incoming_.pending_bytes() > 0
                ? "The connection was lost in the middle of a stanza."
                : "The connection was lost. " + std::string(kind_.peer) + " had not closed the stream.");
    else
        end(CloseCause::connection_lost, std::nullopt, "The connection was lost. " + silence());
}

void Core::peer_said_end() {
    if (state_ == State::closing) {
        closed_.proven = true;
        return end(CloseCause::closed_by_us, our_error_,
                   "We closed the stream. " + std::string(kind_.peer) + " closed it too.");
    }
    say_end(std::nullopt);
    if (const std::string_view uri = incoming_.closing().attribute_or("see-other-uri", {}); !uri.empty())
        return peer_redirected(uri);
    end(CloseCause::closed_by_peer, std::nullopt,
        is_opening(state_) ? std::string(kind_.peer) + " closed the stream. " + silence()
                           : std::string(kind_.peer) + " closed the stream.");
}

// RFC 7395 §3.6.1: never to where it would be less secure (R116).
void Core::peer_redirected(std::string_view uri) {
    StreamError error{StreamCondition::see_other_host};
    const bool safe = !tls_ || uri.starts_with("wss://");
    if (safe) error.other_host = uri;
    end(CloseCause::error_from_peer, std::move(error),
        std::string(kind_.peer) + " closed the stream and wants us to connect to '" +
            sanitize_for_log(uri.substr(0, 300)) + "'" + (safe ? " instead." : ", which is not encrypted: refused."));
}

void Core::peer_failed(const StreamError& error) {
    if (state_ == State::closing)
        return end(CloseCause::closed_by_us, error, "We closed the stream; at its end came: " + describe(error) + ".");
    const bool refused = is_opening(state_) && says_who_we_are_not(error.condition);
    const std::string what_to_do = advice(error);
    say_end(std::nullopt);
    end(refused ? CloseCause::refused : CloseCause::error_from_peer, error,
        std::string(kind_.peer) + " ended the stream: " + describe(error) + "." +
            (what_to_do.empty() ? "" : " " + what_to_do));
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

void Core::leave_off(CloseCause cause, std::string why, std::optional<StreamError> told) {
    say_end(std::nullopt);
    end(cause, std::move(told), std::move(why));
}

// An error needs our header before it, even if it is the peer's header that is wrong (RFC 6120 §4.9.1.2).
void Core::say_end(const std::optional<StreamError>& error) {
    if (state_ == State::idle || state_ == State::awaiting_tls || end_said_) return;
    if (error) open_output();
    const std::uint64_t before = output_.bytes_added();
    try {
        if (error) {
            std::string text;
            error->write(text, kind_.framing);
            say(text);
        }
        if (output_opened_) say(end_of(kind_.framing));
    } catch (const std::bad_alloc&) {  // an error without an end would be followed by another
        output_.take_back_to(before);
        throw;
    }
    end_said_ = output_opened_;
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
