#include "rondel/xml/escape.hpp"

#include "rondel/xml/glance.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>

namespace rondel::xml {

namespace {

// What is written instead of a character; empty where nothing need be, or XML cannot carry it.
template <Escape kind>
std::string_view escaped(char c) {
    switch (c) {
        case '<':
            return "&lt;";
        case '&':
            return "&amp;";
        case '\r':
            return "&#13;";
        case '>':
            return kind == Escape::text ? "&gt;" : "";
        case '\'':
            return kind == Escape::attribute ? "&apos;" : "";
        case '"':
            return kind == Escape::attribute ? "&quot;" : "";
        case '\t':
            return kind == Escape::attribute ? "&#9;" : "";
        case '\n':
            return kind == Escape::attribute ? "&#10;" : "";
        default:
            return {};
    }
}

// For those who cannot be told: U+FFFD in place of each byte that XML cannot carry.
template <Escape kind>
void append_or_replace(std::string_view text, std::string& out) {
    Staging staging(out);
    while (!put_escaped<kind>(text, text.data() + text.size(), staging, fastest_kernels())) {
        staging.put("\xEF\xBF\xBD");
        text.remove_prefix(1);
    }
    staging.flush();
}

}  // namespace

template <Escape kind>
bool put_escaped(std::string_view& text, const char* readable, Staging& out, const Kernels& kernels) {
    const char* p = text.data();
    const char* const end = p + text.size();
    for (int glances = 0; p != end;) {
        if (readable - p >= glance && glances < most_glances) {
            const std::size_t plain = kind == Escape::text ? plain_text(p) : plain_value(p, '\'', '"');
            const std::size_t size = std::min(plain, static_cast<std::size_t>(end - p));
            out.put_some<glance>(p, size);
            p += size;
            ++glances;
            if (size == glance) continue;
            if (p == end) break;
        }
        if (const std::string_view instead = escaped<kind>(*p); !instead.empty()) {
            out.put(instead);
            ++p;
            glances = 0;
            continue;
        }
        // A long run, longer characters, or something that XML cannot carry.
        bool high = false;
        const char* const stop =
            kind == Escape::text ? kernels.text(p, end, high) : kernels.value(p, end, '\'', '"', high);
        const char* const sound = high ? kernels.utf8(p, stop) : stop;
        out.put(std::string_view(p, static_cast<std::size_t>(sound - p)));
        if (sound != stop || sound == p) {
            text = {sound, static_cast<std::size_t>(end - sound)};
            return false;
        }
        p = sound;
    }
    text = {};
    return true;
}

template bool put_escaped<Escape::text>(std::string_view&, const char*, Staging&, const Kernels&);
template bool put_escaped<Escape::attribute>(std::string_view&, const char*, Staging&, const Kernels&);

void append_escaped_text(std::string_view text, std::string& out) { append_or_replace<Escape::text>(text, out); }
void append_escaped_attribute(std::string_view value, std::string& out) {
    append_or_replace<Escape::attribute>(value, out);
}

bool can_carry(std::string_view text) {
    const Kernels& kernels = fastest_kernels();
    const char* p = text.data();
    const char* const end = p + text.size();
    while (p != end) {
        bool high = false;
        const char* const stop = kernels.text(p, end, high);
        if (high && kernels.utf8(p, stop) != stop) return false;
        p = stop;
        if (p != end && escaped<Escape::text>(*p++).empty()) return false;
    }
    return true;
}

}  // namespace rondel::xml
