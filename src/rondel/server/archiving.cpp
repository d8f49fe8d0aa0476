#include "rondel/server/archiving.hpp"

#include "rondel/server/message_rules.hpp"
#include "rondel/server/unsent_stanzas.hpp"

#include <algorithm>

namespace rondel::server {

namespace {

bool names(const std::vector<Jid>& jids, JidView who) {
    return std::ranges::any_of(jids, [who](const Jid& jid) { return jid == who || jid == who.bare(); });
}

}  // namespace

bool wants_archived(const ArchiveStorage::Preferences& preferences, const Contacts& contacts, JidView with) {
    if (names(preferences.never, with)) return false;
    if (names(preferences.always, with)) return true;
    if (preferences.standard == "never") return false;
    if (preferences.standard != "roster") return true;
    const RosterItem* item = contacts.find(with);
    return item != nullptr && item->listed;
}

std::optional<std::string> put_into_archive(Home& home, const User& user, JidView with, const Message& message) {
    if (!is_worth_archiving(message)) return std::nullopt;
    if (!wants_archived(user.archived.get(), user.contacts, with)) return std::nullopt;
    ArchiveStorage::Entry entry{random_token(128), home.calendar(), Jid(with), stanza_to_text(message)};
    user.storage.archive(user.name, entry);
    return std::move(entry.id);
}

}  // namespace rondel::server
