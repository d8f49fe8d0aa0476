// rondel: the command line.
#include "rondel/base/utf8.hpp"
#include "rondel/base/version.hpp"
#include "rondel/tool/commands.hpp"
#include "rondel/tool/conformance.hpp"

#include <exception>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace {

// CLI11 only says that there must be a command.
std::string what_is_no_command(const CLI::App& app, int count, char** words) {
    if (count < 2 || words[1][0] == '-') return {};
    std::string known;
    for (const CLI::App* each : app.get_subcommands(nullptr)) {
        if (each->get_name() == words[1]) return {};
        known += (known.empty() ? "" : ", ") + each->get_name();
    }
    return fmt::format("rondel: there is no command \"{}\"; known are {}.", rondel::sanitize_for_log(words[1]), known);
}

}  // namespace

int main(int count, char** words) {
    CLI::App app("XMPP services: try one, run one, ask one.", "rondel");
    app.set_version_flag("--version", std::string("rondel ") + rondel::library_version);
    app.require_subcommand(1);
    const std::string start =
        "Start here:\n"
        "  rondel demo                          an embedded server, the echo service on it, and a prompt to talk to "
        "it\n"
        "  rondel echo --component echo.example.com --server example.com:5347 --secret-file secret\n"
        "                                       the echo service on your own server (README: how to configure it)\n"
        "  rondel echo --client echo@example.com --password-file password\n"
        "                                       the same as a user of any server\n"
        "  rondel serve --user romeo@localhost:secret\n"
        "                                       an embedded server for any XMPP client on this machine\n"
        "  rondel conformance                   the rules of the RFCs, tried at that server; or at yours: "
        "--help\n"
        "  rondel COMMAND --help                what a command does and takes";

    rondel::tool::Action action;
    rondel::tool::add_demo(app, action);
    rondel::tool::add_echo(app, action);
    rondel::tool::add_ping(app, action);
    rondel::tool::add_disco(app, action);
    rondel::tool::add_version(app, action);
    rondel::tool::add_send(app, action);
    rondel::tool::add_serve(app, action);
    rondel::tool::add_conformance(app, action);
    app.footer(start);  // last: what a command has to say at its end is about itself
    if (const std::string why = what_is_no_command(app, count, words); !why.empty()) {
        fmt::print(stderr, "{}\n", why);
        return 2;
    }
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    try {
        return action();
    } catch (const CLI::Error& error) {
        fmt::print(stderr, "{}\n", error.what());
    } catch (const std::exception& error) {
        fmt::print(stderr, "rondel: {}\n", error.what());
    }
    return 1;
}
