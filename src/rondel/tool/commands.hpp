// The commands of the program. Each adds its options to the command line and, if it is the one called, sets `action` to
// what main runs.
#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace rondel::tool {

using Action = std::function<int()>;  // the exit status

void add_echo(CLI::App& app, Action& action);
void add_ping(CLI::App& app, Action& action);
void add_disco(CLI::App& app, Action& action);
void add_version(CLI::App& app, Action& action);
void add_send(CLI::App& app, Action& action);
void add_demo(CLI::App& app, Action& action);
void add_serve(CLI::App& app, Action& action);

}  // namespace rondel::tool
