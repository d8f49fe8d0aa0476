#include "rondel/server/offline_messages.hpp"

#include "rondel/server/unsent_stanzas.hpp"
#include "rondel/xep/delay.hpp"
#include "rondel/xep/stanza_ids.hpp"

#include <utility>

namespace rondel::server {

namespace {

bool is_delayed_by(const Stanza& stanza, const Jid& domain) {
    for (const ElementView child : stanza.element().children())
        if (child.is("delay", delay::ns) && child.attribute("from") == std::string_view(domain.str())) return true;
    return false;
}

}  // namespace

bool keep_offline(Home& home, const User& user, const Message& message) {
    if (user.guest || user.storage.offline_count(user.name) >= home.options.most_offline) return false;
    user.storage.keep_offline(user.name, home.calendar(), stanza_to_text(message));
    return true;
}

void deliver_offline(Home& home, User& user, Resource& resource) {
    if (user.storage.offline_count(user.name) == 0) return;
    std::uint64_t done = 0;
    for (const OfflineStorage::Kept& kept : user.storage.offline(user.name)) {
        try {
            Stanza stanza = stanza_of_text(kept.stanza);
            if (!is_delayed_by(stanza, home.name())) {  // it may have been on its way to another resource before
                delay::Delay delay;
                delay.from = home.name();
                delay.stamp = std::chrono::floor<std::chrono::milliseconds>(kept.stamp);
                stanza.add(xml::encode(delay));
            }
            if (!resource.send(stanza)) break;  // the rest stays
        } catch (const StorageError& error) {
            home.log(error.what());
        }
        done = kept.number;
    }
    if (done != 0) user.storage.drop_offline(user.name, done);
}

bool is_kept_offline(const User& user, std::string_view stanza_id) {
    for (const OfflineStorage::Kept& kept : user.storage.offline(user.name))
        if (kept.stanza.find(stanza_id) != std::string::npos) return true;
    return false;
}

}  // namespace rondel::server
