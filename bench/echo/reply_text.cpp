#include "reply_text.hpp"

#include <cstdlib>

namespace echo_bench {

namespace {

constexpr std::string_view blanks = " \t\r\n";

void add_character(std::string& out, unsigned long code) {
    if (code < 0x80) {
        out += static_cast<char>(code);
    } else if (code < 0x800) {
        out += static_cast<char>(0xC0 | code >> 6);
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else if (code < 0x10000) {
        out += static_cast<char>(0xE0 | code >> 12);
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | code >> 18);
        out += static_cast<char>(0x80 | (code >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (code & 0x3F));
    }
}

// An unknown reference stays as it is, and then differs from what is expected.
void add_decoded(std::string& out, std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = text[at] == '&' ? text.find(';', at) : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += text[at++];
            continue;
        }
        const std::string name(text.substr(at + 1, end - at - 1));
        at = end + 1;
        if (name == "amp")
            out += '&';
        else if (name == "lt")
            out += '<';
        else if (name == "gt")
            out += '>';
        else if (name == "quot")
            out += '"';
        else if (name == "apos")
            out += '\'';
        else if (name.starts_with("#x"))
            add_character(out, std::strtoul(name.c_str() + 2, nullptr, 16));
        else if (name.starts_with("#"))
            add_character(out, std::strtoul(name.c_str() + 1, nullptr, 10));
        else
            out += "&" + name + ";";
    }
}

std::string_view local_name(std::string_view tag) {
    const std::string_view name = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
    const std::size_t colon = name.find(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

// Where a tag that begins at `at` ends (behind its '>'), quotes heeded; npos: not in these bytes.
std::size_t tag_end(std::string_view bytes, std::size_t at) {
    char quote = 0;
    for (; at < bytes.size(); ++at) {
        const char c = bytes[at];
        if (quote != 0)
            quote = c == quote ? char{0} : quote;
        else if (c == '\'' || c == '"')
            quote = c;
        else if (c == '>')
            return at + 1;
    }
    return std::string_view::npos;
}

void read_attributes(std::string_view tag, ReplyText& reply) {
    std::size_t at = tag.find_first_of(blanks);
    while (at != std::string_view::npos && (at = tag.find_first_not_of(blanks, at)) != std::string_view::npos) {
        const std::size_t equals = tag.find('=', at);
        if (equals == std::string_view::npos) return;
        const std::size_t open = tag.find_first_of("'\"", equals);
        if (open == std::string_view::npos) return;
        const std::size_t close = tag.find(tag[open], open + 1);
        if (close == std::string_view::npos) return;
        std::string_view name = tag.substr(at, equals - at);
        if (const std::size_t end = name.find_first_of(blanks); end != std::string_view::npos)
            name = name.substr(0, end);
        std::string* value = name == "from"   ? &reply.from
                             : name == "to"   ? &reply.to
                             : name == "id"   ? &reply.id
                             : name == "type" ? &reply.type
                                              : nullptr;
        if (value != nullptr) add_decoded(*value, tag.substr(open + 1, close - open - 1));
        at = close + 1;
    }
}

}  // namespace

Cut read_reply(std::string_view bytes, ReplyText& reply, std::size_t& size) {
    constexpr std::string_view cdata = "<![CDATA[";
    reply = {};
    std::size_t depth = 0;
    bool in_body = false;
    std::size_t at = bytes.find_first_not_of(blanks);
    if (at == std::string_view::npos) return Cut::incomplete;
    if (bytes[at] != '<') return Cut::broken;
    for (;;) {
        const std::size_t open = bytes.find('<', at);
        if (open == std::string_view::npos) return Cut::incomplete;
        add_decoded(in_body ? reply.body : reply.text, bytes.substr(at, open - at));
        const std::string_view rest = bytes.substr(open);
        if (rest.size() < cdata.size() && cdata.starts_with(rest)) return Cut::incomplete;
        if (rest.starts_with(cdata)) {
            const std::size_t end = rest.find("]]>");
            if (end == std::string_view::npos) return Cut::incomplete;
            (in_body ? reply.body : reply.text) += rest.substr(cdata.size(), end - cdata.size());
            at = open + end + 3;
            continue;
        }
        const std::size_t end = tag_end(bytes, open);
        if (end == std::string_view::npos) return Cut::incomplete;
        const std::string_view tag = bytes.substr(open + 1, end - open - 2);
        at = end;
        if (tag.starts_with('?') || tag.starts_with('!')) return Cut::broken;
        if (tag.starts_with('/')) {
            if (depth == 0) return Cut::end_of_stream;
            if (--depth == 1) in_body = false;
        } else {
            if (depth == 0) {
                reply.kind = local_name(tag);
                read_attributes(tag, reply);
            }
            if (!tag.ends_with('/')) {
                if (depth == 1) in_body = local_name(tag) == "body";
                ++depth;
            }
        }
        if (depth == 0) {
            size = at;
            return Cut::whole;
        }
    }
}

}  // namespace echo_bench
