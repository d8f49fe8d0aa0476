// How to reach a server: the options that every command shares.
#pragma once

#include "rondel/net/client.hpp"
#include "rondel/net/component.hpp"
#include "rondel/tool/logging.hpp"

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace rondel::tool {

struct ConnectionOptions {
    std::string component;  // one of these two
    std::string client;
    std::string server;
    std::string secret;
    std::string secret_file;
    std::string password;
    std::string password_file;
    bool direct_tls = false;
    bool allow_plain = false;
    std::string certificate;
    std::string key;
    bool tls = false;
    std::string tls_ca;
    std::string tls_pin;
    std::string tls_name;
    bool tls_insecure = false;
    bool allow_plaintext = false;
    LogOptions log;

    void add_to(CLI::App& command);

    bool is_client() const { return !client.empty(); }
    // With the secret from --secret, --secret-file or RONDEL_SECRET, in this order. Throws CLI::ValidationError with a
    // sentence.
    ComponentOptions component_options() const;
    // With the password from --password, --password-file or RONDEL_PASSWORD; the environment does not hold it any more
    // then.
    ClientOptions client_options() const;
};

// An address from the command line. Throws std::runtime_error with a sentence.
Jid address_argument(const std::string& text);

void add_log_options(CLI::App& command, LogOptions& log);

}  // namespace rondel::tool
