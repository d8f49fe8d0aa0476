// The server's side of one authentication.
#pragma once

#include "rondel/base/random.hpp"
#include "rondel/sasl/channel_binding.hpp"
#include "rondel/sasl/sasl_fault.hpp"
#include "rondel/sasl/scram_keys.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rondel::sasl {

// What the server knows of accounts. Answers at once, from memory or a local store.
class AccountDirectory {
  public:
    virtual ~AccountDirectory() = default;
    // `username` is prepared (UsernameCaseMapped). nullopt: there is no such account, or not with this hash.
    virtual std::optional<ScramKeys> keys_of(std::string_view username, Hash hash) const = 0;
    virtual bool is_disabled(std::string_view username) const = 0;
    // The account that a client's certificate stands for (XEP-0178), by the addresses that are in it.
    virtual std::optional<std::string> certified(const std::vector<std::string>& addresses) const = 0;
    // The tokens of XEP-0484 that were given to this account and have not expired.
    virtual std::vector<Secret> tokens_of(std::string_view username, std::string_view mechanism) const = 0;
};

struct ServerPolicy {
    std::string domain = {};  // an authzid may be the account's own bare JID, and nothing else (V24)
    bool plain = true;        // offered under TLS only, in any case
    bool anonymous = false;
    // Unknown users get a stable made-up salt (V28). Those of two policies differ, unless the key is given: a server
    // that wants its salts to stay the same when it starts again keeps one.
    Secret fake_salt_key = random_token(256);
    std::uint32_t iterations = 10'000;        // … with so many iterations
    std::function<std::string()> nonce = {};  // for tests; default: 128 random bits
};

// What the connection under it has.
struct Channel {
    bool encrypted = false;
    ChannelBindings bindings = {};
    std::vector<std::string> certificate_addresses = {};  // XmppAddr of the client's certificate, verified
};

// In the order of the server's preference, for <mechanisms/>.
std::vector<std::string> offered_mechanisms(const ServerPolicy& policy, const Channel& channel);
std::vector<std::string> offered_fast_mechanisms(const Channel& channel);  // HT-SHA-256-{EXPR,ENDP,NONE}
std::vector<std::string> offered_binding_types(const Channel& channel);    // XEP-0440

struct Challenge {
    std::string data;
};
struct Success {
    std::string username;                  // prepared; empty: anonymous
    std::optional<std::string> data = {};  // to go with it
    std::optional<Secret> token = {};      // that the client has used
};
struct Failure {
    FailureCondition condition = FailureCondition::not_authorized;
    std::string why;  // for the log, not for the peer
};
using Step = std::variant<Challenge, Success, Failure>;

// Borrows: the directory.   Threads: one.
class ServerMechanism {
  public:
    virtual ~ServerMechanism() = default;
    virtual Step respond(std::string_view response) = 0;
    // No initial response came: what to ask for. Failure if the mechanism cannot go on without.
    virtual Step begin() = 0;
};

// Why this mechanism cannot be asked for, or nothing: it is offered on this channel (of a token's, by XEP-0484 only).
std::optional<Failure> refusal_of(std::string_view name, const ServerPolicy& policy, const Channel& channel);

// nullptr: there is a refusal_of it.
std::unique_ptr<ServerMechanism> make_server_mechanism(std::string_view name, const AccountDirectory& accounts,
                                                       const ServerPolicy& policy, const Channel& channel);

}  // namespace rondel::sasl
