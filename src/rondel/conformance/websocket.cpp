#include "rondel/conformance/websocket.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/base/random.hpp"
#include "rondel/base/utf8.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"
#include "rondel/xml/reader.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <fmt/format.h>

namespace rondel::conformance {

namespace {

std::string header_of(std::string_view head, std::string name) {
    name = "\r\n" + name + ":";
    const auto same = [](char a, char b) {
        return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
    };
    auto at = std::search(head.begin(), head.end(), name.begin(), name.end(), same);
    if (at == head.end()) return {};
    at += static_cast<std::ptrdiff_t>(name.size());
    std::string value(at, std::find(at, head.end(), '\r'));
    return value.substr(std::min(value.find_first_not_of(' '), value.size()));
}

}  // namespace

WebSocket::WebSocket(const WebSocketPlace& place, const Trust& trust, const std::string& domain,
                     std::string_view protocol, Duration limit)
    : wire_(Wire::connect(place.at, limit)), limit_(limit) {
    if (place.tls) wire_.secure(trust, domain, limit);
    unsigned char key[16];
    fill_random(key);
    wire_.send(
        fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {}\r\n{}\r\n",
                    place.path, domain, to_base64(std::string_view(reinterpret_cast<const char*>(key), sizeof key)),
                    protocol.empty() ? "" : fmt::format("Sec-WebSocket-Protocol: {}\r\n", protocol)),
        limit);
    std::size_t end = std::string::npos;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos)
        if (!fill(buffer_.size() + 1)) throw Unmet("There was no HTTP answer. It said: " + sanitize_for_log(buffer_));
    const std::string head = buffer_.substr(0, end + 2);
    buffer_.erase(0, end + 4);
    if (!head.starts_with("HTTP/1.1 ")) throw Unmet("This is no HTTP answer: " + sanitize_for_log(head));
    status_ = std::atoi(head.c_str() + 9);
    protocol_ = header_of(head, "Sec-WebSocket-Protocol");
}

bool WebSocket::fill(std::size_t wanted) {
    const Instant until = Clock::now() + limit_;
    while (buffer_.size() < wanted) switch (wire_.receive(buffer_, until)) {
            case Wire::Got::bytes:
                break;
            case Wire::Got::nothing:
                throw Unmet("Nothing came over the WebSocket.");
            case Wire::Got::end:
                return false;
        }
    return true;
}

void WebSocket::send(std::string_view text) {
    std::string frame = "\x81";
    if (text.size() < 126) {
        frame += static_cast<char>(0x80 | text.size());
    } else {  // no case says more than 64 KiB
        frame += static_cast<char>(0x80 | 126);
        frame += static_cast<char>(text.size() >> 8);
        frame += static_cast<char>(text.size() & 0xFF);
    }
    unsigned char mask[4];
    fill_random(mask);
    frame.append(reinterpret_cast<const char*>(mask), sizeof mask);
    for (std::size_t i = 0; i < text.size(); ++i) frame += static_cast<char>(text[i] ^ static_cast<char>(mask[i % 4]));
    wire_.send(frame, limit_);
}

std::optional<std::string> WebSocket::receive() {
    std::string message;
    for (;;) {
        if (!fill(2)) return std::nullopt;
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(buffer_[at]); };
        const bool final = (byte(0) & 0x80) != 0;
        const int opcode = byte(0) & 0x0F;
        std::size_t size = byte(1) & 0x7F;
        std::size_t begin = 2;
        if (size >= 126) {
            const std::size_t digits = size == 126 ? 2 : 8;
            if (!fill(2 + digits)) return std::nullopt;
            size = 0;
            for (std::size_t i = 0; i < digits; ++i) size = size << 8 | byte(2 + i);
            begin += digits;
        }
        if (size > 1U << 24 || !fill(begin + size)) return std::nullopt;
        const std::string data = buffer_.substr(begin, size);
        buffer_.erase(0, begin + size);
        if (opcode == 8) return std::nullopt;
        if (opcode == 2) throw Unmet("A binary message came.");
        if (opcode > 8) continue;  // ping and pong
        message += data;
        if (final) return message;
    }
}

xml::Element WebSocket::expect(std::string_view name, std::string_view ns) {
    const auto message = receive();
    if (!message) throw Unmet(fmt::format("The WebSocket ended before <{}/> came.", name));
    if (!message->starts_with('<'))
        throw Unmet("A message begins with something else than `<`: " + sanitize_for_log(*message));
    Result<xml::Element> element = xml::parse_document(*message);
    if (!element) throw Unmet("A message is no whole element: " + sanitize_for_log(*message));
    if (!element->is(name, ns))
        throw Unmet(fmt::format("Instead of <{} xmlns='{}'/> came {}", name, ns, for_a_person(*element)));
    return *std::move(element);
}

}  // namespace rondel::conformance
