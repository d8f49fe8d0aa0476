// XEP-0030 Service Discovery 2.5.0, with XEP-0128 Service Discovery Extensions 1.0.1. Left out: nothing.
//
//   disco::Directory places;
//   places.add(disco::Item{.jid = "library.example.com"_jid, .name = "The library"});
//   places.at({.node = "music"}, std::move(info), std::move(items));
//   disco::install(router, Identity{.category = "automation", .type = "translation"}, std::move(places));
//
//   disco::Info theirs = co_await disco::info(self, "capulet.lit"_jid);
//   if (theirs.has("urn:xmpp:ping")) …
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/service/features.hpp"
#include "rondel/xep/disco_source.hpp"
#include "rondel/xep/forms.hpp"
#include "rondel/xep/paging.hpp"
#include "rondel/xml/payload.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::disco {

inline constexpr std::string_view ns_info = "http://jabber.org/protocol/disco#info";
inline constexpr std::string_view ns_items = "http://jabber.org/protocol/disco#items";

struct InfoQuery {
    std::string node = {};
    static constexpr auto xml = xml::element("query", ns_info, xml::optional_attribute("node", &InfoQuery::node));
};

struct ItemsQuery {
    std::string node = {};
    std::optional<paging::Set> set = {};  // a part of a long list
    static constexpr auto xml = xml::element("query", ns_items, xml::optional_attribute("node", &ItemsQuery::node),
                                             xml::child(&ItemsQuery::set));
};

// Who somebody is and what it can do (§3).
struct Info {
    std::string node = {};
    std::vector<Identity> identities = {};
    std::vector<std::string> features = {};
    std::vector<forms::Form> forms = {};  // extended information (XEP-0128)

    bool has(std::string_view feature) const;  // disco#info always: some who answer it forget to say so (§3.1)
    bool is(std::string_view category, std::string_view type) const;
    const forms::Form* form(std::string_view form_type) const;  // nullptr: there is none of that FORM_TYPE
    friend bool operator==(const Info&, const Info&) = default;

    static constexpr auto xml =
        xml::element("query", ns_info, xml::optional_attribute("node", &Info::node), xml::child(&Info::identities),
                     xml::child_attribute("feature", "var", &Info::features), xml::child(&Info::forms));
};

// What belongs to somebody (§4): an address, or one and a node.
struct Item {
    Jid jid;
    std::string node = {};
    std::string name = {};
    friend bool operator==(const Item&, const Item&) = default;
    static constexpr auto xml =
        xml::element("item", ns_items, xml::attribute("jid", &Item::jid), xml::optional_attribute("node", &Item::node),
                     xml::optional_attribute("name", &Item::name));
};

struct Items {
    std::string node = {};
    std::vector<Item> items = {};
    std::optional<paging::Set> set = {};  // of a part: where in the whole it stands
    static constexpr auto xml = xml::element("query", ns_items, xml::optional_attribute("node", &Items::node),
                                             xml::child(&Items::items), xml::child(&Items::set));
};

// What can be asked about.
struct Place {
    Jid jid = {};  // empty: the entity's own address
    std::string node = {};
    friend auto operator<=>(const Place&, const Place&) = default;
};

using InfoSource = Source<Info, Place>;
using ItemsSource = Source<std::vector<Item>, Place>;

// What is told about the places of an entity. About its own address: the features and identities of what is installed,
// the forms and items added here. About its other addresses: the same without items, unless more is known of them.
// About a node of which nothing is known: item-not-found (§7). What is known here comes before all that.
class Directory {
  public:
    Directory& add(Item item);            // to the items of the own address
    Directory& extend(forms::Form form);  // to what is told about the own address (XEP-0128); of type result

    // About one place. An identity and disco#info are added where the info has none (§3.1).
    Directory& at(Place place, Info info, std::vector<Item> items = {});
    Directory& at(Place place, InfoSource info, ItemsSource items = {});

    // About every place that at() does not know: asked in order, until one does not return nullopt.
    Directory& elsewhere(InfoSource info, ItemsSource items = {});

    // Other addresses than the own exist only where something above says so: they get item-not-found. A service that
    // must not tell who exists lets its source throw service-unavailable instead (§8).
    Directory& only_known_addresses();

    const std::vector<forms::Form>& forms() const { return forms_; }
    bool only_known() const { return only_known_; }

  private:
    friend class Answers;
    struct Known {
        InfoSource info;
        ItemsSource items;
    };

    std::vector<Item> items_;
    std::vector<forms::Form> forms_;
    std::map<Place, Known> places_;
    std::vector<Known> elsewhere_;
    bool only_known_ = false;
};

// Answers to any address of the entity. An entity must have at least one identity (§3.1).
void install(Router& router, Identity identity, Directory directory = {});

// What is told about the entity's own address without the directory: for sources that add to it.
Info own_info(const Entity& self);

// All throw the peer's StanzaError, or remote-server-timeout.
task<Info> info(Entity& self, JidView of, std::string_view node = "", RequestOptions options = RequestOptions());
task<Items> items(Entity& self, JidView of, std::string_view node = "", RequestOptions options = RequestOptions());
// A part of them: items_page(self, of, paging::first(50)); the peer may give all if it knows no parts: then the answer
// has no set.
task<Items> items_page(Entity& self, JidView of, paging::Set wanted, std::string_view node = "",
                       RequestOptions options = RequestOptions());

}  // namespace rondel::disco
