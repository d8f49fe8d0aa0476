#include "rondel/stream/management.hpp"

#include "rondel/stream/later.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rondel::stream {

namespace {

constexpr std::size_t worth_moving = 64 * 1024;     // fewer bytes than this stay in front of the others
constexpr std::size_t worth_keeping = 1024 * 1024;  // an empty buffer of more than this is given back

}  // namespace

std::string_view Management::acknowledgement() {
    constexpr std::string_view before = "<a xmlns='urn:xmpp:sm:3' h='";
    constexpr std::string_view after = "'/>";
    char* const first = acknowledgement_.data();
    char* end = std::copy(before.begin(), before.end(), first);
    end = std::to_chars(end, first + acknowledgement_.size(), handled_).ptr;
    end = std::copy(after.begin(), after.end(), end);
    return {first, static_cast<std::size_t>(end - first)};
}

void Management::sent(std::string_view bytes, bool counted) {
    make_room();
    // All of it or nothing, where memory ends.
    if (kept_.size() == kept_.capacity()) kept_.reserve(std::max<std::size_t>(16, 2 * kept_.capacity()));
    bytes_.append(bytes);
    kept_.push_back({static_cast<std::uint32_t>(bytes.size()) & 0x7fffffffU, counted});
}

void Management::take_back(std::size_t stanzas) {
    for (; stanzas > 0; --stanzas) {
        bytes_.resize(bytes_.size() - kept_.back().size);
        kept_.pop_back();
    }
}

bool Management::acknowledge(std::uint32_t h) {
    const std::uint32_t news = h - acknowledged_;
    if (news > waiting()) return false;
    asked_ = false;
    asked_at_ = never;  // or a session that falls silent now would end for want of an answer that has come
    for (std::uint32_t i = 0; i < news; ++i) {
        counted_acknowledged_ += kept_[kept_gone_].counted;
        drop_front();
    }
    acknowledged_ = h;
    return true;
}

Instant Management::deadline() const { return asked_at_ == never ? never : later(asked_at_, limits_.ack_after); }

void Management::drop_front() {
    bytes_gone_ += kept_[kept_gone_++].size;
    if (waiting() > 0) return;
    if (bytes_.capacity() > worth_keeping) {
        std::string().swap(bytes_);
        std::vector<Kept>().swap(kept_);
    }
    bytes_.clear();
    kept_.clear();
    bytes_gone_ = kept_gone_ = 0;
}

// What is acknowledged is dropped when it outweighs what is not, so each byte is moved at most about once.
void Management::make_room() {
    if (bytes_gone_ < worth_moving || bytes_gone_ < bytes_.size() / 2) return;
    bytes_.erase(0, bytes_gone_);
    kept_.erase(kept_.begin(), kept_.begin() + static_cast<std::ptrdiff_t>(kept_gone_));
    bytes_gone_ = kept_gone_ = 0;
}

bool Management::resume(const Resumption& earlier, std::uint32_t h, Output& output) {
    const Unsent& before = earlier.unacknowledged;
    const std::uint32_t taken = h - earlier.acknowledged;
    if (taken > before.sizes.size()) return false;
    is_on_ = true;
    handled_ = earlier.handled;
    acknowledged_ = h;
    std::size_t at = 0;
    for (std::size_t i = 0; i < before.sizes.size(); at += before.sizes[i++]) {
        const bool counted = i >= earlier.own.size() || !earlier.own[i];
        if (i < taken) {
            carried_ += counted ? 1 : 0;
            continue;
        }
        output.add_stanza(std::string_view(before.bytes).substr(at, before.sizes[i]), before.framing, counted);
        sent(output.last_stanza(), counted);
    }
    counted_acknowledged_ = carried_;
    return true;
}

void Management::leave(Resumption& resumption) {
    resumption.handled = handled_;
    resumption.acknowledged = acknowledged_;
    resumption.unacknowledged = {.bytes = bytes_.substr(bytes_gone_), .framing = framing_};
    resumption.own.clear();
    resumption.own.reserve(waiting());  // from here on nothing fails: what is dropped here is there
    resumption.unacknowledged.sizes.reserve(waiting());
    for (; waiting() > 0; drop_front()) {
        resumption.unacknowledged.sizes.push_back(kept_[kept_gone_].size);
        resumption.own.push_back(!kept_[kept_gone_].counted);
    }
    is_on_ = asked_ = false;
    asked_at_ = never;
}

std::optional<std::uint32_t> parse_count(std::optional<std::string_view> text) {
    std::uint32_t count = 0;
    if (!text || text->empty()) return std::nullopt;
    const char* const end = text->data() + text->size();
    const auto [stopped, error] = std::from_chars(text->data(), end, count);
    if (error != std::errc() || stopped != end) return std::nullopt;
    return count;
}

}  // namespace rondel::stream
