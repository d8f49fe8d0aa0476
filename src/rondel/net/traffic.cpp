#include "rondel/net/traffic.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/net/scarce_memory.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <utility>

namespace rondel::net {

namespace {

constexpr std::string_view mask = "***";

// By name, whatever the namespace: rather one field too many than one too few.
bool holds_a_secret(xml::ElementView element) {
    constexpr std::array<std::string_view, 9> names = {
        "password", "secret", "handshake", "auth", "response", "challenge", "success", "digest", "initial-response"};
    return std::find(names.begin(), names.end(), element.name()) != names.end();
}

constexpr std::string_view forms_ns = "jabber:x:data";

// A field of a data form (XEP-0004) that says so itself, or whose name does.
bool is_private_field(xml::ElementView element) {
    if (!element.is("field", forms_ns)) return false;
    const std::string_view name = element.attribute_or("var", {});
    return element.attribute_or("type", {}) == "text-private" || name.find("password") != name.npos ||
           name.find("secret") != name.npos;
}

}  // namespace

std::string masked_text(xml::ElementView element) {
    xml::Element copy = element.copy();
    xml::Block& block = copy.ref().mutable_block();
    for (xml::Index i = xml::Block::root; i < block.nodes.size(); ++i) {
        if (block.nodes[i].is_text()) continue;
        xml::ElementRef node(block, i);
        if (holds_a_secret(node) && (!node.text().empty() || node.first_child())) node.clear_content().text(mask);
        if (is_private_field(node)) {
            const std::string_view ns = forms_ns;
            if (node.remove("value", ns) > 0) node.append("value", ns).text(mask);
        }
        for (const std::string_view name : {"password", "secret", "token"})
            if (node.attribute(name)) node.set(name, mask);
    }
    return sanitize_for_log(xml::to_string(copy, xml::stanza_ns));
}

void show_sent(const PeerTrafficSink& sink, stream::Stream& stream, std::function<std::string()> peer) {
    if (!sink) return;
    stream.watch_sent([sink, peer = std::move(peer)](const Stanza& stanza) {
        if_memory_lasts([&] { sink(Direction::out, peer(), masked_text(stanza.element())); }, [] {});
    });
}

void show_received(const PeerTrafficSink& sink, const stream::Event& event, const std::string& peer) {
    const auto show = [&](xml::ElementView element) {
        if_memory_lasts([&] { sink(Direction::in, peer, masked_text(element)); }, [] {});
    };
    if (const auto* received = std::get_if<stream::Received>(&event)) show(received->stanza.element());
    if (const auto* refused = std::get_if<stream::Refused>(&event)) show(refused->element);
}

void show_traffic(const TrafficSink& sink, Direction direction, xml::ElementView element, const LogSink& log) {
    const auto tell = [&](std::string_view why) {
        if (log) log(LogLevel::warning, why);
    };
    try {
        sink(direction, masked_text(element));
    } catch (const std::bad_alloc&) {
        if (direction == Direction::in) throw;  // it has not been taken yet, and may come again (decision 9)
        tell("A stanza went out that could not be shown: no memory.");
    } catch (...) {
        tell("A stanza could not be shown: whoever shows the traffic threw an exception.");
    }
}

}  // namespace rondel::net
