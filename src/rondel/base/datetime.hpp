// Moments as XMPP writes them (XEP-0082, the DateTime profile), for the years 0000 to 9999, to the millisecond.
// Threads: free functions without state. Nothing here asks for the time.
#pragma once

#include "rondel/base/result.hpp"
#include "rondel/base/text_error.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace rondel {

using DateTime = std::chrono::sys_time<std::chrono::milliseconds>;

// "2002-09-10T23:41:07Z", "2002-09-10T23:41:07.123+02:00". The offset is required; further digits of a fraction are cut
// off; 24:00:00 is the end of a day (XML Schema 1.1 part 2 §3.3.7); there are no leap seconds. Error bad_datetime.
Result<DateTime> parse_datetime(std::string_view text);

// In UTC, with three digits of fraction unless they are zero. A moment outside the years 0000 to 9999 is moved to the
// nearest inside.
std::string to_string(DateTime moment);

// An offset from UTC, east positive: "Z", "+02:00", "-05:30", up to fourteen hours. Error bad_offset.
Result<std::chrono::minutes> parse_offset(std::string_view text);

// "+02:00"; zero is "+00:00". Beyond fourteen hours: the nearest that is allowed.
std::string offset_to_string(std::chrono::minutes offset);

}  // namespace rondel
