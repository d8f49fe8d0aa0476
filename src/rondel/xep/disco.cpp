#include "rondel/xep/disco.hpp"

#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"

#include <algorithm>

namespace rondel::disco {

namespace {

bool contains(const std::vector<std::string>& features, std::string_view feature) {
    return std::find(features.begin(), features.end(), feature) != features.end();
}

// Every entity has an identity and the feature by which it answers (§3.1).
void complete(Info& info, const Entity& self) {
    if (info.identities.empty()) info.identities = self.features().identities();
    if (!contains(info.features, ns_info)) info.features.emplace_back(ns_info);
}

}  // namespace

bool Info::has(std::string_view feature) const { return feature == ns_info || contains(features, feature); }

bool Info::is(std::string_view category, std::string_view type) const {
    return std::any_of(identities.begin(), identities.end(),
                       [&](const Identity& one) { return one.category == category && one.type == type; });
}

const forms::Form* Info::form(std::string_view form_type) const {
    const auto at =
        std::find_if(forms.begin(), forms.end(), [&](const forms::Form& one) { return one.form_type() == form_type; });
    return at == forms.end() ? nullptr : &*at;
}

Directory& Directory::add(Item item) { return items_.push_back(std::move(item)), *this; }
Directory& Directory::extend(forms::Form form) { return forms_.push_back(std::move(form)), *this; }
Directory& Directory::only_known_addresses() { return only_known_ = true, *this; }

Directory& Directory::at(Place place, Info info, std::vector<Item> items) {
    return at(
        std::move(place), [info = std::move(info)](const Place&, const Iq&, Entity&) { return info; },
        [items = std::move(items)](const Place&, const Iq&, Entity&) { return items; });
}

Directory& Directory::at(Place place, InfoSource info, ItemsSource items) {
    places_.insert_or_assign(std::move(place), Known{std::move(info), std::move(items)});
    return *this;
}

Directory& Directory::elsewhere(InfoSource info, ItemsSource items) {
    elsewhere_.push_back({std::move(info), std::move(items)});
    return *this;
}

// Finds what the directory has to say to one question.
class Answers {
  public:
    Answers(std::shared_ptr<const Directory> directory, std::string node, const Iq& in, Entity& self)
        : directory_(std::move(directory)), in_(in), self_(self) {
        place_.jid = Jid(in.to().empty() ? JidView(self.address()) : in.to());
        place_.node = std::move(node);
    }

    static task<Info> info(Answers asked) {
        std::optional<Info> found = co_await asked.find(&Directory::Known::info);
        if (!found && asked.is_plain_address()) {
            found = own_info(asked.self_);
            if (asked.is_own()) found->forms = asked.directory_->forms_;
        }
        if (!found && co_await asked.find(&Directory::Known::items)) found.emplace();  // it has items, so it is there
        if (!found) throw StanzaError(Condition::item_not_found);
        complete(*found, asked.self_);
        found->node = asked.place_.node;  // mirrored whatever it is about (§3.2)
        co_return std::move(*found);
    }

    static task<Items> items(Answers asked, std::optional<paging::Set> wanted) {
        std::optional<std::vector<Item>> found = co_await asked.find(&Directory::Known::items);
        if (!found && asked.is_plain_address()) found = asked.is_own() ? asked.directory_->items_ : std::vector<Item>();
        if (!found && co_await asked.find(&Directory::Known::info))
            found.emplace();  // it is there, and has none (§4.1)
        if (!found) throw StanzaError(Condition::item_not_found);
        Items answer;
        answer.node = asked.place_.node;
        answer.items = std::move(*found);
        if (wanted) cut(answer, *wanted);
        co_return answer;
    }

  private:
    static void cut(Items& answer, const paging::Set& wanted) {
        const auto id_of = [&](std::size_t i) {
            const Item& item = answer.items[i];
            return item.node.empty() ? item.jid.str() : item.jid.str() + '\n' + item.node;
        };
        paging::Slice slice = paging::cut(wanted, answer.items.size(), id_of);
        answer.items.erase(answer.items.begin() + static_cast<std::ptrdiff_t>(slice.end), answer.items.end());
        answer.items.erase(answer.items.begin(), answer.items.begin() + static_cast<std::ptrdiff_t>(slice.begin));
        answer.set = std::move(slice.set);
    }

    bool is_own() const { return JidView(place_.jid) == JidView(self_.address()); }
    bool is_plain_address() const { return place_.node.empty() && (is_own() || !directory_->only_known_); }

    const Directory::Known* known() const {
        auto at = directory_->places_.find(place_);
        if (at == directory_->places_.end() && is_own()) {
            Place own;
            own.node = place_.node;
            at = directory_->places_.find(own);
        }
        return at == directory_->places_.end() ? nullptr : &at->second;
    }

    template <class S>
    task<typename S::Found> find(S Directory::Known::*source) {
        if (const Directory::Known* here = known()) co_return co_await (here->*source).ask(place_, in_, self_);
        for (const Directory::Known& other : directory_->elsewhere_) {
            typename S::Found found = co_await (other.*source).ask(place_, in_, self_);
            if (found) co_return found;
        }
        co_return std::nullopt;
    }

    std::shared_ptr<const Directory> directory_;
    const Iq& in_;
    Entity& self_;
    Place place_;
};

Info own_info(const Entity& self) {
    const Features installed = self.features();
    Info info;
    info.identities = installed.identities();
    info.features = installed.list();
    return info;
}

void install(Router& router, Identity identity, Directory directory) {
    router.features().add(std::move(identity)).add(paging::ns);
    const auto places = std::make_shared<const Directory>(std::move(directory));
    router.answer([places](const InfoQuery& query, const Iq& in, Entity& self) {
        return Answers::info(Answers(places, query.node, in, self));
    });
    router.answer([places](const ItemsQuery& query, const Iq& in, Entity& self) {
        return Answers::items(Answers(places, query.node, in, self), query.set);
    });
}

task<Info> info(Entity& self, JidView of, std::string_view node, RequestOptions options) {
    InfoQuery query;
    query.node = node;
    return ask_for<Info>(self, get(of, query), std::move(options));
}

task<Items> items(Entity& self, JidView of, std::string_view node, RequestOptions options) {
    ItemsQuery query;
    query.node = node;
    return ask_for<Items>(self, get(of, query), std::move(options));
}

task<Items> items_page(Entity& self, JidView of, paging::Set wanted, std::string_view node, RequestOptions options) {
    ItemsQuery query;
    query.node = node;
    query.set = std::move(wanted);
    return ask_for<Items>(self, get(of, query), std::move(options));
}

}  // namespace rondel::disco
