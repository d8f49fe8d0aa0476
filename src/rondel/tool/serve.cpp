// rondel serve: the embedded server.
#include "rondel/net/run_through.hpp"
#include "rondel/tool/commands.hpp"
#include "rondel/tool/connection_options.hpp"
#include "rondel/tool/json.hpp"
#include "rondel/tool/serving.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>
#include <sys/resource.h>

namespace rondel::tool {

namespace asio = boost::asio;

namespace {

constexpr auto patience = std::chrono::seconds(10);  // with those who do not leave

struct ServeCommand {
    ServeOptions options;
    std::vector<std::string> places, users, components;
    std::string config;
    bool json = false;
    LogOptions log;
};

// Each connection takes a descriptor, and the usual limit of 1024 is for programs that use select().
void raise_descriptor_limit() {
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

// What is there once is of the command line, what is there often of both.
ServeOptions gather(ServeCommand command) {
    ServeOptions options = std::move(command.options);
    if (!command.config.empty()) {
        const ServeOptions said = options;
        read_config(command.config, options);
        for (const auto one :
             {&ServeOptions::data, &ServeOptions::certificate, &ServeOptions::key, &ServeOptions::client_ca})
            if (!(said.*one).empty()) options.*one = said.*one;
        for (const auto one : {&ServeOptions::registration, &ServeOptions::tls_optional, &ServeOptions::allow_plaintext,
                               &ServeOptions::replace_components})
            options.*one = options.*one || said.*one;
    }
    if (!command.places.empty()) options.places.clear();  // the command line wins
    for (const std::string& text : command.places)
        for (auto& place : parse_places(text, "--listen")) options.places.push_back(std::move(place));
    for (const std::string& text : command.users) options.accounts.push_back(parse_account(text));
    for (const std::string& text : command.components) options.components.push_back(parse_component(text));
    return options;
}

std::string_view title_of(DoorKind kind) {
    switch (kind) {
        case DoorKind::c2s:
            return "clients (STARTTLS)";
        case DoorKind::c2s_tls:
            return "clients (TLS)";
        case DoorKind::component:
            return "components";
        case DoorKind::http:
        case DoorKind::http_plain:
            return "clients (WebSocket)";
    }
    return {};
}

std::string place_of(DoorKind kind, const net::Endpoint& at) {
    if (kind == DoorKind::http_plain) return "ws://" + at.str() + "/xmpp-websocket";
    if (kind == DoorKind::http) return "wss://" + at.str() + "/xmpp-websocket";
    return at.str();
}

void print_ready(const Serving& serving, bool as_json) {
    if (as_json) {
        json::object ports;
        for (const auto& [kind, at] : serving.opened())
            if (!at.is_unix() && !ports.contains(to_string(kind))) ports[to_string(kind)] = at.port;
        print_json({{"ports", ports}, {"pin", serving.pin()}});
    } else {
        std::string names;
        for (const Jid& name : serving.domains()) names += (names.empty() ? "" : ", ") + name.str();
        fmt::print("Serving {}.\n", names);
        for (const auto& [kind, at] : serving.opened()) fmt::print("  {:<22}{}\n", title_of(kind), place_of(kind, at));
        fmt::print("Its certificate is {}{}\n", serving.made_certificate() ? "self-signed: --tls-pin " : "",
                   serving.pin());
    }
    std::fflush(stdout);
}

int serve(ServeCommand command) {
    std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    const bool as_json = command.json;
    const LogSink log = make_log(command.log);
    const net::PeerTrafficSink traffic = make_peer_traffic_log(command.log);
    if (!command.users.empty() || !command.components.empty())
        log(LogLevel::debug, "Passwords on the command line can be seen by all users of this machine.");
    asio::io_context io(1);
    asio::signal_set ends(io, SIGTERM, SIGINT), reloads(io, SIGHUP);  // before anybody is told that we are ready
    ServeOptions options = gather(std::move(command));
    const std::vector<std::string> warnings = std::move(options.warnings);
    Serving serving(io.get_executor(), std::move(options), log, traffic);
    for (const std::string& warning : warnings) log(LogLevel::warning, warning);
    print_ready(serving, as_json);

    asio::steady_timer limit(io);
    const auto finish = [&] { io.stop(); };
    ends.async_wait([&](boost::system::error_code error, int) {
        if (error) return;
        ends.async_wait([](boost::system::error_code again, int number) {
            if (!again) std::_Exit(128 + number);
        });
        limit.expires_after(patience);
        limit.async_wait([&](boost::system::error_code cancelled) {
            if (!cancelled) finish();
        });
        serving.drain(finish);
    });
    std::function<void()> wait_for_reload = [&] {
        reloads.async_wait([&](boost::system::error_code error, int) {
            if (error) return;
            serving.reload_certificate();
            wait_for_reload();
        });
    };
    wait_for_reload();
    net::run_through(io, log);
    return 0;
}

}  // namespace

void add_serve(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand("serve", "An embedded XMPP server: for development, tests, demonstrations");
    auto what = std::make_shared<ServeCommand>();
    ServeOptions& options = what->options;
    command->add_option("--domain", options.domains, "A domain with users; localhost if there is none")->type_name("D");
    command
        ->add_option("--listen", what->places,
                     "Where, if not at 127.0.0.1 at the usual ports: [KIND=]HOST[:PORT], where KIND is c2s, c2s_tls, "
                     "component, http or http_plain; port 0 takes a free one")
        ->type_name("PLACE");
    command->add_option("--user", what->users, "An account: JID:PASSWORD")->type_name("J:P");
    command->add_option("--component", what->components, "A component that may connect: DOMAIN:SECRET")
        ->type_name("D:S");
    command->add_flag("--replace-components", options.replace_components,
                      "A component that connects once more takes the place of its old connection; else it is refused");
    command->add_option("--config", what->config, "A file with all of this and more (packaging/serve.toml)")
        ->type_name("F.toml");
    command->add_option("--data", options.data, "Keep accounts, rosters and messages in this file; else in memory only")
        ->type_name("F.sqlite");
    command->add_flag("--registration", options.registration, "Anybody may make an account (XEP-0077)");
    command->add_flag("--json", what->json, "Print one line of JSON when it is ready");
    command->add_option("--certificate", options.certificate, "PEM; made, self-signed, if neither file is there")
        ->type_name("F")
        ->group("Security");
    command->add_option("--key", options.key, "Its key, PEM")->type_name("F")->group("Security");
    command
        ->add_option("--client-ca", options.client_ca,
                     "PEM: clients whose certificate is of one of these authorities need no password (SASL EXTERNAL)")
        ->type_name("F")
        ->check(CLI::ExistingFile)
        ->group("Security");
    command->add_flag("--tls-optional", options.tls_optional, "Clients may stay without TLS, on this machine")
        ->group("Security");
    command
        ->add_flag("--allow-plaintext", options.allow_plaintext,
                   "Without TLS for other machines, too: passwords and messages can be read on the way")
        ->group("Security");
    add_log_options(*command, what->log);
    command->footer(
        "SIGTERM or Ctrl-C: who owes an answer has five seconds for it, all are told, and it ends; a second one ends "
        "it "
        "at once. SIGHUP: the certificate is read "
        "anew.");
    command->callback([what, &action] { action = [what] { return serve(*what); }; });
}

}  // namespace rondel::tool
