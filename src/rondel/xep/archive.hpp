// XEP-0313 Message Archive Management 1.1.3, with XEP-0441 Message Archive Management Preferences 0.2.0. Left out: the
// form that tells which other fields a question may have.
//
//   archive::Question last_week = archive::Question().with("juliet@capulet.lit"_jid).since(then);
//   archive::Page page = co_await archive::fetch(self, last_week);
//   for (const archive::Kept& kept : page.messages) …
//   while (!page.complete) page = co_await archive::fetch(self, last_week.after(page.last()));
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/xep/archive_payload.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rondel::archive {

// What to ask for. Has constructors on purpose: it is made inside co_await expressions (service/task.hpp).
class Question {
  public:
    Question() : form_(forms::submit(ns)) {}

    Question& with(JidView jid);  // to or from; a bare JID: any of its resources
    Question& since(DateTime moment);
    Question& until(DateTime moment);
    Question& only(std::vector<std::string> ids);  // ns_extended
    Question& after(std::string id);               // the page that follows; replaces before() and latest()
    Question& before(std::string id);              // the page that precedes
    Question& latest();                            // the last page there is
    Question& page(std::uint64_t most);            // 50 unless told, 1000 at most
    Question& at(JidView archive);                 // a room, say; default: our own account's
    Question& node(std::string name);              // of a pubsub archive

    const Jid& archive() const { return archive_; }
    std::uint64_t most() const { return most_; }
    Query query(std::string queryid) const;

  private:
    forms::Form form_;
    paging::Set place_;
    std::uint64_t most_ = 50;
    Jid archive_;
    std::string node_;
};

struct Kept {
    std::string id;                      // by which the archive has it
    std::optional<DateTime> stamp = {};  // when the archive got it
    Message message;                     // with its own addresses, as it was sent
};

struct Page {
    std::vector<Kept> messages = {};  // oldest first; without those of which the archive kept nothing (§3.2)
    bool complete = false;            // nothing beyond, in the direction asked
    bool stable = true;               // false: another question may get another answer
    paging::Set set = {};

    std::string last() const { return set.last.value_or(std::string()); }
    std::string first() const { return set.first ? set.first->id : std::string(); }
};

// One page. Results count only if they come from the archive that was asked, with the unguessable id of this question,
// before its end (V19); no handler sees them. Throws the archive's StanzaError (item-not-found: the page is gone), or
// remote-server-timeout.
task<Page> fetch(Entity& self, const Question& question, RequestOptions options = RequestOptions());

// All that follows, page by page, until nothing is left or there are so many.
task<std::vector<Kept>> fetch_all(Entity& self, const Question& question, std::size_t most,
                                  RequestOptions options = RequestOptions());

// What there is at all; our own account's archive if none is named. Needs ns_extended.
task<Metadata> metadata(Entity& self);
task<Metadata> metadata(Entity& self, JidView archive);

// XEP-0441. What is set comes back as the server took it.
task<Preferences> preferences(Entity& self);
task<Preferences> set_preferences(Entity& self, Preferences wanted);

}  // namespace rondel::archive
