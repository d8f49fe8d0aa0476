// One stanza out of what a contestant wrote, whatever its style: quotes of either kind, attributes in any order,
// escapes of any kind, CDATA, an xmlns or none. Slow and tolerant; the checker asks it only for what it has not seen.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace echo_bench {

struct ReplyText {
    std::string kind;  // of the stanza, without a prefix
    std::string from, to, id, type;
    std::string body;
    std::string text;  // of everything else: the handshake's digits
};

enum class Cut { whole, incomplete, end_of_stream, broken };

// Reads the first stanza of the bytes; size: how long it is. Blanks before it belong to it.
Cut read_reply(std::string_view bytes, ReplyText& reply, std::size_t& size);

}  // namespace echo_bench
