// What `rondel conformance` is told.
#pragma once

#include "rondel/conformance/encounter.hpp"
#include "rondel/conformance/server_under_test.hpp"

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace rondel::tool {

struct ConformanceCommand {
    // a server
    std::string server, domain, websocket, ca, pin;
    std::vector<std::string> users, components;
    bool direct_tls = false, insecure = false;
    // a component
    std::string listen, component, start;
    double patience = 90;
    // both
    std::string only;
    double limit = 5;
    bool json = false, quiet = false;

    void add_to(CLI::App& command);
    // These throw ConfigError.
    conformance::ServerUnderTest server_under_test() const;
    conformance::ComponentUnderTest component_under_test() const;
};

}  // namespace rondel::tool
