// All that is tried at a server, by subject.
#pragma once

#include "rondel/conformance/case.hpp"

#include <array>

namespace rondel::conformance {

ServerCases header_cases();
ServerCases xml_cases();
ServerCases tls_cases();
ServerCases sasl_cases();
ServerCases scram_cases();
ServerCases binding_cases();
ServerCases stream_cases();
ServerCases iq_cases();
ServerCases routing_cases();
ServerCases roster_cases();
ServerCases subscription_cases();
ServerCases presence_cases();
ServerCases message_cases();
ServerCases management_cases();
ServerCases accepting_cases();
ServerCases websocket_cases();
ServerCases extension_cases();
ServerCases archive_cases();

inline std::array<ServerCases, 18> server_cases() {
    return {header_cases(),       xml_cases(),       tls_cases(),     sasl_cases(),       scram_cases(),
            binding_cases(),      stream_cases(),    iq_cases(),      routing_cases(),    roster_cases(),
            subscription_cases(), presence_cases(),  message_cases(), management_cases(), accepting_cases(),
            websocket_cases(),    extension_cases(), archive_cases()};
}

}  // namespace rondel::conformance
