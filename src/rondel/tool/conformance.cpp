// rondel conformance: the rules of the RFCs as cases, tried at the embedded server, at any other, or at a component.
#include "rondel/tool/conformance.hpp"

#include "rondel/conformance/run.hpp"
#include "rondel/conformance/verdict.hpp"
#include "rondel/net/endpoint.hpp"
#include "rondel/tool/conformance_embedded.hpp"
#include "rondel/tool/conformance_options.hpp"
#include "rondel/tool/conformance_report.hpp"
#include "rondel/tool/serve_options.hpp"
#include "rondel/tool/started_program.hpp"

#include <csignal>
#include <cstring>
#include <memory>

#include <fmt/format.h>

namespace rondel::tool {

namespace {

using conformance::Tried;

Duration seconds(double count) { return std::chrono::duration_cast<Duration>(std::chrono::duration<double>(count)); }

void append(std::vector<Tried>& all, std::vector<Tried> more) {
    for (Tried& each : more) all.push_back(std::move(each));
}

std::vector<Tried> try_embedded(const ConformanceCommand& command, const conformance::RunOptions& how) {
    conformance::Harbour harbour({"127.0.0.1", 0});
    Embedded embedded(harbour.at());
    conformance::ServerUnderTest server = embedded.server(seconds(command.limit));
    std::vector<Tried> all = try_server(server, how);
    append(all, try_component(embedded.component(seconds(command.limit), seconds(command.patience)), harbour, how));
    return all;
}

std::string with_port(std::string command, std::uint16_t port) {
    if (const std::size_t at = command.find("{port}"); at != std::string::npos)
        command.replace(at, 6, std::to_string(port));
    return command;
}

std::vector<Tried> try_component_at(const ConformanceCommand& command, const conformance::RunOptions& how) {
    conformance::ComponentUnderTest component = command.component_under_test();
    const Result<net::Endpoint> at = net::Endpoint::parse(command.listen);
    if (!at || at->is_unix()) throw ConfigError("--component-listen: expected HOST:PORT.");
    conformance::Harbour harbour({at->host, at->port});
    fmt::print(stderr, "Waiting for {} at {}.\n", component.domain, harbour.at().str());
    StartedProgram program(with_port(command.start, harbour.at().port));
    if (!command.start.empty())
        component.nudge = [&program] {
            if (const int signal = program.crashed(); signal != 0)
                throw conformance::Unmet(fmt::format("The component crashed: {}.", strsignal(signal)));
            program.keep_running();
        };
    return conformance::try_component(component, harbour, how);
}

int run(const ConformanceCommand& command) {
    std::signal(SIGPIPE, SIG_IGN);
    const ReportOptions report{command.json, command.quiet};
    conformance::RunOptions how;
    how.only = command.only;
    how.tell = [&report](const Tried& tried) { print(tried, report); };
    std::vector<Tried> all;
    const bool is_embedded = command.server.empty() && command.listen.empty();
    if (is_embedded) {
        all = try_embedded(command, how);
    } else if (!command.listen.empty()) {
        all = try_component_at(command, how);
    } else {
        conformance::ServerUnderTest server = command.server_under_test();
        all = try_server(server, how);
    }
    print_sums(all, report);
    const conformance::Sums sums = sum(all);
    // Our own server offers everything; of another one only what it offers has to be right.
    return sums.failed == 0 && (!is_embedded || sums.not_offered == 0) && sums.passed != 0 ? 0 : 1;
}

}  // namespace

void add_conformance(CLI::App& app, Action& action) {
    CLI::App* command = app.add_subcommand(
        "conformance", "Does a server, or a component, keep to RFC 6120, 6121, 7395 and XEP-0114? Case by case");
    const auto what = std::make_shared<ConformanceCommand>();
    what->add_to(*command);
    command->footer(
        "Without options it tries the embedded server and the echo service, in this process. The result is 0 if all "
        "passed.\ndocs/conformance.md has more, and what other servers and components do.");
    command->callback([what, &action] { action = [what] { return run(*what); }; });
}

}  // namespace rondel::tool
