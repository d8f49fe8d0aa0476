#include "rondel/xml/declaration.hpp"

#include "rondel/xml/characters.hpp"

#include <algorithm>
#include <string_view>

namespace rondel::xml {

namespace {

constexpr std::string_view start = "<?xml";

struct Setting {  // name='value'; none has an empty name
    std::string_view name;
    std::string_view value;
};

bool is_value_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
}

bool take_space(std::string_view& text) {
    const std::size_t before = text.size();
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    return text.size() != before;
}

// The next setting of `text`; false when there is something that is none.
bool take_setting(std::string_view& text, Setting& setting) {
    setting = {};
    const bool apart = take_space(text);
    if (text.empty()) return true;
    if (!apart) return false;
    // Above 'z' there is nothing in it: read_declaration() has seen that.
    const auto name_end = std::find_if(text.begin(), text.end(), [](char c) { return c < 'a'; });
    setting.name = text.substr(0, static_cast<std::size_t>(name_end - text.begin()));
    text.remove_prefix(setting.name.size());
    take_space(text);
    if (setting.name.empty() || text.empty() || text.front() != '=') return false;
    text.remove_prefix(1);
    take_space(text);
    if (text.empty() || (text.front() != '\'' && text.front() != '"')) return false;
    const std::size_t close = text.find(text.front(), 1);
    if (close == std::string_view::npos) return false;
    setting.value = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    return std::all_of(setting.value.begin(), setting.value.end(), is_value_character);
}

bool is_utf8(std::string_view encoding) {
    constexpr std::string_view name = "utf-8";
    return encoding.size() == name.size() && std::equal(name.begin(), name.end(), encoding.begin(), [](char a, char b) {
               return a == (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b);
           });
}

// What stands between "<?xml" and "?>".
Verdict judge(std::string_view text) {
    Setting setting;
    if (!take_setting(text, setting) || setting.name != "version") return Verdict::not_well_formed;
    const std::string_view version = setting.value;
    std::string_view encoding;
    if (!take_setting(text, setting)) return Verdict::not_well_formed;
    if (setting.name == "encoding") {
        encoding = setting.value;
        if (encoding.empty() || (class_of(encoding.front()) & byte_class::name_start) == 0 || encoding.front() == '_')
            return Verdict::not_well_formed;
        if (!take_setting(text, setting)) return Verdict::not_well_formed;
    }
    if (setting.name == "standalone") {
        if (setting.value != "yes" && setting.value != "no") return Verdict::not_well_formed;
        if (!take_setting(text, setting)) return Verdict::not_well_formed;
    }
    if (!setting.name.empty()) return Verdict::not_well_formed;
    if (!version.starts_with("1.") || version.size() < 3) return Verdict::unsupported_version;
    if (!encoding.empty() && !is_utf8(encoding)) return Verdict::unsupported_encoding;
    return Verdict::good;
}

}  // namespace

Verdict read_declaration(const char*& p, const char* end) {
    const std::string_view there(p, static_cast<std::size_t>(end - p));
    const std::size_t same = std::min(there.size(), start.size());
    if (there.substr(0, same) != start.substr(0, same)) return Verdict::restricted_xml;
    if (there.size() <= start.size()) return Verdict::cut;
    if (!is_space(there[start.size()]))
        return there[start.size()] == '?' ? Verdict::not_well_formed : Verdict::restricted_xml;
    const auto strange = std::find_if_not(there.begin() + start.size(), there.end(), [](char c) {
        return is_value_character(c) || is_space(c) || c == '=' || c == '\'' || c == '"' || c == '?';
    });
    if (strange == there.end()) return Verdict::cut;
    const auto close = static_cast<std::size_t>(strange - there.begin());
    if (*strange != '>' || there[close - 1] != '?') return Verdict::not_well_formed;
    p += close + 1;
    return judge(there.substr(start.size(), close - 1 - start.size()));
}

}  // namespace rondel::xml
