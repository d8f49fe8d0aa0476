#include "options.hpp"

#include <cstdlib>

#include <CLI/CLI.hpp>

namespace load {

Options read_options(int count, char** words) {
    Options options;
    CLI::App app("Load for an XMPP server: clients that talk to an echo component through it, everything verified");
    app.add_option("--host", options.host, "An IPv4 address");
    app.add_option("--client-port", options.client_port);
    app.add_option("--component-port", options.component_port);
    app.add_option("--peer-port", options.peer_port, "Of the second component, where a server has a port for each");
    app.add_option("--domain", options.domain, "Where clients log in, without TLS, by SASL ANONYMOUS");
    app.add_option("--component", options.component, "That echoes");
    app.add_option("--peer", options.peer, "A second component, which plays the clients");
    app.add_option("--secret", options.secret, "Of both components");
    app.add_option("--clients", options.clients);
    app.add_option("--in-flight", options.in_flight, "Messages of each client");
    app.add_option("--body", options.body, "Bytes of text in each message")->check(CLI::Range(16, 65536));
    app.add_option("--warm-up", options.warm_up, "Seconds");
    app.add_option("--seconds", options.seconds);
    app.add_flag("--archive-off", options.archive_off, "Each client sets its archive to `never`");
    app.add_flag("--idle", options.idle, "Clients only log in, and stay until standard input ends");
    app.add_flag("--only-echo", options.only_echo, "Be the component and nothing else; says when it is connected");
    app.add_option("--echo", options.echo, "Process id of the component, if it is another program");
    app.add_option("--server", options.server, "Process id of the server, for its CPU time and memory");
    try {
        app.parse(count, words);
    } catch (const CLI::ParseError& error) {
        std::exit(app.exit(error));
    }
    return options;
}

}  // namespace load
