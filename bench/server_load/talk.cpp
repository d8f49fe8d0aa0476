#include "talk.hpp"

#include <algorithm>
#include <charconv>

#include "scan.hpp"

namespace load {

namespace {

// "00042:0000000007" and filling: asker 42, message 7.
constexpr std::size_t number_at = 6;
constexpr std::size_t digits = 10;

std::string asker_text(std::size_t number) {
    std::string text = std::to_string(number);
    return std::string(5 - std::min<std::size_t>(5, text.size()), '0') + text + ":";
}

std::uint64_t read_number(std::string_view text) {
    std::uint64_t number = ~std::uint64_t{0};
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

void write_number(char* end, std::uint64_t number) {
    for (std::size_t i = 0; i < digits; ++i, number /= 10) *--end = static_cast<char>('0' + number % 10);
}

}  // namespace

Talk::Talk(std::size_t number, std::size_t body, Counts& counts)
    : body_(asker_text(number) + std::string(digits, '0') + std::string(body - number_at - digits, 'x')),
      counts_(counts) {}

void Talk::begin(std::string address, std::string_view component, bool says_from) {
    address_ = std::move(address);
    // The id is not looked at: it is there because those of real clients are.
    message_ = "<message to='" + std::string(component) + "'" + (says_from ? " from='" + address_ + "'" : "") +
               " type='chat' id='a1b2c3d4e5f60718'><body>" + body_ + "</body></message>";
    at_ = message_.find("<body>") + 6 + number_at;
}

void Talk::ask(std::string& output) {
    write_number(message_.data() + at_ + digits, asked_++);
    output += message_;
    ++counts_.asked;
}

std::size_t Talk::asker_of(std::string_view body) { return read_number(body.substr(0, number_at - 1)); }

bool Talk::is_mine(std::string_view body) const {
    constexpr std::size_t rest = number_at + digits;
    return body.size() == body_.size() && body.substr(0, number_at) == std::string_view(body_).substr(0, number_at) &&
           body.substr(rest) == std::string_view(body_).substr(rest);
}

void Talk::place(std::string_view body, std::uint64_t due) {
    if (read_number(body.substr(number_at, digits)) != due) ++counts_.misplaced;
}

void Talk::spoilt(std::string_view element) {
    if (++counts_.spoilt == 1) counts_.first_spoilt = element.substr(0, 1000);
}

void Talk::heard(std::string_view from, std::string_view element, std::string_view body) {
    if (from != address_ || !is_mine(body) || attribute_of(element, "type") != "chat") return spoilt(element);
    place(body, heard_++);
    ++counts_.heard;
}

void Talk::answered(std::string_view element, std::string_view component) {
    const auto body = text_in(element, "body");
    if (!body || !is_mine(*body) || attribute_of(element, "from") != component ||
        attribute_of(element, "to") != address_ || attribute_of(element, "type") != "chat")
        return spoilt(element);
    place(*body, answered_++);
    ++counts_.answered;
}

}  // namespace load
