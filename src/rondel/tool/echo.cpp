// rondel echo: the echo service, as a component of a real server or as a user of it.
#include "rondel/net/run.hpp"
#include "rondel/tool/commands.hpp"
#include "rondel/tool/connection_options.hpp"
#include "rondel/tool/echo_service.hpp"

namespace rondel::tool {

void add_echo(CLI::App& app, Action& action) {
    CLI::App* command =
        app.add_subcommand("echo", "Answer every chat message with \"echo: \" and its text, until stopped");
    auto options = std::make_shared<ConnectionOptions>();
    options->add_to(*command);
    command->footer(
        "It also answers service discovery, ping, version, time and last activity. It may start before the server "
        "does, and connects\n"
        "again after a loss. SIGTERM or Ctrl-C: it finishes what is in flight, and ends.");
    command->callback([options, &action] {
        action = [options] {
            if (options->is_client()) return run(Client(options->client_options(), echo_service(EchoHost::client)));
            return run(Component(options->component_options(), echo_service()));
        };
    });
}

}  // namespace rondel::tool
