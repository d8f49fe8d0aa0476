// The echo service: its handler, and what a good citizen answers besides.
#pragma once

#include "rondel/service/router.hpp"

namespace rondel::tool {

enum class EchoHost { component, client };
Router echo_service(EchoHost host = EchoHost::component);

}  // namespace rondel::tool
