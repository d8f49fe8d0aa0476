#include "rondel/server/about_user.hpp"

#include "rondel/xep/archive.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/last_activity.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/stanza_ids.hpp"
#include "rondel/xep/vcard.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <algorithm>

namespace rondel::server {

namespace {

// To anybody else it is as if there were no such account (XEP-0030 §8, V41). XEP-0012 §4 wants <forbidden/>, which
// would tell that there is one.
void only_subscribers(const Asked& asked) {
    if (!asked.by_subscriber()) throw StanzaError(Condition::service_unavailable);
}

void no_node(std::string_view node) {
    if (!node.empty()) throw StanzaError(Condition::item_not_found);
}

}  // namespace

Answer account_info(Home&, const Asked& asked) {
    only_subscribers(asked);
    const auto query = read<disco::InfoQuery>(asked);
    no_node(query.node);
    disco::Info info;
    info.identities.push_back({.category = "account", .type = asked.user->guest ? "anonymous" : "registered"});
    info.features = {std::string(disco::ns_info),
                     std::string(disco::ns_items),
                     std::string(last_activity::ns),
                     std::string(ping::ns),
                     std::string(vcard::ns),
                     std::string(archive::ns),
                     std::string(archive::ns_extended),
                     std::string(stanza_ids::ns)};
    std::ranges::sort(info.features);
    return xml::encode(info);
}

// The resources that are there (XEP-0030 §6, where the account is a node of its resources).
Answer account_items(Home&, const Asked& asked) {
    only_subscribers(asked);
    const auto query = read<disco::ItemsQuery>(asked);
    no_node(query.node);
    disco::Items items;
    for (const auto& one : asked.user->resources) {
        if (!one->is_available()) continue;
        disco::Item item;
        item.jid = one->address;
        items.items.push_back(std::move(item));
    }
    return xml::encode(items);
}

Answer account_pong(Home&, const Asked& asked) {
    only_subscribers(asked);
    return {};
}

Answer account_activity(Home& home, const Asked& asked) {
    only_subscribers(asked);
    for (const auto& one : asked.user->resources)
        if (one->is_available()) return xml::encode(last_activity::Last());
    const auto seen = asked.user->storage.last_seen(asked.user->name);
    if (!seen) throw StanzaError(Condition::item_not_found, "They have not been here yet.");
    const auto ago = std::chrono::duration_cast<Duration>(home.calendar() - seen->when);
    std::optional<std::string> said;
    if (!seen->status.empty()) said = seen->status;
    return xml::encode(last_activity::Last(ago, std::move(said)));
}

// XEP-0054 §3.3: the same answer for who has none and who is not there.
Answer get_card(Home&, const Asked& asked) {
    const std::string text = asked.user->storage.vcard(asked.user->name);
    if (text.empty())
        throw StanzaError(asked.own == nullptr ? Condition::service_unavailable : Condition::item_not_found);
    Result<Element> card = xml::parse_document(text);
    if (!card) throw StorageError("A card that was kept cannot be read: " + card.error().message());
    return *std::move(card);
}

Answer set_card(Home&, const Asked& asked) {
    if (asked.own == nullptr) throw StanzaError(Condition::forbidden);
    std::string text;
    const Element card = asked.iq.payload().copy();
    if (xml::write(card, text)) throw StanzaError(Condition::bad_request);
    asked.user->storage.put_vcard(asked.user->name, card.children().empty() ? std::string() : text);
    return {};
}

}  // namespace rondel::server
