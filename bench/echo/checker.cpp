#include "checker.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>
#include <utility>

namespace echo_bench {

namespace {

std::string excerpt(std::string_view text) {
    std::string out;
    for (const char c : text.substr(0, 200)) out += static_cast<unsigned char>(c) < 0x20 ? '.' : c;
    return out + (text.size() > 200 ? "…" : "");
}

// Where the texts part, from a little before.
std::string difference(std::string_view said, std::string_view expected) {
    const auto parted = std::mismatch(said.begin(), said.end(), expected.begin(), expected.end());
    const auto at = static_cast<std::size_t>(parted.first - said.begin());
    const std::size_t from = at < 20 ? 0 : at - 20;
    return "'" + excerpt(said.substr(from, 60)) + "' instead of '" + excerpt(expected.substr(from, 60)) + "', byte " +
           std::to_string(at) + " of " + std::to_string(expected.size()) + ": ";
}

std::optional<std::size_t> unit_of(std::string_view id) {
    std::size_t unit = 0;
    if (!id.starts_with('i')) return std::nullopt;
    const auto [end, error] = std::from_chars(id.data() + 1, id.data() + id.size(), unit);
    if (error != std::errc() || end != id.data() + id.size() || id_of(unit) != id) return std::nullopt;
    return unit;
}

// A message without a type is a normal one (RFC 6121 §5.2.2).
std::string_view type_of(std::string_view type) { return type == "normal" ? std::string_view() : type; }

}  // namespace

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::ok:
            return "ok";
        case Verdict::lost:
            return "lost";
        case Verdict::corrupt:
            return "corrupt";
        case Verdict::duplicated:
            return "duplicated";
        case Verdict::reordered:
            return "reordered";
        case Verdict::died:
            return "died";
        case Verdict::absent:
            return "absent";
    }
    return {};
}

Checker::Checker(const Script& script) : script_(script) {
    starts_.reserve(script.units() + 1);
    starts_.push_back(0);
}

void Checker::fail(Verdict verdict, std::string why) {
    if (verdict_ != Verdict::ok) return;
    verdict_ = verdict;
    why_ = std::move(why);
}

void Checker::take(std::string_view bytes) {
    if (verdict_ != Verdict::ok) return;
    if (unread_.empty()) {
        const std::size_t before = cursor_;
        const std::uint64_t floor = floor_;
        const std::size_t matched = match(bytes);
        if (matched == bytes.size()) return;
        // What was begun in an earlier read, and does not go on as it was known to, is parsed with that.
        if (floor_ == floor && matched == 0 && slot_ < known_)
            unread_.assign(answers_, starts_[slot_], before - starts_[slot_]);
        if (slot_ < known_) cursor_ = starts_[slot_];
        bytes.remove_prefix(matched);
    }
    unread_ += bytes;
    parse();
}

// How many of the bytes, from the beginning, are answers as they were known, or the beginning of one at the very end.
std::size_t Checker::match(std::string_view bytes) {
    std::size_t at = 0;
    while (beyond_.empty() && slot_ < known_ && floor_ < sent_) {
        // As much as lies in one run, up to the end of what is known or was asked.
        const std::size_t asked = std::min<std::uint64_t>(known_, slot_ + (sent_ - floor_));
        const std::size_t run = std::min(bytes.size() - at, starts_[asked] - cursor_);
        std::size_t good = run;
        if (std::memcmp(bytes.data() + at, answers_.data() + cursor_, run) != 0) {
            good = static_cast<std::size_t>(std::mismatch(answers_.begin() + static_cast<std::ptrdiff_t>(cursor_),
                                                          answers_.begin() + static_cast<std::ptrdiff_t>(cursor_ + run),
                                                          bytes.data() + at)
                                                .first -
                                            (answers_.begin() + static_cast<std::ptrdiff_t>(cursor_)));
        }
        const std::size_t reached = cursor_ + good;
        std::size_t whole = cursor_;  // the end of the last answer that is complete
        while (slot_ < known_ && starts_[slot_ + 1] <= reached) {
            whole = starts_[slot_ + 1];
            ++slot_, ++floor_;
        }
        const bool differs = good < run;
        const bool all = at + run == bytes.size();
        at += differs ? whole - cursor_ : good;
        cursor_ = differs ? whole : reached;
        if (slot_ == script_.units()) slot_ = 0, cursor_ = 0;
        if (differs || all) break;
    }
    return at;
}

void Checker::parse() {
    std::size_t at = 0;
    while (verdict_ == Verdict::ok && at < unread_.size()) {
        ReplyText reply;
        std::size_t size = 0;
        const std::string_view rest = std::string_view(unread_).substr(at);
        const Cut cut = read_reply(rest, reply, size);
        if (cut == Cut::incomplete) break;
        if (cut == Cut::end_of_stream) {
            end_of_stream_ = true;
            break;
        }
        if (cut == Cut::broken) return fail(Verdict::corrupt, "Not XML: " + excerpt(rest));
        judge(reply, rest.substr(0, size));
        at += size;
        at += match(rest.substr(size));
    }
    unread_.erase(0, at);
}

void Checker::judge(const ReplyText& reply, std::string_view written) {
    // What contestants say of their own accord: presence, and questions to the server.
    if (reply.kind == "presence" || (reply.kind == "iq" && (reply.type == "get" || reply.type == "set"))) return;
    ++parsed_;
    const std::optional<std::size_t> slot = unit_of(reply.id);
    if (!slot || *slot >= script_.units())
        return fail(Verdict::corrupt, "An answer with an id that nobody gave: " + excerpt(written));

    // Of those in flight (fewer than half the ring) one at most has that id.
    const std::uint64_t units = script_.units();
    std::uint64_t unit = floor_ - floor_ % units + *slot;
    if (unit >= floor_ + units / 2 && unit >= units) unit -= units;
    if (unit + units / 2 < floor_) unit += units;
    if (unit >= sent_ || unit < floor_ || beyond_.contains(unit))
        return fail(Verdict::duplicated, "A second answer: " + excerpt(written));

    const Expected expected = script_.expected(*slot);
    const char* wrong = reply.kind != expected.kind                     ? "kind"
                        : type_of(reply.type) != type_of(expected.type) ? "type"
                        : reply.from != expected.from                   ? "from"
                        : reply.to != expected.to                       ? "to"
                        : reply.body != expected.body                   ? "text"
                                                                        : nullptr;
    if (wrong != nullptr)
        return fail(Verdict::corrupt,
                    "Another " + std::string(wrong) + " than expected: " +
                        (reply.body != expected.body ? difference(reply.body, expected.body) : std::string()) +
                        excerpt(written));

    const std::uint64_t senders = script_.senders();
    if (unit >= floor_ + senders && !beyond_.contains(unit - senders)) order_broken_ = true;
    count(unit, written);
}

void Checker::count(std::uint64_t unit, std::string_view written) {
    if (unit != floor_) {
        beyond_.insert(unit);
        return;
    }
    if (slot_ == known_ && known_ < script_.units()) {
        answers_ += written;
        starts_.push_back(answers_.size());
        ++known_;
    }
    advance();
    while (!beyond_.empty() && *beyond_.begin() == floor_) {
        beyond_.erase(beyond_.begin());
        advance();
    }
}

void Checker::advance() {
    ++floor_;
    if (++slot_ == script_.units()) slot_ = 0;
    cursor_ = slot_ <= known_ ? starts_[slot_] : 0;
}

}  // namespace echo_bench
