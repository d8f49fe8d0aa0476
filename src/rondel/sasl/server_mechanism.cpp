#include "rondel/sasl/server_mechanism.hpp"

#include "rondel/sasl/hashed_token.hpp"
#include "rondel/sasl/plain_servers.hpp"
#include "rondel/sasl/scram_server.hpp"

#include <algorithm>
#include <iterator>

namespace rondel::sasl {

namespace {

bool has(const std::vector<std::string>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::vector<std::string> offered_mechanisms(const ServerPolicy& policy, const Channel& channel) {
    std::vector<std::string> names;
    if (!channel.certificate_addresses.empty()) names.emplace_back("EXTERNAL");
    if (!channel.bindings.empty()) names.insert(names.end(), {"SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"});
    names.insert(names.end(), {"SCRAM-SHA-256", "SCRAM-SHA-1"});
    if (policy.plain && channel.encrypted) names.emplace_back("PLAIN");
    if (policy.anonymous) names.emplace_back("ANONYMOUS");
    return names;
}

std::vector<std::string> offered_fast_mechanisms(const Channel& channel) {
    return channel.encrypted ? token_mechanisms(channel.bindings) : std::vector<std::string>();
}

std::vector<std::string> offered_binding_types(const Channel& channel) {
    std::vector<std::string> types;
    // COMPAT(gloox): who does not read this list binds to tls-unique, where TLS has it; nobody is asked to.
    for (const ChannelBinding& binding : channel.bindings)
        if (binding.type != "tls-unique") types.push_back(binding.type);
    return types;
}

std::optional<Failure> refusal_of(std::string_view name, const ServerPolicy& policy, const Channel& channel) {
    std::vector<std::string> offered = offered_mechanisms(policy, channel);
    std::ranges::move(offered_fast_mechanisms(channel), std::back_inserter(offered));
    if (has(offered, name)) return std::nullopt;
    if ((name == "PLAIN" || name.starts_with("HT-SHA-256-")) && !channel.encrypted)
        return Failure{FailureCondition::encryption_required,
                       "It asked for a mechanism that is offered under TLS only."};
    if (name == "PLAIN")
        return Failure{FailureCondition::mechanism_too_weak, "It asked for PLAIN, which is not allowed here."};
    return Failure{FailureCondition::invalid_mechanism, "It asked for a mechanism that was not offered."};
}

std::unique_ptr<ServerMechanism> make_server_mechanism(std::string_view name, const AccountDirectory& accounts,
                                                       const ServerPolicy& policy, const Channel& channel) {
    if (refusal_of(name, policy, channel)) return nullptr;
    if (name.starts_with("SCRAM-")) {
        const bool plus = name.ends_with("-PLUS");
        return make_scram_server(name.find("SHA-256") != name.npos ? Hash::sha256 : Hash::sha1, plus, accounts, policy,
                                 channel);
    }
    if (name == "EXTERNAL") return make_external_server(accounts, policy, channel);
    if (name == "PLAIN") return make_plain_server(accounts, policy);
    if (name == "ANONYMOUS") return make_anonymous_server();
    return make_token_server(name, accounts, channel);
}

}  // namespace rondel::sasl
