#include "rondel/xep/entity_time.hpp"

#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"

#include <stdexcept>

namespace rondel::entity_time {

bool from_xml_text(std::string_view text, Offset& value) {
    const Result<std::chrono::minutes> offset = parse_offset(xml::wire::trimmed(text));
    if (offset) value.east = *offset;
    return offset.has_value();
}

std::string to_xml_text(Offset value) { return offset_to_string(value.east); }

void install(Router& router, Source source) {
    if (!source) throw std::invalid_argument("The entity time (XEP-0202) needs a source of the time.");
    router.answer([source = std::move(source)](const Query&) { return source(); });
}

task<Time> ask(Entity& self, JidView of, RequestOptions options) {
    return ask_for<Time>(self, get(of, Query()), std::move(options));
}

}  // namespace rondel::entity_time
