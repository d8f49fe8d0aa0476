#include "rondel/sasl/scram_server.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/base/random.hpp"
#include "rondel/sasl/identity.hpp"
#include "rondel/sasl/offer_hash.hpp"
#include "rondel/sasl/scram_message.hpp"
#include "rondel/sasl/scram_proof.hpp"

#include <utility>

namespace rondel::sasl {

namespace {

using enum FailureCondition;

class ScramServer final : public ServerMechanism {
  public:
    ScramServer(Hash hash, bool plus, const AccountDirectory& accounts, const ServerPolicy& policy,
                const Channel& channel)
        : hash_(hash), plus_(plus), accounts_(accounts), policy_(policy), channel_(channel) {}

    Step begin() override { return Challenge{}; }

    Step respond(std::string_view response) override {
        switch (std::exchange(next_, Next::nothing)) {
            case Next::first:
                return take_first(response);
            case Next::final:
                return take_final(response);
            default:
                return Failure{malformed_request, "It went on after the exchange had ended."};
        }
    }

  private:
    enum class Next { first, final, nothing };  // what the client is expected to say

    Step take_first(std::string_view message) {
        const std::optional<ClientFirst> first = parse_client_first(message);
        if (!first) return Failure{malformed_request, "Its first message is none of SCRAM's."};
        if (plus_ != (first->gs2.flag == 'p'))
            return Failure{malformed_request, "Its channel binding flag does not go with the mechanism."};
        // The client could bind, and saw no offer of ours: somebody has taken it off (RFC 5802 §6).
        if (first->gs2.flag == 'y' && !channel_.bindings.empty())
            return Failure{not_authorized, "It did not see that channel binding is offered; is somebody between us?"};
        binding_ = first->gs2.text;
        if (plus_) {
            const ChannelBinding* binding = find_binding(first->gs2.binding_type);
            if (binding == nullptr)
                return Failure{not_authorized, "It wanted a type of channel binding that the connection has not."};
            binding_ += binding->data;
        }
        username_ = prepared_username(first->username);
        authzid_ = first->gs2.authzid;
        known_ = find_keys(accounts_, policy_, first->username, hash_);
        nonce_ = std::string(first->nonce) + (policy_.nonce ? policy_.nonce() : random_token(128));
        const std::vector<std::string> types = offered_binding_types(channel_);
        const std::string server_first = "r=" + nonce_ + ",s=" + to_base64(known_.keys.salt) +
                                         ",i=" + std::to_string(known_.keys.iterations) + ",h=" +
                                         offer_hash(hash_, offered_mechanisms(policy_, channel_),
                                                    types.empty() ? std::nullopt : std::optional(types));
        messages_ = std::string(first->bare) + "," + server_first + ",";
        next_ = Next::final;
        return Challenge{server_first};
    }

    Step take_final(std::string_view message) {
        const std::optional<ClientFinal> final = parse_client_final(message);
        if (!final) return Failure{malformed_request, "Its final message is none of SCRAM's."};
        if (final->nonce != nonce_) return Failure{not_authorized, "Its nonce is of another exchange."};
        if (final->binding != to_base64(binding_))
            return Failure{not_authorized, "It is bound to another channel; is somebody between us?"};
        const std::string auth_message = messages_ + std::string(final->without_proof);
        const bool proven = is_proof(known_.keys, auth_message, final->proof);
        if (!(proven & known_.is_real)) return Failure{not_authorized, "It does not know the password."};
        return authorize(accounts_, policy_, username_, authzid_,
                         "v=" + to_base64(hmac(hash_, known_.keys.server_key, {auth_message})));
    }

    const ChannelBinding* find_binding(std::string_view type) const {
        for (const ChannelBinding& binding : channel_.bindings)
            if (binding.type == type) return &binding;
        return nullptr;
    }

    const Hash hash_;
    const bool plus_;
    const AccountDirectory& accounts_;
    const ServerPolicy policy_;
    const Channel channel_;
    Next next_ = Next::first;
    std::string username_ = {};  // prepared
    std::string authzid_ = {};
    std::string binding_ = {};   // gs2 header and binding data, as c must have them
    std::string nonce_ = {};     // the client's and ours
    std::string messages_ = {};  // the AuthMessage, as far as it is known
    KnownKeys known_ = {};
};

}  // namespace

std::unique_ptr<ServerMechanism> make_scram_server(Hash hash, bool plus, const AccountDirectory& accounts,
                                                   const ServerPolicy& policy, const Channel& channel) {
    return std::make_unique<ScramServer>(hash, plus, accounts, policy, channel);
}

}  // namespace rondel::sasl
