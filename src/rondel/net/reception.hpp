// Several domains behind one door: a client's header says which of them it means.
#pragma once

#include "rondel/server/domain.hpp"

#include <string>
#include <vector>

namespace rondel::net {

// For one stream. The domain may change with each header until somebody tries to authenticate, and never after: who is
// known in one domain is nobody in another.
// Borrows: the domains.   Threads: one.
class Reception final : public stream::ClientDirectory {
  public:
    explicit Reception(const std::vector<server::Domain*>& domains) : domains_(domains), chosen_(domains.front()) {}
    server::Domain& domain() const { return *chosen_; }
    bool was_asked() const { return fixed_; }  // somebody tried to authenticate
    // As whom, the last time: the address of an account that there is, made safe for a log. Empty: there is none.
    const std::string& wanted() const { return wanted_; }

    bool serves(std::string_view domain) const override;

    std::optional<sasl::ScramKeys> keys_of(std::string_view username, sasl::Hash hash) const override;
    bool is_disabled(std::string_view username) const override;
    std::optional<std::string> certified(const std::vector<std::string>& addresses) const override;
    std::vector<Secret> tokens_of(std::string_view username, std::string_view mechanism) const override;
    std::variant<Jid, Condition> bind(const stream::BindRequest& request) override;
    std::optional<stream::Resumption> take_session(const Jid& account, std::string_view id) override;
    std::optional<std::uint32_t> handled_in(const Jid& account, std::string_view id) override;
    std::optional<sasl::Token> grant_token(const Jid& account, std::string_view mechanism,
                                           std::string_view client_id) override;
    void revoke_tokens(const Jid& account, std::string_view client_id) override;
    bool registration_open() const override;
    std::optional<Condition> add_account(std::string_view username, const Secret& password) override;

  private:
    server::Domain& fixed() const;
    void note(std::string_view username, bool is_known) const;

    const std::vector<server::Domain*>& domains_;
    mutable server::Domain* chosen_;
    mutable bool fixed_ = false;
    mutable std::string wanted_ = {};
};

}  // namespace rondel::net
