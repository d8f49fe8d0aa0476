#include "rondel/net/reception.hpp"

#include "rondel/base/utf8.hpp"

namespace rondel::net {

bool Reception::serves(std::string_view domain) const {
    if (fixed_) return chosen_->serves(domain);
    for (server::Domain* each : domains_) {
        if (!each->serves(domain)) continue;
        chosen_ = each;
        return true;
    }
    return false;
}

server::Domain& Reception::fixed() const {
    fixed_ = true;
    return *chosen_;
}

void Reception::note(std::string_view username, bool is_known) const {
    wanted_.clear();
    if (is_known) wanted_ = sanitize_for_log(username) + "@" + std::string(chosen_->options().name.str());
}

std::optional<sasl::ScramKeys> Reception::keys_of(std::string_view username, sasl::Hash hash) const {
    auto keys = fixed().keys_of(username, hash);
    note(username, keys.has_value());
    return keys;
}
bool Reception::is_disabled(std::string_view username) const { return fixed().is_disabled(username); }
std::optional<std::string> Reception::certified(const std::vector<std::string>& addresses) const {
    auto username = fixed().certified(addresses);
    note(username.value_or(std::string()), username.has_value());
    return username;
}
std::vector<Secret> Reception::tokens_of(std::string_view username, std::string_view mechanism) const {
    auto tokens = fixed().tokens_of(username, mechanism);
    note(username, !tokens.empty());
    return tokens;
}
std::variant<Jid, Condition> Reception::bind(const stream::BindRequest& request) { return fixed().bind(request); }
std::optional<stream::Resumption> Reception::take_session(const Jid& account, std::string_view id) {
    return fixed().take_session(account, id);
}
std::optional<std::uint32_t> Reception::handled_in(const Jid& account, std::string_view id) {
    return fixed().handled_in(account, id);
}
std::optional<sasl::Token> Reception::grant_token(const Jid& account, std::string_view mechanism,
                                                  std::string_view client_id) {
    return fixed().grant_token(account, mechanism, client_id);
}
void Reception::revoke_tokens(const Jid& account, std::string_view client_id) {
    fixed().revoke_tokens(account, client_id);
}
bool Reception::registration_open() const { return chosen_->registration_open(); }
std::optional<Condition> Reception::add_account(std::string_view username, const Secret& password) {
    return fixed().add_account(username, password);
}

}  // namespace rondel::net
