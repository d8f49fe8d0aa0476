// A server for clients in tests: who has an account, and what our side of a client's stream says to whom.
#pragma once

#include "rondel/stream/accepting_client_stream.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "tests/support/accounts.hpp"
#include "tests/support/streams.hpp"

namespace rondel::test {

// A directory that a test fills. A value.
struct Clients final : stream::ClientDirectory {
    Accounts accounts = {};
    std::set<std::string, std::less<>> domains = {};
    std::optional<Condition> bind_refusal = {};
    std::map<std::string, stream::Resumption, std::less<>> sessions = {};    // by id
    std::map<std::string, std::uint32_t, std::less<>> sessions_before = {};  // that are gone: what they had handled
    bool is_registration_open = false;
    bool is_out_of_order = false;             // storage: whatever is asked throws …
    bool is_out_of_order_for_tokens = false;  // … or this
    std::string did = {};                     // what was done here, for tests that look

    std::optional<sasl::ScramKeys> keys_of(std::string_view username, sasl::Hash hash) const override;
    bool is_disabled(std::string_view username) const override { return accounts.is_disabled(username); }
    std::optional<std::string> certified(const std::vector<std::string>& addresses) const override;
    std::vector<Secret> tokens_of(std::string_view username, std::string_view mechanism) const override;
    bool serves(std::string_view domain) const override { return domains.contains(domain); }
    // The resource as wanted, or the tag and "/r1", or "r1". Anonymous: "guest".
    std::variant<Jid, Condition> bind(const stream::BindRequest& request) override;
    std::optional<stream::Resumption> take_session(const Jid& account, std::string_view id) override;
    std::optional<std::uint32_t> handled_in(const Jid& account, std::string_view id) override;
    std::optional<sasl::Token> grant_token(const Jid& account, std::string_view mechanism,
                                           std::string_view client_id) override;
    void revoke_tokens(const Jid& account, std::string_view client_id) override;
    bool registration_open() const override { return is_registration_open; }
    std::optional<Condition> add_account(std::string_view username, const Secret& password) override;
};

// capulet.example and montague.example, and juliet of the former with the password "r0m30".
Clients capulet();
inline constexpr std::string_view juliets_plain = "AGp1bGlldAByMG0zMA==";  // PLAIN, right
inline constexpr std::string_view wrong_plain = "AGp1bGlldAB3cm9uZw==";

// Its domain is capulet.example, salts and nonces are always the same, stream ids are s1, s2, …
stream::AcceptingClientOptions capulet_options();
const stream::TlsFacts& usual_tls();  // with tls-exporter "exported" and tls-server-end-point "certificate"

// With `tls` the transport is secure from the beginning.
MakeStream accepting_client(Clients clients = capulet(), stream::AcceptingClientOptions options = capulet_options(),
                            std::optional<stream::TlsFacts> tls = std::nullopt);

// What the client says, and what we say.
std::string client_header(std::string_view to = "capulet.example", std::string_view from = {});
std::string header_for_client(std::string_view id, std::string_view to = {}, std::string_view from = "capulet.example");

inline constexpr std::string_view starttls = "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
inline constexpr std::string_view proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
inline constexpr std::string_view features_before_tls =
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>";
inline constexpr std::string_view features_of_sasl =
    "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
    "<mechanism>SCRAM-SHA-256-PLUS</mechanism><mechanism>SCRAM-SHA-1-PLUS</mechanism>"
    "<mechanism>SCRAM-SHA-256</mechanism><mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms>"
    "<authentication xmlns='urn:xmpp:sasl:2'>"
    "<mechanism>SCRAM-SHA-256-PLUS</mechanism><mechanism>SCRAM-SHA-1-PLUS</mechanism>"
    "<mechanism>SCRAM-SHA-256</mechanism><mechanism>SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism>"
    "<inline><bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:carbons:2'/><feature var='urn:xmpp:csi:0'/>"
    "<feature var='urn:xmpp:sm:3'/></inline></bind><sm xmlns='urn:xmpp:sm:3'/><fast xmlns='urn:xmpp:fast:0'>"
    "<mechanism>HT-SHA-256-EXPR</mechanism><mechanism>HT-SHA-256-ENDP</mechanism>"
    "<mechanism>HT-SHA-256-NONE</mechanism></fast></inline></authentication>"
    "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/>"
    "<channel-binding type='tls-server-end-point'/></sasl-channel-binding></stream:features>";
inline constexpr std::string_view features_of_bind =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
    "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session><sm xmlns='urn:xmpp:sm:3'/>"
    "<csi xmlns='urn:xmpp:csi:0'/><ver xmlns='urn:xmpp:features:rosterver'/>"
    "<sub xmlns='urn:xmpp:features:pre-approval'/></stream:features>";
std::string auth(std::string_view mechanism, std::string_view data = {});
std::string sasl_failure(std::string_view condition);
inline constexpr std::string_view sasl_success = "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>";
std::string bind_request(std::string_view resource = {}, std::string_view id = "b1");
std::string bind_result(std::string_view address, std::string_view id = "b1");

}  // namespace rondel::test
