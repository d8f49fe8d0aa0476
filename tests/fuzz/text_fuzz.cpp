// The small readers of untrusted text: base64 (R053), date-times and offsets (V46), UTF-8, and text made fit for a log
// (V47).
#include "rondel/base/datetime.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/base/utf8.hpp"

#include <cstdint>
#include <string>

#include "tests/fuzz/require.hpp"

using namespace rondel;

namespace {

void check_base64(std::string_view text) {
    if (const auto bytes = parse_base64(text)) RONDEL_REQUIRE(to_base64(*bytes) == text);
    const auto back = parse_base64(to_base64(text));
    RONDEL_REQUIRE(back && *back == text);
}

void check_datetime(std::string_view text) {
    if (const auto moment = parse_datetime(text)) {
        const auto again = parse_datetime(to_string(*moment));
        RONDEL_REQUIRE(again && *again == *moment);
    }
    if (const auto offset = parse_offset(text)) {
        const auto again = parse_offset(offset_to_string(*offset));
        RONDEL_REQUIRE(again && *again == *offset);
    }
}

void check_log(std::string_view text) {
    const std::string safe = sanitize_for_log(text);
    RONDEL_REQUIRE(is_xml_text(safe));
    for (const char c : safe) RONDEL_REQUIRE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    RONDEL_REQUIRE(!is_xml_text(text) || is_utf8(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_base64(text);
    check_datetime(text);
    check_log(text);
    return 0;
}
