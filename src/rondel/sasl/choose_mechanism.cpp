// Which mechanism, and with which channel binding: whoever sits between client and server would have us take a weaker
// one than both can do. The rules are those of RFC 5802 §6 and of XEP-0440 §"Interaction with SASL mechanisms".
#include "rondel/base/random.hpp"
#include "rondel/sasl/client_mechanism.hpp"
#include "rondel/sasl/hashed_token.hpp"
#include "rondel/sasl/offer_hash.hpp"
#include "rondel/sasl/plain_clients.hpp"
#include "rondel/sasl/prepared_password.hpp"
#include "rondel/sasl/scram_client.hpp"

#include <algorithm>

namespace rondel::sasl {

namespace {

using Names = std::vector<std::string>;

bool has(const Names& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

std::string scram_name(Hash hash, bool plus) { return "SCRAM-" + std::string(to_string(hash)) + (plus ? "-PLUS" : ""); }

bool is_plus(const std::string& name) { return name.ends_with("-PLUS"); }

bool is_unique(const ChannelBinding& binding) { return binding.type == "tls-unique"; }

struct Choice {
    const Credentials& who;
    const Offer& offer;
    const ClientPolicy& policy;
    const Names& except;

    bool may_try(std::string_view name) const { return has(offer.mechanisms, name) && !has(except, name); }

    std::unique_ptr<ClientMechanism> token() const {
        if (!who.token || who.username.empty() || !offer.encrypted) return nullptr;
        const std::string& name = who.token->mechanism;
        if (!has(offer.fast_mechanisms, name) || has(except, name)) return nullptr;
        std::optional<std::string> binding = token_binding(name, offer.bindings);
        return binding ? make_token_client(who.username, *who.token, *std::move(binding)) : nullptr;
    }

    bool offers_binding() const { return std::any_of(offer.mechanisms.begin(), offer.mechanisms.end(), is_plus); }

    // XEP-0440, rules 4 and 5: types without mechanisms, or mechanisms without types. The latter is what RFC 6120's
    // SASL looks like with a server that is older than XEP-0440.
    bool contradicts_itself() const {
        if (offer.bindings.empty()) return false;  // we could not bind in any case
        const bool types = offer.binding_types && !offer.binding_types->empty();
        if (types && !offers_binding()) return true;
        return offer.sasl2 && offers_binding() && !types;
    }

    // The best binding that both sides have; there is one of ours. Where the server did not say what it has, it is
    // older than XEP-0440, and most likely knows tls-unique only (Prosody 0.12, ejabberd 23.01); each further attempt
    // takes the next one.
    std::optional<ChannelBinding> binding() const {
        if (!offer.binding_types) {
            const auto tried = static_cast<std::size_t>(std::count_if(except.begin(), except.end(), is_plus));
            ChannelBindings old_first = offer.bindings;
            std::stable_partition(old_first.begin(), old_first.end(), is_unique);
            return old_first[std::min(tried, old_first.size() - 1)];
        }
        for (const ChannelBinding& ours : offer.bindings)
            if (has(*offer.binding_types, ours.type)) return ours;
        return std::nullopt;
    }

    // COMPAT(ejabberd<23.04): -PLUS under TLS 1.3, by tls-unique alone, which is not defined there (RFC 9266 §3), and
    // without a word about types. We bind to tls-exporter, as RFC 9266 §3 has it; a server that refuses that gets 'y':
    // whoever has a binding must refuse it in turn (RFC 5802 §6), so who took the types out of the offer gains nothing.
    // ejabberd 23.01 takes it.
    bool is_guess() const {
        return !offer.binding_types && std::none_of(offer.bindings.begin(), offer.bindings.end(), is_unique);
    }

    Result<std::unique_ptr<ClientMechanism>> scram() const {
        const bool plus_wanted = offers_binding() && !offer.bindings.empty();
        const std::optional<ChannelBinding> bound = plus_wanted ? binding() : std::nullopt;
        for (const Hash hash : {Hash::sha256, Hash::sha1}) {
            if (bound && may_try(scram_name(hash, true))) return scram(hash, 'p', bound);
            if (bound && is_guess() && may_try(scram_name(hash, false)) && has(except, scram_name(hash, true)))
                return scram(hash, 'y', std::nullopt);
        }
        // A binding that failed is no reason to do without: that is what an attacker would wait for.
        if (bound && std::any_of(except.begin(), except.end(), is_plus))
            return make_error_code(SaslFault::no_common_mechanism);
        // 'y': we could, and see no offer. It is also said where only hashes that we do not know are offered with a
        // binding: a server that has it refuses us then. 'n': we cannot, or have no type in common.
        const char flag = offer.bindings.empty() || (plus_wanted && !bound) ? 'n' : 'y';
        for (const Hash hash : {Hash::sha256, Hash::sha1})
            if (may_try(scram_name(hash, false))) return scram(hash, flag, std::nullopt);
        return std::unique_ptr<ClientMechanism>();
    }

    Result<std::unique_ptr<ClientMechanism>> scram(Hash hash, char flag, std::optional<ChannelBinding> bound) const {
        const std::vector<Secret> prepared = prepared_passwords(who.password);
        if (prepared.empty()) return make_error_code(SaslFault::bad_password);
        ScramRequest request;
        request.hash = hash;
        request.username = who.username;
        request.password = prepared.front();
        request.authzid = who.authzid;
        request.flag = flag;
        request.binding = std::move(bound);
        request.offer_hash = offer_hash(hash, offer.mechanisms, offer.binding_types);
        // XEP-0440, rule 6, as XEP-0474 relaxes it: no type in common is an attack, unless the server signs that list.
        // (With bindings of our own, 'n' means that the server named types, and none of ours.)
        request.offer_must_be_vouched =
            flag == 'n' && !offer.bindings.empty() && !has(*offer.binding_types, "tls-server-end-point");
        request.fewest_iterations = policy.fewest_iterations;
        request.most_iterations = policy.most_iterations;
        request.nonce = policy.nonce ? policy.nonce() : random_token(128);
        return make_scram_client(std::move(request));
    }
};

}  // namespace

Result<std::unique_ptr<ClientMechanism>> choose_mechanism(const Credentials& who, const Offer& offer,
                                                          const ClientPolicy& policy, const Names& except) {
    const Choice choice{who, offer, policy, except};
    if (auto token = choice.token()) return token;
    if (who.certificate && choice.may_try("EXTERNAL")) return make_external_client(who.authzid);
    if (who.username.empty()) {
        if (choice.may_try("ANONYMOUS")) return make_anonymous_client();
        return make_error_code(SaslFault::no_common_mechanism);
    }
    if (who.password.empty()) return make_error_code(SaslFault::no_common_mechanism);
    if (choice.contradicts_itself()) return make_error_code(SaslFault::binding_stripped);
    Result<std::unique_ptr<ClientMechanism>> scram = choice.scram();
    if (!scram || *scram) return scram;
    if (!choice.may_try("PLAIN")) return make_error_code(SaslFault::no_common_mechanism);
    if (!policy.plain || !offer.encrypted) return make_error_code(SaslFault::only_plain_offered);
    return make_plain_client(who.authzid, who.username, who.password);
}

}  // namespace rondel::sasl
