// rondel conformance. Apart from the other commands: whoever changes it builds nothing of theirs.
#pragma once

#include "rondel/tool/commands.hpp"

namespace rondel::tool {

void add_conformance(CLI::App& app, Action& action);

}  // namespace rondel::tool
