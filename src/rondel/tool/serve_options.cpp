#include "rondel/tool/serve_options.hpp"

#include "rondel/base/utf8.hpp"

#include <array>
#include <filesystem>

#include <fmt/format.h>

namespace rondel::tool {

namespace {

constexpr std::array kinds = {DoorKind::c2s, DoorKind::c2s_tls, DoorKind::component, DoorKind::http,
                              DoorKind::http_plain};

// At the first colon that does not belong to an address in brackets: no part of an address has one outside of them.
std::pair<std::string_view, std::string_view> split(std::string_view text, std::string_view option,
                                                    std::string_view form) {
    std::size_t colon = 0;
    for (bool inside = false; colon < text.size() && (inside || text[colon] != ':'); ++colon)
        inside = text[colon] == '[' || (inside && text[colon] != ']');
    if (colon == 0 || colon + 1 >= text.size())
        throw ConfigError(fmt::format("{}: \"{}\" is not understood: expected {}.", option,
                                      sanitize_for_log(text.substr(0, colon)), form));
    return {text.substr(0, colon), text.substr(colon + 1)};
}

}  // namespace

std::string exposure_of(const std::string& path, std::string_view what) {
    std::error_code missing;
    const auto about = std::filesystem::status(path, missing);
    if (missing || (about.permissions() & std::filesystem::perms::others_read) == std::filesystem::perms::none)
        return {};
    return fmt::format("Every user of this machine can read {0} {1}; run: chmod o-rwx {1}", what, path);
}

std::string_view to_string(DoorKind kind) {
    switch (kind) {
        case DoorKind::c2s:
            return "c2s";
        case DoorKind::c2s_tls:
            return "c2s_tls";
        case DoorKind::component:
            return "component";
        case DoorKind::http:
            return "http";
        case DoorKind::http_plain:
            return "http_plain";
    }
    return {};
}

std::vector<ServeOptions::Place> parse_places(std::string_view text, const std::string& where) {
    for (const DoorKind kind : kinds) {
        const std::string prefix = std::string(to_string(kind)) + "=";
        if (text.starts_with(prefix)) return {{kind, std::string(text.substr(prefix.size())), where}};
    }
    if (text.find('=') != std::string_view::npos || text.starts_with("unix:"))
        throw ConfigError(
            fmt::format("{}: \"{}\" is not understood: expected HOST[:PORT], or one of c2s, c2s_tls, component, http "
                        "and http_plain before it, "
                        "as in c2s=127.0.0.1:5222.",
                        where, sanitize_for_log(text)));
    std::vector<ServeOptions::Place> places;
    for (const DoorKind kind : kinds)
        if (kind != DoorKind::http_plain) places.push_back({kind, std::string(text), where});
    return places;
}

ServeOptions::Account parse_account(std::string_view text) {
    const auto [jid, password] = split(text, "--user", "JID:PASSWORD, as in romeo@localhost:secret");
    return {std::string(jid), Secret(password), "--user"};
}

ServeOptions::OutsideComponent parse_component(std::string_view text) {
    const auto [domain, secret] = split(text, "--component", "DOMAIN:SECRET, as in echo.localhost:secret");
    return {std::string(domain), Secret(secret), {}, "--component"};
}

}  // namespace rondel::tool
