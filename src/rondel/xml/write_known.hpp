// Writing what is known as it will be written (docs/decisions/0015-known-as-it-is-written.md): its pieces are copied,
// and nobody goes over the tree. Not for other floors but the stream's, of whose sending it is a part, in line.
#pragma once

#include "rondel/xml/element.hpp"
#include "rondel/xml/writer.hpp"

#include <cstddef>
#include <string_view>

namespace rondel::xml {

// False, and nothing has happened, if it is not known, or a limit may be in the way: then write() does it.
[[gnu::always_inline]] inline bool write_known(ElementView element, Bytes& out, std::string_view content_ns,
                                               const WriteLimits& limits) {
    if (!element || element.index() != Block::root || content_ns.empty()) return false;
    const Block& block = *element.block();
    const AsWritten& known = block.as_written;
    if (known.start.size == 0) return false;
    const Span text = known.text == 0 ? Span() : block.written_span(block.nodes[known.text]);
    const std::size_t size =
        std::size_t{known.start.size} + known.more.size + known.open.size + text.size + known.close.size;
    if (size > limits.bytes || limits.depth < 2) return false;
    const char* const own = block.text.data();
    char* to = put_text(out.room(size), own + known.start.at, known.start.size);
    to = put_text(to, own + known.more.at, known.more.size);
    to = put_short(to, own + known.open.at, known.open.size);
    if (known.text != 0) {
        to = put_text(to, own + text.at, text.size);
        to = put_text(to, own + known.close.at, known.close.size);
    }
    out.end_at(to);
    return true;
}

}  // namespace rondel::xml
