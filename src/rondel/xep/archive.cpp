#include "rondel/xep/archive.hpp"

#include "rondel/base/random.hpp"
#include "rondel/service/router.hpp"
#include "rondel/xep/ask.hpp"
#include "rondel/xep/own_account.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace rondel::archive {

namespace {

constexpr std::uint64_t most_in_a_page = 1000;

JidView account(const Entity& self) { return JidView(self.address()).bare(); }

// Takes the results out of what comes in, before any handler sees them, while one question is open. A filter, because a
// handler may have to wait for its turn until after the answer.
// Owns: a router of the entity's. Borrows: the entity.   Threads: its executor.
class Collector {
  public:
    Collector(Entity& self, std::string queryid, Jid archive, std::uint64_t most)
        : self_(self), taken_(std::make_shared<Taken>()) {
        taken_->queryid = std::move(queryid);
        taken_->archive = std::move(archive);
        taken_->most = most;
        Router router;
        router.filter_in([taken = taken_](Stanza& stanza, Entity& entity) { return !take(*taken, stanza, entity); });
        number_ = self_.take(std::move(router));
    }
    ~Collector() { self_.drop(number_); }
    Collector(const Collector&) = delete;
    Collector& operator=(const Collector&) = delete;

    std::vector<Kept> messages() { return std::move(taken_->messages); }

  private:
    struct Taken {
        std::string queryid;
        Jid archive;
        std::uint64_t most = 0;
        std::uint64_t seen = 0;
        std::vector<Kept> messages;
    };

    static bool is_from(const Stanza& stanza, const Jid& archive, const Entity& self) {
        if (JidView(archive) == account(self)) return is_from_own_account(stanza, self);
        return stanza.from() == JidView(archive);
    }

    // Whether it is for this question, and so for nobody else.
    static bool take(Taken& taken, const Stanza& stanza, const Entity& self) {
        if (stanza.kind() != StanzaKind::message || stanza.is_error()) return false;
        const ElementView payload = stanza.payload(Result::xml.name, ns);
        if (!payload || payload.attribute("queryid") != taken.queryid) return false;
        if (!is_from(stanza, taken.archive, self)) return false;
        if (++taken.seen > taken.most) return true;  // more than was asked for
        auto result = xml::decode<Result>(payload);
        if (!result) return true;
        Kept kept;
        if (result->forwarded.delay) kept.stamp = result->forwarded.delay->stamp;
        std::optional<Message> message = std::move(result->forwarded).take_message();
        if (!message) return true;
        kept.id = std::move(result->id);
        kept.message = *std::move(message);
        taken.messages.push_back(std::move(kept));
        return true;
    }

    Entity& self_;
    std::shared_ptr<Taken> taken_;
    RouterNumber number_ = 0;
};

// What these two tasks are given is on the heap, because g++ 12 warns of frames with more in them (GCC bug 109224).
task<Page> collect(Entity& self, Iq iq, std::unique_ptr<Collector> collector, RequestOptions options) {
    Fin fin = co_await ask_for<Fin>(self, std::move(iq), std::move(options));
    Page page;
    page.messages = collector->messages();
    page.complete = fin.complete;
    page.stable = fin.stable;
    page.set = std::move(fin.set);
    co_return page;
}

task<std::vector<Kept>> follow(Entity& self, std::unique_ptr<Question> question, std::size_t most,
                               RequestOptions options) {
    std::vector<Kept> all;
    while (all.size() < most) {
        question->page(std::min<std::uint64_t>(question->most(), most - all.size()));
        Page page = co_await fetch(self, *question, options);
        std::move(page.messages.begin(), page.messages.end(), std::back_inserter(all));
        if (page.complete || page.last().empty()) break;
        question->after(page.last());
    }
    co_return all;
}

}  // namespace

Question& Question::with(JidView jid) { return form_.set("with", std::string(jid.str())), *this; }
Question& Question::since(DateTime moment) { return form_.set("start", to_string(moment)), *this; }
Question& Question::until(DateTime moment) { return form_.set("end", to_string(moment)), *this; }
Question& Question::only(std::vector<std::string> ids) { return form_.set("ids", std::move(ids)), *this; }
Question& Question::after(std::string id) { return place_ = paging::after(std::move(id), 0), *this; }
Question& Question::before(std::string id) { return place_ = paging::before(std::move(id), 0), *this; }
Question& Question::latest() { return place_ = paging::last(0), *this; }
Question& Question::page(std::uint64_t most) {
    return most_ = std::clamp<std::uint64_t>(most, 1, most_in_a_page), *this;
}
Question& Question::at(JidView archive) { return archive_ = Jid(archive), *this; }
Question& Question::node(std::string name) { return node_ = std::move(name), *this; }

Query Question::query(std::string queryid) const {
    Query query;
    query.queryid = std::move(queryid);
    query.node = node_;
    if (form_.fields.size() > 1) query.form = form_;
    query.set = place_;
    query.set->max = most_;
    return query;
}

task<Page> fetch(Entity& self, const Question& question, RequestOptions options) {
    std::string queryid = random_token(96);
    Iq iq(IqType::set, question.archive().empty() ? account(self) : JidView(question.archive()));
    xml::encode_into(iq.element().ref(), question.query(queryid));
    auto collector = std::make_unique<Collector>(self, std::move(queryid), Jid(iq.to()), question.most());
    return collect(self, std::move(iq), std::move(collector), std::move(options));
}

task<std::vector<Kept>> fetch_all(Entity& self, const Question& question, std::size_t most, RequestOptions options) {
    return follow(self, std::make_unique<Question>(question), most, std::move(options));
}

task<Metadata> metadata(Entity& self) { return metadata(self, account(self)); }

task<Metadata> metadata(Entity& self, JidView archive) {
    return ask_for<Metadata>(self, get(archive, MetadataQuery()), RequestOptions());
}

task<Preferences> preferences(Entity& self) {
    return ask_for<Preferences>(self, get(account(self), PreferencesQuery()), RequestOptions());
}

task<Preferences> set_preferences(Entity& self, Preferences wanted) {
    Iq iq(IqType::set, account(self));
    xml::encode_into(iq.element().ref(), wanted);
    return ask_for<Preferences>(self, std::move(iq), RequestOptions());
}

}  // namespace rondel::archive
