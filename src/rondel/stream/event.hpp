// What a stream reports, in order. All streams share these, and the verbs of Stream, so that a connection is written
// once.
#pragma once

#include "rondel/sasl/client_mechanism.hpp"
#include "rondel/stanza/stanza.hpp"
#include "rondel/stream/stream_error.hpp"

#include <optional>
#include <string>
#include <system_error>
#include <variant>

namespace rondel::stream {

enum class CloseCause {
    closed_by_us = 1,  // close(), and the peer closed too or its time for it was up
    closed_by_peer,    // </stream:stream>
    connection_lost,   // the transport ended without it
    error_from_peer,   // a stream error: `error`
    error_from_us,     // what the peer sent was refused: `error`, and `why`
    refused,           // authentication failed, or the server knows no such component: `error`
    timed_out,         // opening took too long, or the peer went silent: `error` is what we told it
};
std::string_view to_string(CloseCause cause);

struct Closed {
    CloseCause cause = CloseCause::connection_lost;
    std::optional<StreamError> error = {};
    std::string why = {};   // a sentence for the person who must act; text of the peer in it is made safe for a log
    bool was_open = false;  // whether Opened had been reported
    bool proven = false;    // the peer's own end tag came after ours: it has read all that we wrote
};

struct Connected {};  // the peer's stream header is there; nothing is authenticated yet

struct Opened {           // authenticated: stanzas may be sent from here on
    std::string id;       // of the stream
    Jid address;          // the component's domain; a client's full JID
    std::string sm_id{};  // XEP-0198: by which the session can be resumed; empty: it cannot
    bool resumed = false;
    bool carbons = false;  // they came with Bind 2 (XEP-0386): server: asked for; client: enabled
};

// The transport is to be secured now: write output() out, read no more plain bytes, and after the handshake call
// secured(). Nothing is said or taken before (RFC 6120 §5.4.3).
struct TlsWanted {};

// Client: the earlier session is gone. Of its stanzas that were unacknowledged the server had handled the first
// `handled`; nothing: it does not know any more.
struct ResumptionFailed {
    std::optional<std::size_t> handled = {};
};

// Client: a token to authenticate with next time (XEP-0484), to be kept like a password.
struct TokenGranted {
    sasl::Token token;
};

// Server: the client is, or is no longer, in the background (XEP-0352).
struct Activity {
    bool active = true;
};

struct Received {
    Stanza stanza;
};

// An element that was no acceptable stanza. It has been answered where RFC 6120 §8.3.1 wants it; the stream lives on.
struct Refused {
    xml::Element element;
    std::error_code why;
};

// New alternatives go before Closed, which is the last that a stream reports.
using Event =
    std::variant<Connected, TlsWanted, ResumptionFailed, TokenGranted, Opened, Activity, Received, Refused, Closed>;

}  // namespace rondel::stream
