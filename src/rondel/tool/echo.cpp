// rondel echo: the echo service, as a component of a real server or as a user of it.
#include "rondel/tool/commands.hpp"
#include "rondel/tool/connection_options.hpp"
#include "rondel/tool/echo_service.hpp"
#include "rondel/tool/metrics_file.hpp"

namespace rondel::tool {

void add_echo(CLI::App& app, Action& action) {
    CLI::App* command =
        app.add_subcommand("echo", "Answer every chat message with \"echo: \" and its text, until stopped");
    auto options = std::make_shared<ConnectionOptions>();
    options->add_to(*command);
    auto metrics = std::make_shared<std::string>();
    command
        ->add_option("--metrics", *metrics,
                     "A file for Prometheus (its text format): how many stanzas were sent, how each of them ended, and "
                     "so on; every 15 s and at the end")
        ->type_name("F");
    command->footer(
        "It also answers service discovery, ping, version, time and last activity. It may start before the server "
        "does, and connects\n"
        "again after a loss. SIGTERM or Ctrl-C: it finishes what is in flight, and ends.");
    command->callback([options, metrics, &action] {
        action = [options, metrics] {
            if (options->is_client())
                return run_with_metrics(Client(options->client_options(), echo_service(EchoHost::client)), *metrics);
            return run_with_metrics(Component(options->component_options(), echo_service()), *metrics);
        };
    });
}

}  // namespace rondel::tool
