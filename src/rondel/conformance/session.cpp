#include "rondel/conformance/session.hpp"

#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

void Session::send(std::string_view text) { stream_.send(around_.fill(text)); }

bool Session::read_one(Instant until) {
    if (ended_) return false;
    switch (stream_.next(until)) {
        case RawStream::Came::element: {
            xml::Element element = stream_.take();
            inbox_.push_back(std::move(element));
            return true;
        }
        case RawStream::Came::end_tag:
        case RawStream::Came::end:
            ended_ = true;
            return false;
        default:
            return false;
    }
}

xml::Element Session::wait_for(const std::function<bool(xml::ElementView)>& is_it, const std::string& what) {
    const Instant until = stream_.deadline();
    for (std::size_t looked = 0;; ++looked) {
        while (looked == inbox_.size())
            if (!read_one(until)) {
                std::string instead = inbox_.empty() ? std::string("nothing") : std::string();
                for (const xml::Element& each : inbox_) instead += for_a_person(each);
                throw Unmet(fmt::format("{} wanted {}, but {} came{}.", own_, what, instead,
                                        ended_ ? ", and the stream ended" : ""));
            }
        if (!is_it(inbox_[looked])) continue;
        xml::Element found = std::move(inbox_[looked]);
        inbox_.erase(inbox_.begin() + static_cast<std::ptrdiff_t>(looked));
        return found;
    }
}

xml::Element Session::gets(std::string_view text) {
    const std::string wanted = around_.fill(text);
    const xml::Element pattern = parse_pattern(wanted);
    return wait_for([&](xml::ElementView each) { return why_not(pattern, each).empty(); }, wanted);
}

xml::Element Session::gets_next(std::string_view text) {
    const std::string wanted = around_.fill(text);
    const xml::Element pattern = parse_pattern(wanted);
    xml::Element found = wait_for([&](xml::ElementView each) { return each.is(pattern.name(), pattern.ns()); }, wanted);
    if (const std::string why = why_not(pattern, found); !why.empty())
        throw Unmet(fmt::format("{} wanted {} next, but {} came ({}).", own_, wanted, for_a_person(found), why));
    return found;
}

void Session::gets_no(std::string_view text) {
    around_.settle();
    const std::string wanted = around_.fill(text);
    const xml::Element pattern = parse_pattern(wanted);
    for (const xml::Element& each : inbox_)
        if (why_not(pattern, each).empty())
            throw Unmet(fmt::format("{} got {}, and should not have.", own_, for_a_person(each)));
}

xml::Element Session::ask(std::string_view text) {
    const std::string filled = around_.fill(text);
    const xml::Element iq = parse_pattern(filled);
    const std::string id(iq.view().attribute_or("id", {}));
    stream_.send(filled);
    return wait_for(
        [&](xml::ElementView each) {
            if (!each.is("iq", xml::stanza_ns) || each.attribute_or("id", {}) != id) return false;
            const std::string_view type = each.attribute_or("type", {});
            return type == "result" || type == "error";
        },
        "an answer to " + filled);
}

xml::Element Session::asks(std::string_view iq, std::string_view text) {
    xml::Element answer = ask(iq);
    const std::string wanted = around_.fill(text);
    if (const std::string why = why_not(wanted, answer); !why.empty())
        throw Unmet(fmt::format("Wanted {} in answer to {}, but {} came ({}).", wanted, around_.fill(iq),
                                for_a_person(answer), why));
    return answer;
}

void Session::round_trip() {
    if (ended_) return;
    try {
        ask(around_.question(*this, ++pings_));
    } catch (const Unmet&) {
        if (!ended_) throw;
    }
}

void Session::leave() {
    if (ended_) return;
    stream_.send("</stream:stream>");
    const Instant until = Clock::now() + std::chrono::seconds(1);
    while (!ended_ && Clock::now() < until) read_one(until);
    ended_ = true;
}

}  // namespace rondel::conformance
