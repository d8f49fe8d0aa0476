#include "rondel/net/traffic.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <array>

namespace rondel::net {

namespace {

constexpr std::string_view mask = "***";

// By name, whatever the namespace: rather one field too many than one too few.
bool holds_a_secret(xml::ElementView element) {
    constexpr std::array<std::string_view, 9> names = {
        "password", "secret", "handshake", "auth", "response", "challenge", "success", "digest", "initial-response"};
    return std::find(names.begin(), names.end(), element.name()) != names.end();
}

}  // namespace

std::string masked_text(xml::ElementView element) {
    xml::Element copy = element.copy();
    xml::Block& block = copy.ref().mutable_block();
    for (xml::Index i = xml::Block::root; i < block.nodes.size(); ++i) {
        if (block.nodes[i].is_text()) continue;
        xml::ElementRef node(block, i);
        if (holds_a_secret(node) && !node.text().empty()) node.clear_content().text(mask);
        for (const std::string_view name : {"password", "secret", "token"})
            if (node.attribute(name)) node.set(name, mask);
    }
    return sanitize_for_log(xml::to_string(copy, xml::stanza_ns));
}

}  // namespace rondel::net
