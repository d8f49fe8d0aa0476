#include "rondel/tool/conformance_options.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/net/endpoint.hpp"
#include "rondel/net/websocket_url.hpp"
#include "rondel/tool/serve_options.hpp"

#include <fmt/format.h>

namespace rondel::tool {

namespace {

conformance::Place place_of(const std::string& text, std::uint16_t port, const char* option) {
    const Result<net::Endpoint> at = net::Endpoint::parse(text, port);
    if (!at || at->is_unix())
        throw ConfigError(fmt::format("{}: \"{}\" is no HOST[:PORT].", option, sanitize_for_log(text)));
    return {at->host, at->port};
}

Duration seconds(double count) { return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(count)); }

}  // namespace

void ConformanceCommand::add_to(CLI::App& command) {
    constexpr auto of_server = "A server";
    constexpr auto of_component = "A component";
    command.add_option("--server", server, "Where its clients connect, instead of a server in this process")
        ->type_name("HOST[:PORT]")
        ->group(of_server);
    command.add_option("--domain", domain, "Its domain")->type_name("D")->group(of_server);
    command
        .add_option("--user", users,
                    "An account of it, NAME:PASSWORD; three at least. What is in them is removed: rosters, block lists")
        ->type_name("N:P")
        ->group(of_server);
    command
        .add_option("--component", components,
                    "A component that it serves, and where that connects: DOMAIN:SECRET@HOST:PORT; two for all cases")
        ->type_name("D:S@H:P")
        ->group(of_server);
    command.add_option("--websocket", websocket, "wss://HOST[:PORT]/PATH, or ws://")
        ->type_name("URL")
        ->group(of_server);
    command.add_flag("--direct-tls", direct_tls, "Connections of clients begin with TLS")->group(of_server);
    command.add_option("--tls-ca", ca, "Its certificate is from this authority (PEM)")
        ->type_name("F")
        ->group(of_server);
    command.add_option("--tls-pin", pin, "Its certificate is exactly this one: sha256:FINGERPRINT")
        ->type_name("PIN")
        ->group(of_server);
    command.add_flag("--tls-insecure", insecure, "Whatever its certificate is")->group(of_server);
    command
        .add_option("--component-listen", listen,
                    "Try a component: it connects here, and we are its server (XEP-0114). Port 0 takes a free one")
        ->type_name("HOST:PORT")
        ->group(of_component);
    command.add_option("--as", component, "What it is called and knows: DOMAIN:SECRET")
        ->type_name("D:S")
        ->group(of_component);
    command
        .add_option("--start", start,
                    "The command that runs it, started again where it ends; {port} in it is where it connects")
        ->type_name("CMD")
        ->group(of_component);
    command.add_option("--patience", patience, "Seconds for it to connect, and to connect again")
        ->capture_default_str()
        ->group(of_component);
    command.add_option("--only", only, "Only cases whose row, section or title has this in it: R097, \"6120 §11\"")
        ->type_name("TEXT");
    command.add_option("--limit", limit, "Seconds for each thing that has to come")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command.add_flag("--json", json, "One line of JSON for each case, and one for all");
    command.add_flag("--quiet", quiet, "Only what did not pass, and the sums");
}

conformance::ServerUnderTest ConformanceCommand::server_under_test() const {
    if (domain.empty()) throw ConfigError("--server needs --domain: a server serves more than one.");
    conformance::ServerUnderTest tried;
    tried.domain = domain;
    tried.clients = place_of(server, 5222, "--server");
    tried.direct_tls = direct_tls;
    tried.trust = {.ca_file = ca, .pin = pin, .anybody = insecure};
    tried.limit = seconds(limit);
    for (const std::string& text : users) {
        const auto account = parse_account(text);
        tried.accounts.push_back({account.jid.substr(0, account.jid.find('@')), account.password, true});
    }
    for (const std::string& text : components) {
        const std::size_t at = text.rfind('@');
        if (at == std::string::npos)
            throw ConfigError("--component is not understood: expected DOMAIN:SECRET@HOST:PORT.");
        const auto account = parse_component(text.substr(0, at));
        tried.components.push_back(
            {account.domain, account.secret, place_of(text.substr(at + 1), net::component_port, "--component")});
    }
    if (!websocket.empty()) {
        const auto url = net::WebSocketUrl::parse(websocket);
        if (!url)
            throw ConfigError(fmt::format("--websocket: \"{}\" is no ws:// or wss://.", sanitize_for_log(websocket)));
        tried.websocket = {{url->where.host, url->where.port}, url->tls, url->path};
    }
    return tried;
}

conformance::ComponentUnderTest ConformanceCommand::component_under_test() const {
    if (component.empty()) throw ConfigError("--component-listen needs --as DOMAIN:SECRET.");
    const auto account = parse_component(component);
    conformance::ComponentUnderTest tried;
    tried.domain = account.domain;
    tried.secret = account.secret;
    tried.limit = seconds(limit);
    tried.patience = seconds(patience);
    return tried;
}

}  // namespace rondel::tool
