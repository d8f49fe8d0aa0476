#include "tests/support/clients.hpp"

#include "rondel/stream/content_ns.hpp"
#include "rondel/stream/header.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

namespace rondel::test {

using namespace stream;

namespace {

void ask(const Clients& clients) {
    if (clients.is_out_of_order) throw std::runtime_error("The disk is full.");
}

}  // namespace

std::optional<sasl::ScramKeys> Clients::keys_of(std::string_view username, sasl::Hash hash) const {
    ask(*this);
    return accounts.keys_of(username, hash);
}

std::optional<std::string> Clients::certified(const std::vector<std::string>& addresses) const {
    return accounts.certified(addresses);
}

std::vector<Secret> Clients::tokens_of(std::string_view username, std::string_view mechanism) const {
    return accounts.tokens_of(username, mechanism);
}

std::variant<Jid, Condition> Clients::bind(const BindRequest& request) {
    ask(*this);
    if (bind_refusal) return *bind_refusal;
    did +=
        "bind " + request.account.str() + " " + request.resource + " " + request.tag + " " + request.client_id + "\n";
    if (request.account.local().empty()) return Jid::parse("guest@" + request.account.str() + "/r1").value();
    const std::string resource = !request.resource.empty() ? request.resource
                                 : request.tag.empty()     ? "r1"
                                                           : request.tag + "/r1";
    const Result<Jid> address = request.account.with_resource(resource);
    if (!address) return Condition::bad_request;
    return *address;
}

std::optional<Resumption> Clients::take_session(const Jid& account, std::string_view id) {
    ask(*this);
    const auto found = sessions.find(id);
    if (found == sessions.end() || found->second.address.bare() != account) return std::nullopt;
    Resumption taken = std::move(found->second);
    sessions.erase(found);
    return taken;
}

std::optional<std::uint32_t> Clients::handled_in(const Jid&, std::string_view id) {
    const auto found = sessions_before.find(id);
    return found == sessions_before.end() ? std::nullopt : std::optional(found->second);
}

std::optional<sasl::Token> Clients::grant_token(const Jid& account, std::string_view mechanism,
                                                std::string_view client_id) {
    if (is_out_of_order_for_tokens) throw std::runtime_error("The disk is full.");
    did += "grant " + account.str() + " " + std::string(client_id) + "\n";
    return sasl::Token{std::string(mechanism), "new-token", "2026-12-24T00:00:00Z"};
}

void Clients::revoke_tokens(const Jid& account, std::string_view client_id) {
    did += "revoke " + account.str() + " " + std::string(client_id) + "\n";
}

std::optional<Condition> Clients::add_account(std::string_view username, const Secret& password) {
    ask(*this);
    if (accounts.keys_of(username, sasl::Hash::sha256)) return Condition::conflict;
    accounts.add(std::string(username), password, 1);
    return std::nullopt;
}

Clients capulet() {
    Clients clients;
    clients.domains = {"capulet.example", "montague.example"};
    for (const sasl::Hash hash : {sasl::Hash::sha1, sasl::Hash::sha256})
        clients.accounts.keys[{"juliet", hash}] = sasl::derive_keys("r0m30", hash, "salt", 1).value();
    return clients;
}

AcceptingClientOptions capulet_options() {
    AcceptingClientOptions options;
    options.domain = "capulet.example";
    options.sasl.iterations = 1;
    options.sasl.nonce = [] { return "server"; };
    options.sasl.fake_salt_key = "a key";
    return options;
}

const TlsFacts& usual_tls() {
    static const TlsFacts facts{.bindings = {{"tls-exporter", "exported"}, {"tls-server-end-point", "certificate"}}};
    return facts;
}

MakeStream accepting_client(Clients clients, AcceptingClientOptions options, std::optional<TlsFacts> tls) {
    return [clients = std::make_shared<const Clients>(std::move(clients)), options = std::move(options),
            tls = std::move(tls)] {
        struct Holder {
            Holder(const Clients& all, const AcceptingClientOptions& how, std::function<std::string()> ids)
                : clients(all), stream(clients, how, std::move(ids)) {}
            Clients clients;
            AcceptingClientStream stream;
        };
        auto count = std::make_shared<int>(0);
        const auto ids = [count] { return "s" + std::to_string(++*count); };
        auto holder = std::make_shared<Holder>(*clients, options, ids);
        if (tls) holder->stream.secured(*tls, Instant());
        return std::shared_ptr<Stream>(holder, &holder->stream);
    };
}

std::string client_header(std::string_view to, std::string_view from) {
    return write_header({.content_ns = client_ns, .from = from, .to = to, .version = "1.0"});
}

std::string header_for_client(std::string_view id, std::string_view to, std::string_view from) {
    return write_header({.content_ns = client_ns, .from = from, .to = to, .id = id, .version = "1.0", .lang = "en"});
}

std::string auth(std::string_view mechanism, std::string_view data) {
    return "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='" + std::string(mechanism) + "'>" +
           std::string(data) + "</auth>";
}

std::string sasl_failure(std::string_view condition) {
    return "<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><" + std::string(condition) + "/></failure>";
}

std::string bind_request(std::string_view resource, std::string_view id) {
    return "<iq type='set' id='" + std::string(id) + "'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>" +
           (resource.empty() ? "" : "<resource>" + std::string(resource) + "</resource>") + "</bind></iq>";
}

std::string bind_result(std::string_view address, std::string_view id) {
    return "<iq id='" + std::string(id) + "' type='result'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" +
           std::string(address) + "</jid></bind></iq>";
}

}  // namespace rondel::test
