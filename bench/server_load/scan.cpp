#include "scan.hpp"

#include <cstring>

namespace load {

namespace {

constexpr auto none = std::string_view::npos;

// Of a start tag that begins at 0: behind its '>'. Quoted values may hold one.
std::size_t tag_end(std::string_view bytes) {
    char quote = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (quote != 0)
            quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'')
            quote = c;
        else if (c == '>')
            return at + 1;
    }
    return none;
}

std::size_t find(std::string_view bytes, std::string_view wanted, std::size_t from) {
    if (from > bytes.size()) return none;
    const void* at = memmem(bytes.data() + from, bytes.size() - from, wanted.data(), wanted.size());
    return at == nullptr ? none : static_cast<std::size_t>(static_cast<const char*>(at) - bytes.data());
}

}  // namespace

std::string_view name_of(std::string_view element) {
    const std::size_t start = element.find('<');
    if (start == none) return {};
    const std::size_t end = element.find_first_of(" />\t\r\n", start + 1);
    return end == none ? std::string_view() : element.substr(start + 1, end - start - 1);
}

std::string_view front_element(std::string_view bytes) {
    const std::size_t start = bytes.find('<');
    if (start == none) return {};
    const std::size_t opened = tag_end(bytes.substr(start));
    if (opened == none) return {};
    if (bytes[start + opened - 2] == '/') return bytes.substr(0, start + opened);
    const std::string_view name = name_of(bytes);
    if (name == "stream:stream" || name.starts_with('?') || name.starts_with('/'))
        return bytes.substr(0, start + opened);
    for (std::size_t at = start + opened;;) {
        at = find(bytes, "</", at);
        if (at == none || at + 2 + name.size() >= bytes.size()) return {};
        if (bytes.substr(at + 2, name.size()) == name && bytes[at + 2 + name.size()] == '>')
            return bytes.substr(0, at + 3 + name.size());
        at += 2;
    }
}

std::string_view attribute_of(std::string_view element, std::string_view name) {
    const std::string_view tag = element.substr(0, element.find('>'));
    for (std::size_t at = tag.find(name); at != none; at = tag.find(name, at + 1)) {
        const std::size_t value = at + name.size() + 2;
        if (at == 0 || tag[at - 1] != ' ' || value > tag.size() || tag[value - 2] != '=') continue;
        return tag.substr(value, tag.find(tag[value - 1], value) - value);
    }
    return {};
}

std::optional<std::string_view> text_in(std::string_view element, std::string_view name) {
    for (std::size_t at = element.find(name); at != none; at = element.find(name, at + 1)) {
        const std::size_t start = at + name.size() + 1;
        if (at == 0 || element[at - 1] != '<' || start > element.size() || element[start - 1] != '>') continue;
        const std::size_t end = element.find('<', start);
        if (end == none) return std::nullopt;
        return element.substr(start, end - start);
    }
    return std::nullopt;
}

}  // namespace load
