// What a server offers in <stream:features/>, as a client reads it (RFC 6120 §4.3.2). Not for other floors.
#pragma once

#include "rondel/xml/element.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::stream {

struct OfferedFeatures {
    using Names = std::vector<std::string>;

    Names namespaces = {};  // of all of them

    bool starttls = false;
    Names mechanisms = {};                    // of RFC 6120
    std::optional<Names> binding_types = {};  // XEP-0440

    bool sasl2 = false;  // XEP-0388, with the mechanisms that it has, and what may be asked for inline
    Names sasl2_mechanisms = {};
    Names fast_mechanisms = {};  // XEP-0484
    bool resume_inline = false;  // XEP-0198
    bool bind_inline = false;    // XEP-0386, and what may be asked for with it
    Names with_bind = {};

    bool bind = false;
    bool session = false;  // RFC 3921 §3, where it is not said to be optional
    bool management = false;
    bool client_state = false;  // XEP-0352

    bool binds_with(std::string_view feature) const;
    static OfferedFeatures parse(xml::ElementView features);
};

}  // namespace rondel::stream
