// How to reach a server: the options that every command shares.
#pragma once

#include "rondel/net/component.hpp"
#include "rondel/tool/logging.hpp"

#include <optional>
#include <string>

#include <CLI/CLI.hpp>

namespace rondel::tool {

struct ConnectionOptions {
    std::string component;
    std::string server = "localhost:5347";
    std::string secret;
    std::string secret_file;
    bool tls = false;
    std::string tls_ca;
    std::string tls_pin;
    std::string tls_name;
    bool tls_insecure = false;
    bool allow_plaintext = false;
    LogOptions log;

    void add_to(CLI::App& command);

    // The secret from --secret, --secret-file or RONDEL_SECRET, in this order. Throws CLI::ValidationError with a
    // sentence.
    ComponentOptions component_options() const;
};

// An address from the command line. Throws std::runtime_error with a sentence.
Jid address_argument(const std::string& text);

void add_log_options(CLI::App& command, LogOptions& log);

}  // namespace rondel::tool
