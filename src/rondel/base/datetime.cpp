#include "rondel/base/datetime.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace rondel {

namespace {

using namespace std::chrono_literals;
using std::chrono::sys_days;

constexpr auto offset_limit = 14 * 60min;
constexpr DateTime first_moment = sys_days(std::chrono::year(0) / 1 / 1);
constexpr DateTime last_moment = sys_days(std::chrono::year(9999) / 12 / 31) + 24h - 1ms;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes fields off the front of a text, and remembers whether one was missing.
class Fields {
  public:
    explicit Fields(std::string_view text) : rest_(text) {}

    int number(std::size_t width, int least, int most) {
        if (rest_.size() < width ||
            !std::all_of(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(width), is_digit))
            return fail();
        int value = 0;
        for (const char c : rest_.substr(0, width)) value = value * 10 + (c - '0');
        rest_.remove_prefix(width);
        return value < least || value > most ? fail() : value;
    }
    void literal(char c) {
        if (!skip(c)) fail();
    }
    bool skip(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    // The digits after a decimal point, as milliseconds.
    std::chrono::milliseconds fraction() {
        const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_digit);
        const auto count = static_cast<std::size_t>(end - rest_.begin());
        if (count == 0) fail();
        int value = 0;
        for (std::size_t i = 0; i < 3; ++i) value = value * 10 + (i < count ? rest_[i] - '0' : 0);
        rest_.remove_prefix(count);
        return std::chrono::milliseconds(value);
    }
    std::string_view rest() const { return rest_; }
    bool failed() const { return failed_; }

  private:
    int fail() {
        failed_ = true;
        return 0;
    }
    std::string_view rest_;
    bool failed_ = false;
};

// hh:mm:ss[.sss] since midnight; 24:00:00 is allowed as XML Schema does.
std::chrono::milliseconds time_of_day(Fields& fields, bool& end_of_day) {
    const std::chrono::hours hours(fields.number(2, 0, 24));
    fields.literal(':');
    const std::chrono::minutes minutes(fields.number(2, 0, 59));
    fields.literal(':');
    std::chrono::milliseconds rest = std::chrono::seconds(fields.number(2, 0, 59));
    if (fields.skip('.')) rest += fields.fraction();
    end_of_day = hours == 24h;
    return hours + minutes + rest;
}

}  // namespace

Result<DateTime> parse_datetime(std::string_view text) {
    const auto refused = make_error_code(TextError::bad_datetime);
    Fields fields(text);
    const std::chrono::year year(fields.number(4, 0, 9999));
    fields.literal('-');
    const std::chrono::month month(static_cast<unsigned>(fields.number(2, 1, 12)));
    fields.literal('-');
    const std::chrono::day day(static_cast<unsigned>(fields.number(2, 1, 31)));
    fields.literal('T');
    bool end_of_day = false;
    const auto time = time_of_day(fields, end_of_day);
    const auto date = year / month / day;
    if (fields.failed() || !date.ok() || (end_of_day && time != 24h)) return refused;

    const auto offset = parse_offset(fields.rest());
    if (!offset) return refused;
    const DateTime moment = sys_days(date) + time - *offset;
    if (moment < first_moment || moment > last_moment) return refused;
    return moment;
}

std::string to_string(DateTime moment) {
    moment = std::clamp(moment, first_moment, last_moment);
    const auto day = std::chrono::floor<std::chrono::days>(moment);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(moment - day);
    std::string out =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", int(date.year()), unsigned(date.month()),
                    unsigned(date.day()), time.hours().count(), time.minutes().count(), time.seconds().count());
    if (time.subseconds() != 0ms) out += fmt::format(".{:03}", time.subseconds().count());
    return out += 'Z';
}

Result<std::chrono::minutes> parse_offset(std::string_view text) {
    const auto refused = make_error_code(TextError::bad_offset);
    if (text == "Z") return 0min;
    Fields fields(text);
    const bool west = fields.skip('-');
    if (!west) fields.literal('+');
    const std::chrono::hours hours(fields.number(2, 0, 14));
    fields.literal(':');
    const std::chrono::minutes offset = hours + std::chrono::minutes(fields.number(2, 0, 59));
    if (fields.failed() || !fields.rest().empty() || offset > offset_limit) return refused;
    return west ? -offset : offset;
}

std::string offset_to_string(std::chrono::minutes offset) {
    const char sign = offset < 0min ? '-' : '+';
    const auto size = std::chrono::abs(std::clamp<std::chrono::minutes>(offset, -offset_limit, offset_limit));
    return fmt::format("{}{:02}:{:02}", sign, size / 1h, size % 1h / 1min);
}

}  // namespace rondel
