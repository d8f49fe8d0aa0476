// R080…R089: what happens to a roster at the server, and what two clients of the user know of it: one is told each
// change (RFC 6121 §2.1.6), the other is away now and then and asks for what it missed (§2.6). What they are told goes
// through XML, and afterwards they have what the server has, in the cache and in the storage.
#include "rondel/base/utf8.hpp"
#include "rondel/server/contacts.hpp"
#include "rondel/server/memory_storage.hpp"
#include "rondel/xep/roster.hpp"
#include "rondel/xml/reader.hpp"
#include "rondel/xml/writer.hpp"

#include <array>
#include <string>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

const std::array<Jid, 5>& people() {
    static const std::array<Jid, 5> all = {"nurse@capulet.example"_jid, "romeo@montague.example"_jid,
                                           "echo.example"_jid, "tybalt@capulet.example"_jid, "r\xC3\xB6@x.example"_jid};
    return all;
}

roster::Item shown(const server::RosterItem& item) {
    roster::Item shown{.jid = item.jid, .name = item.name};
    shown.subscription = item.to     ? item.from ? roster::Subscription::both : roster::Subscription::to
                         : item.from ? roster::Subscription::from
                                     : roster::Subscription::none;
    if (item.ask) shown.ask = roster::Ask::subscribe;
    shown.approved = item.approved;
    shown.groups = item.groups;
    return shown;
}

// As a client reads it.
roster::Query over_the_wire(const roster::Query& query) {
    const std::string text = xml::to_string(xml::encode(query));
    const Result<Element> read = xml::parse_document(text, {});
    RONDEL_REQUIRE(read);
    Result<roster::Query> heard = xml::decode<roster::Query>(*read);
    RONDEL_REQUIRE(heard && *heard == query);
    return *std::move(heard);
}

roster::Query push(std::uint64_t version, roster::Item item) {
    roster::Query query;
    query.ver = std::to_string(version);
    query.items.push_back(std::move(item));
    return query;
}

roster::Item removal(const Jid& jid) { return {.jid = jid, .subscription = roster::Subscription::remove}; }

class House {
  public:
    void put(const Jid& jid, const std::string& name, std::vector<std::string> groups) {
        const server::RosterItem* known = contacts.find(jid);
        server::RosterItem item = known != nullptr ? *known : server::RosterItem{.jid = jid};
        item.name = name;
        item.groups = std::move(groups);
        item.listed = true;
        contacts.put(item);
        tell(contacts.find(jid), jid);
    }
    void remove(const Jid& jid) {
        contacts.remove(jid);
        tell(nullptr, jid);
    }
    // A step of a subscription, as the table of Appendix A has it.
    void happens(const Jid& jid, server::SubscriptionEvent event) {
        const server::RosterItem* known = contacts.find(jid);
        server::RosterItem item = known != nullptr ? *known : server::RosterItem{.jid = jid, .listed = false};
        const server::SubscriptionStep step = server::step(server::subscription_of(item), event, item.approved);
        server::set_subscription(item, step.next);
        RONDEL_REQUIRE(server::subscription_of(item) == step.next);
        if (step.pre_approve) item.approved = item.listed = true;
        if (item.to || item.from || item.ask) item.listed = true;
        contacts.put(item);
        tell(contacts.find(jid), jid);
    }

    void come_back() {  // the client that was away
        const std::string& version = away.version();
        auto changes = version.empty() ? std::nullopt : storage.changes_since("juliet", std::stoull(version));
        if (!changes) {
            away.replace(over_the_wire(all()));
            return;
        }
        for (const auto& change : *changes) {
            const bool there = change.item && change.item->listed;
            away.apply(over_the_wire(push(change.version, there ? shown(*change.item) : removal(change.jid))));
        }
    }

    roster::Query all() const {
        roster::Query query;
        query.ver = std::to_string(contacts.version());
        for (const auto& [key, item] : contacts.all())
            if (item.listed) query.items.push_back(shown(item));
        return query;
    }

    void require_same(const roster::Roster& client) const {
        RONDEL_REQUIRE(client.size() == contacts.listed());
        for (const roster::Item& item : all().items) {
            const roster::Item* theirs = client.find(item.jid);
            RONDEL_REQUIRE(theirs != nullptr && *theirs == item);
            RONDEL_REQUIRE(theirs->sees_us() == contacts.sees_us(item.jid) &&
                           theirs->is_seen() == contacts.is_seen(item.jid));
        }
    }
    void require_stored() const {
        server::Contacts anew(storage, "juliet");
        RONDEL_REQUIRE(anew.all() == contacts.all() && anew.version() == contacts.version());
    }

    mutable server::MemoryStorage storage;
    server::Contacts contacts{storage, "juliet"};
    roster::Roster present, away;

  private:
    void tell(const server::RosterItem* item, const Jid& jid) {
        const bool listed = item != nullptr && item->listed;
        present.apply(over_the_wire(push(contacts.version(), listed ? shown(*item) : removal(jid))));
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    House house;
    house.present.replace(over_the_wire(house.all()));
    while (!input.empty()) {
        const std::uint8_t what = input.byte();
        const Jid& who = people()[what / 8 % people().size()];
        switch (what % 8) {
            case 0:
            case 1: {
                const std::string name(input.until('\n'));
                std::vector<std::string> groups;
                for (std::uint8_t more = input.byte() % 4; more > 0; --more) groups.emplace_back(input.until('\n'));
                std::erase_if(groups, [](const std::string& group) { return !is_xml_text(group); });
                house.put(who, is_xml_text(name) ? name : "x", groups);
                break;
            }
            case 2:
                house.remove(who);
                break;
            case 3:
                house.come_back(), house.require_same(house.away);
                break;
            default:
                house.happens(who, static_cast<server::SubscriptionEvent>(input.byte() % 8));
                break;
        }
        house.require_same(house.present);
    }
    house.require_stored();
    house.come_back();
    house.require_same(house.away);
    return 0;
}
