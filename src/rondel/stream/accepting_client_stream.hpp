// The server's side of one client's stream (RFC 6120): offers TLS, authenticates, binds, manages.
#pragma once

#include "rondel/sasl/server_mechanism.hpp"
#include "rondel/stanza/stanza_error.hpp"
#include "rondel/stream/framing.hpp"
#include "rondel/stream/resumption.hpp"
#include "rondel/stream/stream.hpp"
#include "rondel/stream/tls_facts.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rondel::stream {

struct BindRequest {
    Jid account;                 // bare
    std::string resource;        // wanted, not yet prepared; empty: none
    std::string tag = {};        // Bind 2: the resource is to begin with it
    std::string client_id = {};  // Bind 2: of the user agent, whose earlier session this one replaces (XEP-0386 §4)
};

// What the server knows of its clients. Asked while a stream is being opened; answers at once and does not call the
// stream that asks.
class ClientDirectory : public sasl::AccountDirectory {
  public:
    virtual bool serves(std::string_view domain) const = 0;
    // The full JID, free to use; or the condition for the bind error (RFC 6120 §7). A session that has to make room
    // (conflict policy) ends with <conflict/>.
    virtual std::variant<Jid, Condition> bind(const BindRequest& request) = 0;
    // What is left of a session of this account, taken away from the stream that had it, which ends; nothing: there is
    // none of that id (XEP-0198 §5).
    virtual std::optional<Resumption> take_session(const Jid& account, std::string_view id) = 0;
    // For <failed h='…'/>: how many stanzas of a session that is gone were handled, if that is still known.
    virtual std::optional<std::uint32_t> handled_in(const Jid& account, std::string_view id) = 0;
    // A token for XEP-0484, new for each call, that is good from now on.
    virtual std::optional<sasl::Token> grant_token(const Jid& account, std::string_view mechanism,
                                                   std::string_view client_id) = 0;
    // The client said that it needs them no more, or has used one that a newer one replaces.
    virtual void revoke_tokens(const Jid& account, std::string_view client_id) = 0;
    // In-band registration (XEP-0077): whether it is offered at all, and one attempt.
    virtual bool registration_open() const = 0;
    virtual std::optional<Condition> add_account(std::string_view username, const Secret& password) = 0;
};

struct AcceptingClientOptions : StreamOptions {
    Framing framing = Framing::tcp;
    std::string domain = {};    // the default `from` of the header; `to` of the client's must be one that is served
    bool require_tls = true;    // before authentication; a UNIX socket or loopback may do without, if told so
    bool can_start_tls = true;  // there is a certificate
    sasl::ServerPolicy sasl = {};
    int most_failures = 5;  // of authentication, then policy-violation (R040, R057)
    int most_bind_failures = 5;
    bool stream_management = true;
    Duration resumption = std::chrono::minutes(5);      // how long a lost session is kept; zero: not at all
    Duration ack_after = std::chrono::seconds(30);      // an <r/> without an answer for so long: connection-timeout
    std::size_t most_unacknowledged = 4 * 1024 * 1024;  // bytes; more, and the stream ends with resource-constraint
    // What else is said once a client has authenticated, as XML: roster versions, and pre-approval (RFC 6121 §2.6,
    // §3.4).
    std::string session_features =
        "<ver xmlns='urn:xmpp:features:rosterver'/><sub xmlns='urn:xmpp:features:pre-approval'/>";
};

// Reports TlsWanted, Opened (with `resumed`, `sm_id` and `carbons` where they are so), Activity (XEP-0352), Received,
// and what any stream does. Who has a session is `from` of what is received, whatever the client wrote there.
class AcceptingClientStream final : public Stream {
  public:
    // Borrows: the directory. `stream_ids` gives ids of at least 128 unguessable bits, never the same twice: each
    // restart takes one.
    AcceptingClientStream(ClientDirectory& directory, AcceptingClientOptions options,
                          std::function<std::string()> stream_ids);

    // At any time after Opened, also before Closed: what another stream, or nobody, goes on from. Nothing that it holds
    // is written by this one any more.
    std::optional<Resumption> take_resumption();

    // By which the session can be resumed, from the answer to <enable/> on (XEP-0198 §3); empty: it cannot.
    std::string_view resumption_id() const;
};

}  // namespace rondel::stream
