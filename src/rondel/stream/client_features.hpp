// What a server offers a client at each point of the way (RFC 6120 §4.3.2), as text. Not for other floors.
#pragma once

#include "rondel/stream/framing.hpp"

#include <string>
#include <vector>

namespace rondel::stream {

struct ClientFeatures {
    bool starttls = false;
    bool tls_required = false;

    std::vector<std::string> mechanisms = {};       // of SASL, both profiles
    std::vector<std::string> binding_types = {};    // XEP-0440
    std::vector<std::string> fast_mechanisms = {};  // XEP-0484
    bool sasl2 = false;                             // with Bind 2
    bool registration = false;

    bool bind = false;
    bool session = false;         // what comes with or after binding
    std::string of_session = {};  // more of that, as XML

    bool management = false;
    bool resumption = false;
};
std::string write_features(const ClientFeatures& features, Framing framing);

}  // namespace rondel::stream
