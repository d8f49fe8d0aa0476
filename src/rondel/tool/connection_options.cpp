#include "rondel/tool/connection_options.hpp"

#include "rondel/base/utf8.hpp"

#include <cstdlib>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

namespace rondel::tool {

Jid address_argument(const std::string& text) {
    Result<Jid> jid = Jid::parse(text);
    if (!jid)
        throw std::runtime_error(
            fmt::format("\"{}\" is no address: {}", sanitize_for_log(text), jid.error().message()));
    return *std::move(jid);
}

void add_log_options(CLI::App& command, LogOptions& log) {
    command.add_option("--log-level", log.level, "debug, info, warning, error or off")
        ->check(CLI::IsMember({"debug", "info", "warning", "error", "off"}))
        ->capture_default_str()
        ->group("Log (standard error)");
    command.add_flag("--log-traffic", log.traffic, "Show each stanza in (<-) and out (->); secrets are masked")
        ->group("Log (standard error)");
}

void ConnectionOptions::add_to(CLI::App& command) {
    CLI::Option_group* host = command.add_option_group("Connection");
    host->add_option("--component", component,
                     "As a component: the domain to be, as the server's configuration names it: echo.example.com")
        ->type_name("JID");
    host->add_option("--client", client, "As a client: the account, echo@example.com; or a domain alone: anonymous")
        ->type_name("JID");
    host->require_option(1);
    command
        .add_option(
            "--server", server,
            "Where the server is: HOST[:PORT] or unix:PATH; for clients also wss://HOST[:PORT]/PATH. Without it: "
            "components at localhost:5347, clients where DNS says")
        ->type_name("HOST[:PORT]")
        ->group("Connection");
    command
        .add_option("--secret", secret,
                    "The component's secret; other users of this machine can see it in the list of processes")
        ->type_name("S")
        ->group("Connection");
    command.add_option("--secret-file", secret_file, "A file that holds the secret; or set RONDEL_SECRET")
        ->type_name("F")
        ->group("Connection");
    command
        .add_option("--password", password,
                    "The account's password; other users of this machine can see it in the list of processes")
        ->type_name("P")
        ->group("Connection");
    command.add_option("--password-file", password_file, "A file that holds the password; or set RONDEL_PASSWORD")
        ->type_name("F")
        ->group("Connection");
    command.add_flag("--direct-tls", direct_tls, "Client: the connection begins with TLS, without STARTTLS (XEP-0368)")
        ->group("Security");
    CLI::Option* certificate_option =
        command
            .add_option("--certificate", certificate, "Client: authenticates by this certificate (PEM; SASL EXTERNAL)")
            ->type_name("F")
            ->group("Security");
    command.add_option("--key", key, "Client: the certificate's key (PEM)")
        ->type_name("F")
        ->needs(certificate_option)
        ->group("Security");
    command
        .add_flag("--allow-plain", allow_plain,
                  "Client: the password itself may be sent (SASL PLAIN), inside TLS, where nothing better is offered")
        ->group("Security");
    command
        .add_flag("--tls", tls, "Component: TLS, with a certificate that this system trusts; clients always have it")
        ->group("Security");
    command.add_option("--tls-ca", tls_ca, "TLS, with a certificate from this authority (PEM)")
        ->type_name("F")
        ->group("Security");
    command.add_option("--tls-pin", tls_pin, "TLS, with exactly this certificate: sha256:FINGERPRINT")
        ->type_name("PIN")
        ->group("Security");
    command
        .add_option("--tls-name", tls_name,
                    "Component: the name that the certificate must be for, if not the server's host")
        ->type_name("NAME")
        ->group("Security");
    command
        .add_flag("--tls-insecure", tls_insecure,
                  "TLS with whoever answers: an attacker on the way can read and change everything")
        ->group("Security");
    command
        .add_flag("--allow-plaintext", allow_plaintext,
                  "No TLS to another machine: the secret can be guessed from the traffic")
        ->group("Security");
    add_log_options(command, log);
}

namespace {

// Out of the environment, where other programs that we start, and /proc, would show it.
std::optional<Secret> take_from_environment(const char* name) {
    char* found = std::getenv(name);
    if (found == nullptr) return std::nullopt;
    Secret secret{std::string_view(found)};
    for (volatile char* each = found; *each != '\0'; ++each) *each = '*';
    unsetenv(name);
    return secret;
}

// How one kind of secret is given.
struct Ways {
    const char* option;
    const char* file_option;
    const char* variable;
    const char* what;
};
constexpr Ways component_ways = {"--secret", "--secret-file", "RONDEL_SECRET", "secret"};
constexpr Ways client_ways = {"--password", "--password-file", "RONDEL_PASSWORD", "password"};

Secret find_secret(const Ways& ways, const std::string& given, const std::string& file, const LogSink& log) {
    if (!given.empty()) return given;
    if (!file.empty()) {
        auto read = read_secret_file(file);
        if (!read) throw CLI::ValidationError(ways.file_option, read.error().sentence);
        if (!read->warning.empty()) log(LogLevel::warning, read->warning);
        return std::move(read->secret);
    }
    if (auto found = take_from_environment(ways.variable)) return *std::move(found);
    throw CLI::ValidationError(
        ways.what, fmt::format("there is none: give {} FILE, or {} {}, or set {}", ways.file_option, ways.option,
                               ways.what == component_ways.what ? "SECRET" : "PASSWORD", ways.variable));
}

net::TlsOptions find_tls(const ConnectionOptions& options) {
    net::TlsOptions tls;
    tls.ca_file = options.tls_ca;
    tls.pin = options.tls_pin;
    tls.name = options.tls_name;
    if (!options.tls_pin.empty())
        tls.mode = net::TlsOptions::Mode::pin;
    else if (options.tls_insecure)
        tls.mode = net::TlsOptions::Mode::insecure;
    else if (options.tls || !options.tls_ca.empty() || !options.tls_name.empty())
        tls.mode = net::TlsOptions::Mode::verify;
    return tls;
}

constexpr auto insecure_warning =
    "--tls-insecure: nobody checks who the server is; an attacker on the way can read and change everything.";

}  // namespace

ComponentOptions ConnectionOptions::component_options() const {
    ComponentOptions options;
    options.log = make_log(log);
    options.traffic = make_traffic_log(log);
    options.domain = component;
    if (!server.empty()) options.server = server;
    options.secret = find_secret(component_ways, secret, secret_file, options.log);
    options.tls = find_tls(*this);
    options.allow_plaintext = allow_plaintext;
    if (options.tls.mode == net::TlsOptions::Mode::insecure) options.log(LogLevel::warning, insecure_warning);
    return options;
}

ClientOptions ConnectionOptions::client_options() const {
    ClientOptions options;
    options.log = make_log(log);
    options.traffic = make_traffic_log(log);
    options.jid = client;
    options.server = server;
    options.direct_tls = direct_tls;
    options.certificate_file = certificate;
    options.key_file = key.empty() ? certificate : key;
    options.allow_plain = allow_plain;
    if (!password.empty())
        options.log(LogLevel::warning,
                    "--password: other users of this machine can see it in the list of processes. --password-file or "
                    "RONDEL_PASSWORD do not show it.");
    // A domain alone is anonymous; with a password that was given here, it is a slip that the host tells.
    const bool names_account = client.find('@') != std::string::npos;
    if (certificate.empty() && (names_account || !password.empty() || !password_file.empty()))
        options.password = find_secret(client_ways, password, password_file, options.log);
    options.tls = find_tls(*this);
    if (options.tls.mode == net::TlsOptions::Mode::off && !allow_plaintext)
        options.tls.mode = net::TlsOptions::Mode::verify;  // unless told otherwise, a client has TLS
    options.allow_plaintext = allow_plaintext;
    if (options.tls.mode == net::TlsOptions::Mode::insecure) options.log(LogLevel::warning, insecure_warning);
    return options;
}

}  // namespace rondel::tool
