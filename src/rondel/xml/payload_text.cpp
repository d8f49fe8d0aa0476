#include "rondel/xml/payload_text.hpp"

#include <charconv>

namespace rondel::xml {

namespace {

class PayloadErrors : public std::error_category {
  public:
    const char* name() const noexcept override { return "rondel.payload"; }
    std::string message(int error) const override {
        switch (static_cast<PayloadError>(error)) {
            case PayloadError::wrong_element:
                return "The element is not the one expected: its name or namespace differs.";
            case PayloadError::missing_attribute:
                return "A required attribute is missing.";
            case PayloadError::missing_child:
                return "A required child element is missing.";
            case PayloadError::bad_number:
                return "A value must be a whole decimal number.";
            case PayloadError::number_range:
                return "A number is too large or too small for its field.";
            case PayloadError::bad_boolean:
                return "A value must be true, false, 1 or 0.";
            case PayloadError::unknown_value:
                return "A value is none of those defined for its field.";
            case PayloadError::bad_jid:
                return "A value must be a JID (RFC 7622).";
            case PayloadError::bad_datetime:
                return "A value must be a date and time (XEP-0082).";
            case PayloadError::bad_text:
                return "A value does not have the form that its field asks for.";
        }
        return "The payload is not valid.";
    }
};

template <class V>
PayloadError read_number(std::string_view digits, V& value) {
    const char* end = digits.data() + digits.size();
    const auto [stop, fault] = std::from_chars(digits.data(), end, value);
    if (stop != end || digits.empty() || fault == std::errc::invalid_argument) return PayloadError::bad_number;
    return fault == std::errc::result_out_of_range ? PayloadError::number_range : wire::none;
}

// XML Schema lets a number begin with "+", std::from_chars does not.
std::string_view without_plus(std::string_view text) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    return text;
}

template <class V>
std::string_view write_number(V value, wire::Scratch& scratch) {
    char digits[24];
    const auto [end, fault] = std::to_chars(digits, digits + sizeof digits, value);
    static_cast<void>(fault);  // 24 characters are enough for 64 bits
    return scratch.text.assign(digits, end);
}

}  // namespace

std::error_code make_error_code(PayloadError error) {
    static const PayloadErrors category;
    return {static_cast<int>(error), category};
}

namespace wire {

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view white = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(white);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(white) - begin + 1);
}

PayloadError read_signed(std::string_view text, std::int64_t least, std::int64_t most, std::int64_t& value) {
    const PayloadError fault = read_number(without_plus(trimmed(text)), value);
    if (fault != none) return fault;
    return value < least || value > most ? PayloadError::number_range : none;
}

PayloadError read_unsigned(std::string_view text, std::uint64_t most, std::uint64_t& value) {
    const std::string_view digits = trimmed(text);
    if (digits.size() > 1 && digits[0] == '-') {
        std::int64_t below = 0;
        const PayloadError fault = read_number(digits, below);
        if (fault != none || below != 0) return fault == PayloadError::bad_number ? fault : PayloadError::number_range;
        value = 0;
        return none;
    }
    const PayloadError fault = read_number(without_plus(digits), value);
    if (fault != none) return fault;
    return value > most ? PayloadError::number_range : none;
}

PayloadError read_name(std::string_view text, const std::string_view* names, std::size_t count, std::size_t& index) {
    text = trimmed(text);
    for (std::size_t i = 0; i < count; ++i)
        if (names[i] == text) return index = i, none;
    return PayloadError::unknown_value;
}

std::string_view write_signed(std::int64_t value, Scratch& scratch) { return write_number(value, scratch); }
std::string_view write_unsigned(std::uint64_t value, Scratch& scratch) { return write_number(value, scratch); }

PayloadError read(std::string_view text, std::string& value) {
    value = text;
    return none;
}

PayloadError read(std::string_view text, bool& value) {
    text = trimmed(text);
    if (text == "true" || text == "1") return value = true, none;
    if (text == "false" || text == "0") return value = false, none;
    return PayloadError::bad_boolean;
}

PayloadError read(std::string_view text, Jid& value) {
    Result<Jid> jid = Jid::parse(text);
    if (!jid) return PayloadError::bad_jid;
    value = std::move(*jid);
    return none;
}

PayloadError read(std::string_view text, DateTime& value) {
    const Result<DateTime> moment = parse_datetime(trimmed(text));
    if (!moment) return PayloadError::bad_datetime;
    value = *moment;
    return none;
}

std::string_view write(DateTime value, Scratch& scratch) { return scratch.text = rondel::to_string(value); }

}  // namespace wire

}  // namespace rondel::xml
