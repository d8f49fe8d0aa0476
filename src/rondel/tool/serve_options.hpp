// What `rondel serve` is told: by the command line, by a configuration file, or both.
#pragma once

#include "rondel/base/secret.hpp"
#include "rondel/net/admission.hpp"
#include "rondel/net/rate.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::tool {

// A sentence for whoever wrote the configuration; names the option, or file and line.
struct ConfigError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

enum class DoorKind { c2s, c2s_tls, component, http, http_plain };  // the last two: WebSocket
std::string_view to_string(DoorKind kind);                          // as in --listen and in the ready line

struct ServeOptions {
    struct Place {
        DoorKind kind;
        std::string at;     // HOST[:PORT], [IPV6][:PORT] or unix:PATH
        std::string where;  // it was said: "--listen", "serve.toml:12"
    };
    struct Account {
        std::string jid;
        Secret password;
        std::string where;
    };
    struct OutsideComponent {
        std::string domain;
        Secret secret;
        std::string connect;  // HOST:PORT to call it at (jabber:component:connect); empty: it calls us
        std::string where;
    };

    std::vector<std::string> domains = {};  // none: localhost
    std::vector<Place> places = {};         // none: all kinds at 127.0.0.1, at their usual ports
    std::vector<Account> accounts = {};
    std::vector<OutsideComponent> components = {};
    std::string data = {};         // a file of SQLite; "{domain}" in it stands for the domain. Empty: memory
    std::string certificate = {};  // PEM; empty: a self-signed one, for this run
    std::string key = {};
    std::string client_ca = {};  // PEM: certificates of clients that let them in; empty: they are not asked for one
    std::vector<std::string> admins = {};
    bool tls_optional = false;
    bool allow_plaintext = false;
    bool registration = false;
    bool anonymous = false;
    bool replace_components = false;  // by a newcomer of the same name that knows the secret; else it meets a conflict
    net::AdmissionLimits limits{.connections = 20'000};
    net::RateLimit stanzas{.per_second = 500, .burst = 2000};  // of one account
    net::RateLimit bytes{.per_second = 1024 * 1024, .burst = 4 * 1024 * 1024};
    std::vector<std::string> warnings = {};  // for the operator: files that others can read
};

// "[KIND=]HOST[:PORT]": one kind, or all but http_plain at that host; port 0 takes a free one for each. Throws
// ConfigError.
std::vector<ServeOptions::Place> parse_places(std::string_view text, const std::string& where);
// "JID:PASSWORD", "DOMAIN:SECRET".
ServeOptions::Account parse_account(std::string_view text);
ServeOptions::OutsideComponent parse_component(std::string_view text);

// A sentence if every user of this machine can read that file; empty if not.
std::string exposure_of(const std::string& path, std::string_view what);

// Adds what the file says. Throws ConfigError: "serve.toml:12: …".
void read_config(const std::string& path, ServeOptions& options);
void parse_config(std::string_view text, const std::string& path, ServeOptions& options);  // of that file

}  // namespace rondel::tool
