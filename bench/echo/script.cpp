#include "script.hpp"

#include <algorithm>
#include <array>

namespace echo_bench {

namespace {

constexpr std::array cases = {"16", "1k", "16k", "chat", "text", "ping", "mixed"};

std::string digits(std::size_t number) {
    std::string text = std::to_string(number);
    return std::string(7 - std::min<std::size_t>(7, text.size()), '0') + text;
}

// What people write: letters, blanks, full stops.
constexpr std::string_view prose =
    "What light through yonder window breaks. It is the east, and Juliet is the sun. Arise, fair sun, and kill the "
    "envious moon, who is already sick and pale with grief. ";
// What others write, with characters that XML wants escaped.
constexpr std::string_view foreign =
    "Grüße & Küsse – „Où es-tu, Roméo?“ <3 Ромео, как мне жаль, что ты Ромео! \"ロミオ\" & Juliet's 🌹, x < y > z; ";

// Of that size exactly, and whole characters only.
std::string filled(std::string text, std::size_t size, std::string_view with) {
    while (text.size() < size) text += with;
    std::size_t end = size;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.resize(end);
    return text.append(size - end, '.');
}

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else if (c == '\'')
            out += "&apos;";
        else
            out += c;
    }
    return out;
}

}  // namespace

bool is_case(std::string_view what) { return std::find(cases.begin(), cases.end(), what) != cases.end(); }

std::string id_of(std::size_t unit) { return "i" + digits(unit); }

Script::Script(const ScriptOptions& options) : options_(options) {
    starts_.reserve(options_.units + 1);
    for (std::size_t n = 0; n < options_.units; ++n) {
        starts_.push_back(text_.size());
        render(n);
    }
    starts_.push_back(text_.size());
}

Script::Unit Script::unit(std::size_t number) const {
    const std::string_view what = options_.what;
    if (what == "16") return {.body = 16};
    if (what == "1k" || what == "text") return {.body = 1024};
    if (what == "16k") return {.body = 16 * 1024};
    if (what == "chat") return {.form = Form::chat, .body = 190};
    if (what == "ping") return {.form = Form::ping};
    // mixed: what comes next looks like chance, and is the same in every run.
    const std::size_t dice = (number * 2654435761u >> 8) % 100;
    if (dice < 15) return {.form = Form::ping, .to_somebody = dice % 2 == 0};
    if (dice < 50) return {.form = Form::chat, .body = 60 + dice, .to_somebody = dice % 4 == 0};
    if (dice < 75) return {.body = 16 + dice, .to_somebody = dice % 4 == 0};
    if (dice < 85) return {.with_type = false, .body = 300};
    if (dice < 95) return {.body = 1024};
    return {.body = 4096};
}

bool Script::has_presence(std::size_t unit) const { return options_.what == "mixed" && unit % 4 == 3; }

std::string Script::sender(std::size_t unit) const {
    return "u" + digits(unit % options_.senders) + "@example.net/home";
}

std::string Script::addressee(std::size_t number) const {
    if (!unit(number).to_somebody) return options_.domain;
    return "bot" + std::to_string(number % 7) + "@" + options_.domain + "/desk";
}

std::string Script::body(std::size_t number) const {
    const std::size_t size = unit(number).body;
    const bool is_foreign = options_.what == "text" || (options_.what == "mixed" && number % 5 == 0);
    const std::string begin = "No. " + digits(number) + (is_foreign ? ": " : ", hi.");
    return filled(begin, size, is_foreign ? foreign : prose);
}

Expected Script::expected(std::size_t number) const {
    const Unit is = unit(number);
    if (is.form == Form::ping) return {"iq", "result", addressee(number), sender(number), id_of(number), ""};
    return {"message", is.with_type ? "chat" : "", addressee(number), sender(number), id_of(number), body(number)};
}

void Script::render(std::size_t number) {
    const Unit is = unit(number);
    const std::string from = sender(number), to = addressee(number), id = id_of(number);
    const std::string envelope = " from='" + from + "' to='" + to + "'";
    if (has_presence(number))
        text_ += "<presence" + envelope +
                 "><show>away</show><priority>5</priority><c xmlns='http://jabber.org/"
                 "protocol/caps' hash='sha-1' node='https://example.net/client' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/>"
                 "</presence>";
    if (is.form == Form::ping) {
        text_ += "<iq" + envelope + " type='get' id='" + id + "'><ping xmlns='urn:xmpp:ping'/></iq>";
        return;
    }
    text_ += "<message" + envelope + (is.with_type ? " type='chat'" : "") + " id='" + id + "'><body>" +
             escaped(body(number)) + "</body>";
    if (is.form == Form::chat) add_payloads(number);
    text_ += "</message>";
}

// What a client of today, and the server on the way, add to the text.
void Script::add_payloads(std::size_t number) {
    const std::string uuid = "1a2f3c58-7c9e-4b0d-9d2e-" + digits(number) + "abcde";
    text_ += "<active xmlns='http://jabber.org/protocol/chatstates'/>";
    text_ += "<request xmlns='urn:xmpp:receipts'/>";
    text_ += "<markable xmlns='urn:xmpp:chat-markers:0'/>";
    text_ += "<origin-id xmlns='urn:xmpp:sid:0' id='" + uuid + "'/>";
    text_ += "<reply xmlns='urn:xmpp:reply:0' to='" + addressee(number) + "' id='" + uuid + "'/>";
    const std::string account = "u" + digits(number % options_.senders) + "@example.net";
    text_ += "<stanza-id xmlns='urn:xmpp:sid:0' by='" + account + "' id='" + uuid + "'/>";
}

}  // namespace echo_bench
