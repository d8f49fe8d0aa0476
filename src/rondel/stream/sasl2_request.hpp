// What a client asks for with <authenticate/> (XEP-0388 §2.3), beside the authentication itself. Not for other floors.
#pragma once

#include "rondel/stream/managed_session.hpp"
#include "rondel/xml/element.hpp"

#include <optional>
#include <string>

namespace rondel::stream {

struct Sasl2Request {
    struct Bind {  // XEP-0386
        std::string tag = {};
        bool carbons = false;
        std::optional<EnableRequest> enable = {};
        bool inactive = false;
    };

    std::string client_id = {};  // of the user agent; empty: not said
    std::optional<Bind> bind = {};
    std::optional<ResumeRequest> resume = {};
    std::string token_mechanism = {};  // XEP-0484: of a token that it asks for; empty: none
    bool shows_token = false;          // <fast/>
    bool invalidates_token = false;

    static Sasl2Request parse(xml::ElementView authenticate);
};

}  // namespace rondel::stream
