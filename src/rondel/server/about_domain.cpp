#include "rondel/server/about_domain.hpp"

#include "rondel/base/version.hpp"
#include "rondel/xep/blocking.hpp"
#include "rondel/xep/carbons.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/entity_time.hpp"
#include "rondel/xep/forms.hpp"
#include "rondel/xep/last_activity.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/registration.hpp"
#include "rondel/xep/vcard.hpp"
#include "rondel/xep/version.hpp"

#include <algorithm>

namespace rondel::server {

namespace {

void no_node(std::string_view node) {
    if (!node.empty()) throw StanzaError(Condition::item_not_found);
}

// XEP-0157 §2.
forms::Form contact_addresses(const std::vector<std::string>& admins) {
    forms::Form form = forms::result("http://jabber.org/network/serverinfo");
    forms::Field field;
    field.var = "admin-addresses";
    field.type = forms::FieldType::list_multi;
    field.values = admins;
    form.add(std::move(field));
    return form;
}

}  // namespace

Answer domain_info(Home& home, const Asked& asked) {
    const auto query = read<disco::InfoQuery>(asked);
    no_node(query.node);
    disco::Info info;
    info.identities.push_back({.category = "server", .type = "im", .name = home.options.software});
    info.features = {std::string(disco::ns_info),
                     std::string(disco::ns_items),
                     std::string(blocking::ns),
                     std::string(carbons::ns),
                     std::string(carbons::ns_rules),
                     std::string(entity_time::ns),
                     std::string(last_activity::ns),
                     std::string(ping::ns),
                     std::string(vcard::ns),
                     std::string(version::ns),
                     "msgoffline"};
    if (home.options.registration || asked.own != nullptr) info.features.emplace_back(registration::ns);
    std::ranges::sort(info.features);
    if (!home.options.admins.empty()) info.forms.push_back(contact_addresses(home.options.admins));
    return xml::encode(info);
}

Answer domain_items(Home& home, const Asked& asked) {
    const auto query = read<disco::ItemsQuery>(asked);
    no_node(query.node);
    disco::Items items;
    for (const std::string& domain : home.board.whole_domains()) {
        if (domain == home.name().str()) continue;
        disco::Item item;
        item.jid = Jid(JidView::of_prepared(domain));
        items.items.push_back(std::move(item));
    }
    return xml::encode(items);
}

Answer domain_version(Home& home, const Asked& asked) {
    read<version::Query>(asked);
    return xml::encode(version::Version{home.options.software, library_version, {}});
}

Answer domain_time(Home& home, const Asked& asked) {
    read<entity_time::Query>(asked);
    entity_time::Time time;
    time.utc = std::chrono::floor<std::chrono::milliseconds>(home.calendar());
    return xml::encode(time);
}

Answer domain_uptime(Home& home, const Asked& asked) {
    read<last_activity::Query>(asked);
    return xml::encode(last_activity::Last(home.now() - home.started));
}

Answer pong(Home&, const Asked&) { return {}; }

}  // namespace rondel::server
