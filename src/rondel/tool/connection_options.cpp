#include "rondel/tool/connection_options.hpp"

#include "rondel/base/utf8.hpp"

#include <cstdlib>
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
    command
        .add_option("--component", component,
                    "The domain to be, as the server's configuration names it: echo.example.com")
        ->required()
        ->type_name("JID")
        ->group("Connection");
    command.add_option("--server", server, "Where the server takes components: HOST[:PORT] or unix:PATH")
        ->type_name("HOST[:PORT]")
        ->capture_default_str()
        ->group("Connection");
    command
        .add_option("--secret", secret, "The secret; other users of this machine can see it in the list of processes")
        ->type_name("S")
        ->group("Connection");
    command.add_option("--secret-file", secret_file, "A file that holds the secret; or set RONDEL_SECRET")
        ->type_name("F")
        ->group("Connection");
    command.add_flag("--tls", tls, "TLS, with a certificate that this system trusts")->group("Security");
    command.add_option("--tls-ca", tls_ca, "TLS, with a certificate from this authority (PEM)")
        ->type_name("F")
        ->group("Security");
    command.add_option("--tls-pin", tls_pin, "TLS, with exactly this certificate: sha256:FINGERPRINT")
        ->type_name("PIN")
        ->group("Security");
    command.add_option("--tls-name", tls_name, "The name that the certificate must be for, if not the server's host")
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

Secret find_secret(const ConnectionOptions& options, const LogSink& log) {
    if (!options.secret.empty()) return options.secret;
    if (!options.secret_file.empty()) {
        auto read = read_secret_file(options.secret_file);
        if (!read) throw CLI::ValidationError("--secret-file", read.error().sentence);
        if (!read->warning.empty()) log(LogLevel::warning, read->warning);
        return std::move(read->secret);
    }
    if (const char* from_environment = std::getenv("RONDEL_SECRET")) return from_environment;
    throw CLI::ValidationError("secret",
                               "there is none: give --secret-file FILE, or --secret SECRET, or set RONDEL_SECRET");
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

}  // namespace

ComponentOptions ConnectionOptions::component_options() const {
    ComponentOptions options;
    options.log = make_log(log);
    options.traffic = make_traffic_log(log);
    options.domain = component;
    options.server = server;
    options.secret = find_secret(*this, options.log);
    options.tls = find_tls(*this);
    options.allow_plaintext = allow_plaintext;
    if (options.tls.mode == net::TlsOptions::Mode::insecure)
        options.log(
            LogLevel::warning,
            "--tls-insecure: nobody checks who the server is; an attacker on the way can read and change everything.");
    return options;
}

}  // namespace rondel::tool
