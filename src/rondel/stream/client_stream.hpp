// The client's side of one stream to its server (RFC 6120): TLS, authentication, binding, stream management.
//
// What is offered in one go is done in one go: SASL2 (XEP-0388) with Bind 2 (XEP-0386), stream management and carbons
// inline, and a token (XEP-0484) instead of the password where there is one. Else STARTTLS, SASL, restart, bind,
// enable, each after the other. Nothing of the account but its domain is said before TLS.
#pragma once

#include "rondel/sasl/client_mechanism.hpp"
#include "rondel/stream/content_ns.hpp"
#include "rondel/stream/framing.hpp"
#include "rondel/stream/resumption.hpp"
#include "rondel/stream/stream.hpp"
#include "rondel/stream/tls_facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace rondel::stream {

struct ClientIdentity {
    Jid account;           // bare; a domain alone: ANONYMOUS
    std::string resource;  // wanted; empty: the server makes one
    Secret password = {};
    std::optional<sasl::Token> token = {};
    std::string authzid = {};
};

struct ClientStreamOptions : StreamOptions {
    Framing framing = Framing::tcp;
    bool require_tls =
        true;  // STARTTLS is tried even if it is not offered, and nothing goes on without (RFC 7590 §3.1)
    sasl::ClientPolicy sasl = {};
    bool start_tls = true;          // false: not even where it is offered; then require_tls must be false
    bool stream_management = true;  // XEP-0198, with resumption where the server has it
    Duration resumption_wanted = std::chrono::minutes(10);  // zero: acknowledgements only
    Duration ack_after = std::chrono::seconds(60);          // without the answer to an <r/>: connection-timeout
    std::size_t most_unacknowledged = 64 * 1024 * 1024;     // bytes; more, and the stream ends: resource-constraint
    bool carbons = false;            // enabled with the session where Bind 2 can; else the host asks for them
    bool sasl2 = true;               // used where offered
    bool exact_resource = false;     // the one that is wanted is not bound inline, where the server adds to it (Bind 2)
    bool want_token = true;          // asks for a token where the server has them: event TokenGranted
    std::string user_agent_id = {};  // a UUID that stays the same for this installation (XEP-0388 §2.2); empty: none
    std::string software = "rondel";
};

class ClientStream final : public Stream {
  public:
    // `earlier`: resumed if the server still has it; if not, a new session is made, and ResumptionFailed is reported
    // before Opened. Throws std::invalid_argument for an account with a resource, or no domain.
    explicit ClientStream(ClientIdentity who, ClientStreamOptions options = {},
                          std::optional<Resumption> earlier = std::nullopt);

    // After Closed: what the next stream can go on from, if the loss was no orderly end and the server allows it. What
    // it holds does not come from take_unsent() any more.
    std::optional<Resumption> take_resumption();

    // Whether somebody looks (XEP-0352): said to a server that wants to know, now or with the session.
    void set_active(bool active);

    // Whether the server keeps an archive, wants roster versions, and so on: the namespaces of the last features.
    const std::vector<std::string>& features() const;
};

}  // namespace rondel::stream
