#include "rondel/server/domain.hpp"

#include "rondel/server/domain_state.hpp"

#include <stdexcept>
#include <utility>

namespace rondel::server {

Domain::Domain(Switchboard& board, Storage& storage, DomainOptions options)
    : state_(std::make_unique<State>(board, storage, std::move(options))) {
    if (!board.attach(state_->home.name(), *this))
        throw std::invalid_argument("The domain '" + state_->home.name().str() + "' is taken.");
}

Domain::~Domain() { state_->home.board.detach(state_->home.name()); }

std::optional<Condition> Domain::add_account(std::string_view username, const Secret& password) {
    return state_->accounts.add(username, password);
}

void Domain::set_password(std::string_view username, const Secret& password) {
    if (state_->accounts.set_password(username, password))
        throw std::invalid_argument("That cannot be the name and the password of a user.");
}

void Domain::expire(Instant now) {
    state_->home.run([this, now] { state_->sessions.expire(now); });
}
Instant Domain::deadline() const { return state_->sessions.deadline(); }
void Domain::on_deadline(std::function<void()> call) { state_->sessions.on_deadline(std::move(call)); }
std::size_t Domain::sessions() const { return state_->sessions.count(); }
std::size_t Domain::owed() const { return state_->sessions.owed(); }
void Domain::refuse_owed() {
    state_->home.run([this] { state_->sessions.refuse_owed(); });
}
const DomainOptions& Domain::options() const { return state_->home.options; }

// In the middle of something it waits for its turn: deliver() may come from what our own stanza caused.
void Domain::deliver(Stanza stanza) { state_->home.arrive_later(std::move(stanza)); }

std::optional<sasl::ScramKeys> Domain::keys_of(std::string_view username, sasl::Hash hash) const {
    return state_->accounts.keys_of(username, hash);
}
bool Domain::is_disabled(std::string_view username) const { return state_->accounts.is_disabled(username); }
std::optional<std::string> Domain::certified(const std::vector<std::string>& addresses) const {
    return state_->accounts.certified(addresses);
}
std::vector<Secret> Domain::tokens_of(std::string_view username, std::string_view mechanism) const {
    return state_->accounts.tokens_of(username, mechanism);
}
bool Domain::serves(std::string_view domain) const { return domain == state_->home.name().str(); }

std::variant<Jid, Condition> Domain::bind(const stream::BindRequest& request) {
    std::variant<Jid, Condition> bound = Condition::internal_server_error;
    state_->home.run([&] { bound = state_->sessions.bind(request); });
    return bound;
}

std::optional<stream::Resumption> Domain::take_session(const Jid& account, std::string_view id) {
    std::optional<stream::Resumption> left;
    state_->home.run([&] { left = state_->sessions.take(account, id); });
    return left;
}

std::optional<std::uint32_t> Domain::handled_in(const Jid& account, std::string_view id) {
    return state_->sessions.handled_in(account, id);
}

std::optional<sasl::Token> Domain::grant_token(const Jid& account, std::string_view mechanism,
                                               std::string_view client_id) {
    return state_->accounts.grant_token(account.local(), mechanism, client_id);
}
void Domain::revoke_tokens(const Jid& account, std::string_view client_id) {
    state_->accounts.revoke_tokens(account.local(), client_id);
}
bool Domain::registration_open() const { return state_->home.options.registration; }

}  // namespace rondel::server
