#include "rondel/conformance/stanza_errors.hpp"

#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace rondel::conformance {

namespace {

constexpr std::array<std::string_view, 5> types = {"auth", "cancel", "continue", "modify", "wait"};
constexpr std::array<std::string_view, 22> all_conditions = {"bad-request",
                                                             "conflict",
                                                             "feature-not-implemented",
                                                             "forbidden",
                                                             "gone",
                                                             "internal-server-error",
                                                             "item-not-found",
                                                             "jid-malformed",
                                                             "not-acceptable",
                                                             "not-allowed",
                                                             "not-authorized",
                                                             "policy-violation",
                                                             "recipient-unavailable",
                                                             "redirect",
                                                             "registration-required",
                                                             "remote-server-not-found",
                                                             "remote-server-timeout",
                                                             "resource-constraint",
                                                             "service-unavailable",
                                                             "subscription-required",
                                                             "undefined-condition",
                                                             "unexpected-request"};

bool has(const auto& list, std::string_view what) { return std::find(list.begin(), list.end(), what) != list.end(); }

}  // namespace

std::string_view condition_of(xml::ElementView stanza) {
    const auto wrong = [&](const char* why) { return Unmet(fmt::format("{}: {}", why, for_a_person(stanza))); };
    if (stanza.attribute("type") != "error") throw wrong("This is no error");
    const xml::ElementView error = stanza.child("error", xml::stanza_ns);
    if (!error) throw wrong("An error without <error/>");
    if (!has(types, error.attribute_or("type", {}))) throw wrong("An error without a type that there is");
    std::string_view condition;
    for (const xml::ElementView child : error.children()) {
        if (child.ns() != stanza_error_ns || child.name() == "text") continue;
        if (!condition.empty()) throw wrong("An error with two conditions");
        if (!has(all_conditions, child.name())) throw wrong("An error with a condition that does not exist");
        condition = child.name();
    }
    if (condition.empty()) throw wrong("An error without a condition");
    return condition;
}

void expect_error(xml::ElementView stanza, std::initializer_list<std::string_view> conditions) {
    const std::string_view condition = condition_of(stanza);
    if (conditions.size() != 0 && !has(conditions, condition))
        throw Unmet(fmt::format("Wanted the error {}, but {} came: {}", fmt::join(conditions, " or "), condition,
                                for_a_person(stanza)));
}

}  // namespace rondel::conformance
