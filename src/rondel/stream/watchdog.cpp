#include "rondel/stream/watchdog.hpp"

#include "rondel/stream/later.hpp"

#include <algorithm>

namespace rondel::stream {

void Watchdog::start(Instant now, std::uint64_t said) {
    started_ = true;
    heard(now);
    looked_at_said_ = now;
    said_ = said;
}

void Watchdog::listening(bool on, Instant now) {
    if (on && !listening_) heard(now);
    listening_ = on;
}

Instant Watchdog::silence_deadline() const {
    if (!listening_ || times_.ping_after <= Duration::zero()) return never;
    return pinged_ ? later(pinged_at_, times_.ping_timeout) : later(heard_, times_.ping_after);
}

Instant Watchdog::deadline() const {
    return started_ ? std::min(silence_deadline(), later(looked_at_said_, times_.space_after)) : never;
}

Watchdog::Due Watchdog::due(Instant now, std::uint64_t said) {
    if (!started_) return Due::nothing;
    if (now >= silence_deadline()) {
        if (pinged_) return Due::giving_up;
        pinged_ = true;
        pinged_at_ = now;
        return Due::ping;
    }
    if (now < later(looked_at_said_, times_.space_after)) return Due::nothing;
    const bool silent = said == said_;
    looked_at_said_ = now;
    said_ = silent ? said + 1 : said;  // the space itself does not count
    return silent ? Due::space : Due::nothing;
}

}  // namespace rondel::stream
