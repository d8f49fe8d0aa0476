#include "rondel/xep/roster_item.hpp"

#include <algorithm>
#include <array>

namespace rondel::roster {

namespace {

constexpr std::array<std::string_view, 5> subscription_names = {"none", "to", "from", "both", "remove"};

}  // namespace

bool from_xml_text(std::string_view text, Subscription& subscription) {
    const auto at = std::find(subscription_names.begin(), subscription_names.end(), text);
    subscription = at == subscription_names.end() ? Subscription::none
                                                  : static_cast<Subscription>(at - subscription_names.begin());
    return true;
}

std::string to_xml_text(Subscription subscription) {
    return std::string(subscription_names[static_cast<std::size_t>(subscription)]);
}

bool from_xml_text(std::string_view text, Ask& ask) {
    ask = text == "subscribe" ? Ask::subscribe : Ask::none;
    return true;
}

std::string to_xml_text(Ask) { return "subscribe"; }

}  // namespace rondel::roster
