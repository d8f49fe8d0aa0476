#include "rondel/sasl/plain_servers.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/jid.hpp"
#include "rondel/base/utf8.hpp"
#include "rondel/sasl/hashed_token.hpp"
#include "rondel/sasl/identity.hpp"
#include "rondel/sasl/prepared_password.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include <algorithm>
#include <utility>

namespace rondel::sasl {

namespace {

using enum FailureCondition;

// One message of the client's is all that there is.
class SingleMessage : public ServerMechanism {
  public:
    Step begin() override { return Challenge{}; }
    Step respond(std::string_view response) final {
        if (std::exchange(taken_, true)) return Failure{malformed_request, "It went on after the exchange had ended."};
        return take(response);
    }

  private:
    virtual Step take(std::string_view message) = 0;
    bool taken_ = false;
};

class PlainServer final : public SingleMessage {
  public:
    PlainServer(const AccountDirectory& accounts, const ServerPolicy& policy) : accounts_(accounts), policy_(policy) {}

  private:
    Step take(std::string_view message) override {
        const std::size_t first = message.find('\0');
        const std::size_t second = first == message.npos ? first : message.find('\0', first + 1);
        if (second == message.npos || message.find('\0', second + 1) != message.npos || !is_utf8(message))
            return Failure{malformed_request, "Its message is none of PLAIN's."};
        const std::string_view username = message.substr(first + 1, second - first - 1);
        const Secret password = message.substr(second + 1);
        if (username.empty() || password.empty())
            return Failure{malformed_request, "Its message holds no name, or no password."};
        if (!knows(username, password)) return Failure{not_authorized, "It does not know the password."};
        return authorize(accounts_, policy_, prepared_username(username), message.substr(0, first));
    }

    bool knows(std::string_view username, const Secret& password) const {
        KnownKeys known = find_keys(accounts_, policy_, username, Hash::sha256);
        if (!known.is_real) {
            KnownKeys older = find_keys(accounts_, policy_, username, Hash::sha1);
            if (older.is_real) known = std::move(older);
        }
        bool right = false;
        for (const Secret& prepared : prepared_passwords(password)) {
            const ScramKeys keys = keys_of_prepared(prepared, known.keys.hash, known.keys.salt, known.keys.iterations);
            right |= equal_in_constant_time(keys.stored_key, known.keys.stored_key);
        }
        return static_cast<bool>(right & known.is_real);  // without a jump: the time tells nothing
    }

    const AccountDirectory& accounts_;
    const ServerPolicy policy_;
};

class ExternalServer final : public SingleMessage {
  public:
    ExternalServer(const AccountDirectory& accounts, const ServerPolicy& policy, const Channel& channel)
        : accounts_(accounts), policy_(policy), addresses_(channel.certificate_addresses) {}

  private:
    Step take(std::string_view authzid) override {
        if (!is_utf8(authzid) || authzid.find('\0') != authzid.npos)
            return Failure{malformed_request, "Its authorization identity is no text."};
        std::vector<std::string> accounts;  // that the certificate stands for, one address at a time
        for (const std::string& address : addresses_) {
            std::optional<std::string> account = accounts_.certified({address});
            if (account && std::find(accounts.begin(), accounts.end(), *account) == accounts.end())
                accounts.push_back(*std::move(account));
        }
        if (accounts.empty()) return Failure{not_authorized, "Its certificate is of nobody here."};
        if (authzid.empty()) {
            if (accounts.size() > 1)  // XEP-0178 §3
                return Failure{invalid_authzid, "Its certificate is for several accounts, and it did not say which."};
            return authorize(accounts_, policy_, accounts[0], {});
        }
        Step refused = Failure{invalid_authzid, "It wanted to act for somebody whom its certificate does not name."};
        for (const std::string& account : accounts) {
            Step step = authorize(accounts_, policy_, account, authzid);
            const auto* failure = std::get_if<Failure>(&step);
            if (failure == nullptr || failure->condition != invalid_authzid) return step;
        }
        return refused;
    }

    const AccountDirectory& accounts_;
    const ServerPolicy policy_;
    const std::vector<std::string> addresses_;
};

class AnonymousServer final : public SingleMessage {
    Step take(std::string_view trace) override {  // what it wants to be known as is not kept
        if (!is_utf8(trace)) return Failure{malformed_request, "Its trace information is no text."};
        return Success{};
    }
};

class TokenServer final : public SingleMessage {
  public:
    TokenServer(std::string_view name, const AccountDirectory& accounts, const Channel& channel)
        : name_(name), accounts_(accounts), binding_(token_binding(name, channel.bindings).value_or(std::string())) {}

    // There is one round trip, or none (XEP-0484 §3.1).
    Step begin() override { return Failure{malformed_request, "It named a token's mechanism, and showed no token."}; }

  private:
    Step take(std::string_view message) override {
        const std::size_t end = message.find('\0');
        if (end == message.npos || end == 0 || end + 1 == message.size() || !is_utf8(message.substr(0, end)))
            return Failure{malformed_request, "Its message is none of a hashed token's."};
        const std::string username = prepared_username(message.substr(0, end));
        const std::string_view hash = message.substr(end + 1);
        std::vector<Secret> tokens;
        if (!username.empty()) tokens = accounts_.tokens_of(username, name_);
        std::optional<Secret> used;
        for (const Secret& token : tokens)
            if (equal_in_constant_time(initiator_hash(token, binding_), hash)) used = token;
        if (!used) return Failure{credentials_expired, "Its token is none that is good, or not for this mechanism."};
        if (accounts_.is_disabled(username)) return Failure{account_disabled, "The account is disabled."};
        std::string proof = responder_hash(*used, binding_);
        return Success{username, std::move(proof), std::move(used)};
    }

    const std::string name_;
    const AccountDirectory& accounts_;
    const std::string binding_;
};

}  // namespace

std::unique_ptr<ServerMechanism> make_plain_server(const AccountDirectory& accounts, const ServerPolicy& policy) {
    return std::make_unique<PlainServer>(accounts, policy);
}

std::unique_ptr<ServerMechanism> make_external_server(const AccountDirectory& accounts, const ServerPolicy& policy,
                                                      const Channel& channel) {
    return std::make_unique<ExternalServer>(accounts, policy, channel);
}

std::unique_ptr<ServerMechanism> make_anonymous_server() { return std::make_unique<AnonymousServer>(); }

std::unique_ptr<ServerMechanism> make_token_server(std::string_view name, const AccountDirectory& accounts,
                                                   const Channel& channel) {
    return std::make_unique<TokenServer>(name, accounts, channel);
}

}  // namespace rondel::sasl
