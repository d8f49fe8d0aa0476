#include "rondel/server/archive_queries.hpp"

#include "rondel/server/unsent_stanzas.hpp"
#include "rondel/xep/archive.hpp"

#include <algorithm>
#include <ranges>

namespace rondel::server {

namespace {

User& whose(const Asked& asked) {
    if (asked.own == nullptr) throw StanzaError(Condition::forbidden, "An archive is its user's own.");
    return *asked.user;
}

DateTime to_datetime(Time time) { return std::chrono::floor<std::chrono::milliseconds>(time); }

// What is asked for: a filter, and where in what it lets through.
struct Search {
    ArchiveStorage::Filter filter;
    std::string after;
    std::string before;
    bool last = false;
    std::size_t most = 0;
};

Time parse_time(const std::string& text) {
    const Result<DateTime> time = parse_datetime(text);
    if (!time) throw StanzaError(Condition::bad_request, "start and end are wanted as XEP-0082 has them.");
    return *time;
}

// §4.1. A field that is not known might have narrowed the search: better no answer than a wrong one.
void read_form(const forms::Form& form, Search& search) {
    if (form.type != forms::FormType::submit || form.form_type() != archive::ns)
        throw StanzaError(Condition::bad_request, "The form is not one for this archive.");
    for (const forms::Field& field : form.fields) {
        if (field.var == "FORM_TYPE" || field.values.empty()) continue;
        const std::string& value = field.values.front();
        if (field.var == "with") {
            Result<Jid> with = Jid::parse(value);
            if (!with) throw StanzaError(Condition::jid_malformed, "The address in 'with' is none.");
            search.filter.with = *std::move(with);
        } else if (field.var == "start") {
            search.filter.start = parse_time(value);
        } else if (field.var == "end") {
            search.filter.end = parse_time(value);
        } else if (field.var == "after-id") {
            search.after = value;
        } else if (field.var == "before-id") {
            search.before = value;
        } else if (field.var == "ids") {
            search.filter.ids = field.values;
        } else {
            throw StanzaError(Condition::feature_not_implemented, "The form has a field that is not known here.");
        }
    }
}

Search read_search(const Home& home, const archive::Query& query) {
    if (!query.node.empty()) throw StanzaError(Condition::item_not_found);
    Search search;
    search.most = home.options.page;
    if (query.form) read_form(*query.form, search);
    if (!query.set) return search;
    const paging::Set& set = *query.set;
    if (set.index) throw StanzaError(Condition::feature_not_implemented, "Pages are asked for by id here.");
    if (set.max) search.most = static_cast<std::size_t>(std::min<std::uint64_t>(*set.max, search.most));
    search.last = set.before.has_value();
    // An id of a page is inside what the form says, so it stands for the same end.
    if (set.after && !set.after->empty()) search.after = *set.after;
    if (set.before && !set.before->empty()) search.before = *set.before;
    return search;
}

ArchiveStorage::Page find(const User& user, const Search& search) {
    auto page = user.storage.page(user.name, search.filter, search.after, search.before, search.last, search.most);
    if (!page) throw StanzaError(Condition::item_not_found, "There is no message of that id.");
    return *std::move(page);
}

void send_entry(const User& user, Resource& to, const archive::Query& query, const ArchiveStorage::Entry& entry) {
    archive::Result found;
    found.queryid = query.queryid;
    found.id = entry.id;
    delay::Delay delay;
    delay.stamp = to_datetime(entry.stamp);
    found.forwarded.delay = std::move(delay);
    found.forwarded.stanza = stanza_of_text(entry.stanza).release();
    Message message(to.address, MessageType::normal);
    message.set_from(user.bare);
    message.add(xml::encode(found));
    if (!to.send(message)) throw StanzaError(Condition::resource_constraint, "Read what was sent before.");
}

archive::Fin make_fin(const ArchiveStorage::Page& page) {
    archive::Fin fin;
    fin.complete = page.complete;
    fin.set.count = page.count;
    if (page.entries.empty()) return fin;
    fin.set.first = paging::First{page.entries.front().id, page.first_index};
    fin.set.last = page.entries.back().id;
    return fin;
}

forms::Field field(const char* var, forms::FieldType type) {
    forms::Field field;
    field.var = var;
    field.type = type;
    return field;
}

}  // namespace

Answer archive_form(Home&, const Asked& asked) {
    whose(asked);
    archive::Query answer;
    forms::Form form = forms::form(archive::ns);
    form.add(field("with", forms::FieldType::jid_single));
    for (const char* var : {"start", "end", "before-id", "after-id"})
        form.add(field(var, forms::FieldType::text_single));
    forms::Field ids = field("ids", forms::FieldType::list_multi);
    ids.validate = forms::Validate{.open = true};
    form.add(std::move(ids));
    answer.form = std::move(form);
    return xml::encode(answer);
}

Answer search_archive(Home& home, const Asked& asked) {
    const User& user = whose(asked);
    const auto query = read<archive::Query>(asked);
    ArchiveStorage::Page page = find(user, read_search(home, query));
    const archive::Fin fin = make_fin(page);
    if (query.flip_page) std::ranges::reverse(page.entries);  // §4.3.4: what the set says stays
    for (const ArchiveStorage::Entry& entry : page.entries) send_entry(user, *asked.own, query, entry);
    return xml::encode(fin);
}

Answer archive_metadata(Home&, const Asked& asked) {
    const User& user = whose(asked);
    archive::Metadata metadata;
    Search search;
    search.most = 1;
    const ArchiveStorage::Page first = find(user, search);
    if (!first.entries.empty()) {
        search.last = true;
        const ArchiveStorage::Page last = find(user, search);
        metadata.start = archive::Start{first.entries[0].id, to_datetime(first.entries[0].stamp)};
        metadata.end = archive::End{last.entries[0].id, to_datetime(last.entries[0].stamp)};
    }
    return xml::encode(metadata);
}

namespace {

archive::Preferences shown(const ArchiveStorage::Preferences& kept) {
    archive::Preferences preferences;
    preferences.standard = kept.standard == "never"    ? archive::Standard::never
                           : kept.standard == "roster" ? archive::Standard::roster
                                                       : archive::Standard::always;
    preferences.always = archive::Always{kept.always};
    preferences.never = archive::Never{kept.never};
    return preferences;
}

}  // namespace

Answer get_preferences(Home&, const Asked& asked) { return xml::encode(shown(whose(asked).archived.get())); }

// XEP-0441 §2: the answer is what holds now.
Answer set_preferences(Home&, const Asked& asked) {
    User& user = whose(asked);
    const auto wanted = read<archive::Preferences>(asked);
    ArchiveStorage::Preferences kept;
    kept.standard = xml_names(wanted.standard)[static_cast<std::size_t>(wanted.standard)];
    if (wanted.always) kept.always = wanted.always->jids;
    if (wanted.never) kept.never = wanted.never->jids;
    user.archived.put(std::move(kept));
    return xml::encode(shown(user.archived.get()));
}

}  // namespace rondel::server
