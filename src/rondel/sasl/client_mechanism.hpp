// The client's side of one authentication: bytes in, bytes out; base64 and elements are the stream's affair.
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/base/secret.hpp"
#include "rondel/sasl/channel_binding.hpp"
#include "rondel/sasl/sasl_fault.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::sasl {

// A token of XEP-0484 (FAST): as good as the password until it expires.
struct Token {
    std::string mechanism;  // "HT-SHA-256-EXPR": it is for this one only
    Secret secret;
    std::string expiry = {};  // XEP-0082, as the server said it
};

struct Credentials {
    std::string username;             // the local part of the account; empty: ANONYMOUS
    Secret password = {};             // empty: none
    std::optional<Token> token = {};  // tried first
    bool certificate = false;         // TLS has shown one: EXTERNAL is tried
    std::string authzid = {};         // only for acting as somebody else (RFC 6120 §6.3.8)
};

struct ClientPolicy {
    bool plain = false;  // PLAIN may be used, under TLS
    std::uint32_t fewest_iterations = 4096;
    std::uint32_t most_iterations = 10'000'000;
    std::function<std::string()> nonce = {};  // for tests; default: 128 random bits
};

// What the server offers, and what the connection has.
struct Offer {
    std::vector<std::string> mechanisms;
    std::vector<std::string> fast_mechanisms = {};                         // XEP-0484 §3.1
    std::optional<std::vector<std::string>> binding_types = std::nullopt;  // XEP-0440; nothing: not said
    bool encrypted = false;
    ChannelBindings bindings = {};
    bool sasl2 = false;  // offered by XEP-0388, where channel binding without types is an attack (XEP-0440)
};

// Threads: one.
class ClientMechanism {
  public:
    virtual ~ClientMechanism() = default;
    virtual std::string_view name() const = 0;         // "SCRAM-SHA-256-PLUS"
    virtual std::optional<std::string> initial() = 0;  // the initial response; nothing: the server begins
    virtual Result<std::string> respond(std::string_view challenge) = 0;
    // The server said success, with these data if any. An error: it has not proven itself, and is not to be trusted.
    virtual std::error_code finish(std::optional<std::string_view> data) = 0;
};

// The strongest of those offered that the credentials can do: token, EXTERNAL, SCRAM-SHA-256-PLUS, SCRAM-SHA-1-PLUS,
// SCRAM-SHA-256, SCRAM-SHA-1, PLAIN, ANONYMOUS. `except`: those that failed already; when channel binding did, nothing
// without it is tried. Errors: bad_password, no_common_mechanism, only_plain_offered, binding_stripped.
Result<std::unique_ptr<ClientMechanism>> choose_mechanism(const Credentials& who, const Offer& offer,
                                                          const ClientPolicy& policy,
                                                          const std::vector<std::string>& except = {});

}  // namespace rondel::sasl
