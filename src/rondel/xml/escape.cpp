// Text for what is no element, such as a stream header, and the question whether XML can carry it.
#include "rondel/xml/escape.hpp"

#include "rondel/xml/scan.hpp"
#include "rondel/xml/writer.hpp"

namespace rondel::xml {

namespace {

// For those who cannot be told: U+FFFD in place of each byte that XML cannot carry.
template <Escape kind>
void append_or_replace(std::string_view text, std::string& out) {
    const Kernels& kernels = fastest_kernels();
    const char* p = text.data();
    const char* const end = p + text.size();
    while (p != end) {
        bool high = false;
        const char* const stop =
            kind == Escape::text ? kernels.text(p, end, high) : kernels.value(p, end, '\'', '"', high);
        const char* const sound = high ? kernels.utf8(p, stop) : stop;
        out.append(p, sound);
        p = sound;
        if (p == end) return;
        const std::string_view instead = p == stop ? escaped<kind>(*p) : std::string_view();
        out.append(instead.empty() ? "\xEF\xBF\xBD" : instead);
        ++p;
    }
}

}  // namespace

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
