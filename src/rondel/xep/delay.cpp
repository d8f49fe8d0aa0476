#include "rondel/xep/delay.hpp"

namespace rondel::delay {

std::optional<DateTime> sent_at(const Stanza& stanza) {
    std::optional<DateTime> earliest;
    for (const ElementView child : stanza.element().children()) {
        const Result<Delay> delay = xml::decode<Delay>(child);
        if (delay && (!earliest || delay->stamp < *earliest)) earliest = delay->stamp;
    }
    return earliest;
}

}  // namespace rondel::delay
