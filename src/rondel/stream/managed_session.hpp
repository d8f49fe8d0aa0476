// What a client asks of stream management (XEP-0198 §3, §5), read, and the refusals, written. Not for other floors.
#pragma once

#include "rondel/stanza/stanza_error.hpp"
#include "rondel/xml/element.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace rondel::stream {

struct EnableRequest {
    bool resume = false;
    std::optional<std::chrono::seconds> most = {};  // that it wants its session kept
    static EnableRequest parse(xml::ElementView enable);
};

struct ResumeRequest {
    std::string id;                       // of the session before
    std::optional<std::uint32_t> h = {};  // nothing: there is none that is a count
    static ResumeRequest parse(xml::ElementView resume);
};

// <enabled/>; with an empty id the session cannot be resumed.
std::string write_enabled(std::string_view id, std::chrono::seconds most);
std::string write_resumed(std::string_view id, std::uint32_t handled);
std::string write_failed(Condition condition, std::optional<std::uint32_t> handled = {});

}  // namespace rondel::stream
