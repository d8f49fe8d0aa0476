#include "tests/simulator/books.hpp"

#include <charconv>

#include <fmt/format.h>

namespace rondel::simulator {

Number number_of(std::string_view id) {
    Number number = 0;
    if (id.size() < 2 || id.front() != 'm') return 0;
    const auto [end, error] = std::from_chars(id.data() + 1, id.data() + id.size(), number);
    return error == std::errc() && end == id.data() + id.size() ? number : 0;
}

Number Books::hand_over(Kind kind, Speaker from, Speaker to) {
    Entry entry;
    entry.kind = kind;
    entry.from = from;
    entry.to = to;
    entries_.push_back(entry);
    ++handed_[static_cast<std::size_t>(kind)];
    ++open_[static_cast<std::size_t>(kind)];
    return static_cast<Number>(entries_.size());
}

Books::Entry* Books::find(Number number, std::string_view what) {
    if (number != 0 && number <= entries_.size()) return &entries_[number - 1];
    fault(fmt::format("{} {}, which nobody sent", number, what));
    return nullptr;
}

void Books::told(Number number, Outcome outcome) {
    Entry* entry = find(number, "ended");
    if (entry == nullptr) return;
    if (entry->outcome != no_outcome)
        return fault(fmt::format("{} ended twice, as {} and as {}", name(number),
                                 to_string(static_cast<Outcome>(entry->outcome)), to_string(outcome)));
    entry->outcome = static_cast<std::uint8_t>(outcome);
    const auto kind = static_cast<std::size_t>(entry->kind);
    --open_[kind];
    ++ended_[static_cast<std::size_t>(outcome)];
    ++ended_of_[kind][entry->from][static_cast<std::size_t>(outcome)];
}

void Books::received(Number number, Speaker by, std::uint16_t session, bool lasting, bool stamped) {
    Entry* entry = find(number, "arrived");
    if (entry == nullptr) return;
    if (entry->to != by) fault(fmt::format("{} came to {}", name(number), by));
    if (stamped) ++kept_;
    if (entry->received) {
        // The session that had it was lost before the server knew, and it was said again: better than not at all.
        if (!lasting || entry->session == session || entry->kind == Kind::request)
            return fault(fmt::format("{} came twice", name(number)));
        ++again_;
        entry->session = session;
        return;
    }
    if (entry->returned && !lasting) fault(fmt::format("{} came, and an error for it, too", name(number)));
    entry->received = true;
    entry->session = session;
    Number& last = last_[entry->from][by];
    if (number < last && !stamped) fault(fmt::format("{} came behind {}", name(number), name(last)));
    if (!stamped) last = std::max(last, number);
}

void Books::returned(Number number, Speaker to) {
    Entry* entry = find(number, "came back");
    if (entry == nullptr) return;
    if (entry->from != to) fault(fmt::format("{} came back to {}", name(number), to));
    if (entry->returned) return fault(fmt::format("{} came back twice", name(number)));
    entry->returned = true;
    ++returned_;
}

void Books::lost(std::string_view bytes) {
    constexpr std::string_view mark = "id='m";
    for (std::size_t at = bytes.find(mark); at != std::string_view::npos; at = bytes.find(mark, at + 1)) {
        const std::string_view rest = bytes.substr(at + mark.size() - 1);
        if (const Number number = number_of(rest.substr(0, rest.find('\''))))
            if (Entry* entry = find(number, "was lost")) entry->excused = true;
    }
}

void Books::server_killed() {
    for (Entry& entry : entries_)
        if (entry.kind == Kind::message && !entry.received && !entry.returned) entry.excused = true;
}

void Books::has_new_session(Speaker who) {
    for (Entry& entry : entries_)
        if (entry.kind == Kind::message && entry.from == who && !entry.received && !entry.returned)
            entry.excused = true;
}

void Books::forgotten(Speaker who) {
    for (Entry& entry : entries_)
        if (entry.kind == Kind::message && !entry.received && !entry.returned && (entry.from == who || entry.to == who))
            entry.excused = true;
}

void Books::check(Number number, const Entry& entry) {
    if (entry.outcome == no_outcome) return fault(fmt::format("{} never ended", name(number)));
    const auto outcome = static_cast<Outcome>(entry.outcome);
    if (entry.excused && !entry.received && !entry.returned) ++excused_;
    switch (outcome) {
        case Outcome::rejected:
        case Outcome::undelivered:
            if (entry.received || entry.returned)
                fault(fmt::format("{} was called {}, and had gone out", name(number), to_string(outcome)));
            break;
        case Outcome::answered_result:
            if (!entry.received) fault(fmt::format("{} was answered by nobody who was asked", name(number)));
            break;
        case Outcome::acked:
            // The server has it, and must have done something with it.
            if (entry.kind == Kind::message && !entry.received && !entry.returned && !entry.excused)
                fault(fmt::format("{} was acknowledged, and vanished without a word", name(number)));
            break;
        case Outcome::answered_error:
        case Outcome::timed_out:
        case Outcome::indeterminate:
        case Outcome::cancelled:
            break;
    }
}

std::vector<std::string> Books::close() {
    for (std::size_t i = 0; i < entries_.size(); ++i) check(static_cast<Number>(i + 1), entries_[i]);
    if (more_faults_ != 0) faults_.push_back(fmt::format("… and {} more.", more_faults_));
    return std::move(faults_);
}

std::size_t Books::ended(Kind kind, Speaker from, Outcome outcome) const {
    return ended_of_[static_cast<std::size_t>(kind)][from][static_cast<std::size_t>(outcome)];
}

std::string Books::name(Number number) const {
    const Entry& entry = entries_[number - 1];
    return fmt::format("{} {} of {} to {}", entry.kind == Kind::message ? "message" : "request", number, entry.from,
                       entry.to);
}

void Books::fault(std::string sentence) {
    constexpr std::size_t most = 20;
    if (faults_.size() < most)
        faults_.push_back(std::move(sentence));
    else
        ++more_faults_;
}

std::string Books::summary() const {
    std::string text = fmt::format("{} messages, {} requests;", handed_[0], handed_[1]);
    for (std::size_t i = 0; i < outcome_count; ++i)
        if (ended_[i] != 0) text += fmt::format(" {} {},", to_string(static_cast<Outcome>(i)), ended_[i]);
    return text +
           fmt::format(" came back {}, kept {}, said again {}, lost in sight {}", returned_, kept_, again_, excused_);
}

}  // namespace rondel::simulator
