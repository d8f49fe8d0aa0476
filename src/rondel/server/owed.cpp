#include "rondel/server/owed.hpp"

#include <utility>

namespace rondel::server {

namespace {

// U+0000 stands in neither part.
std::string key_of(const Stanza& stanza, JidView asker) {
    return std::string(stanza.id().value_or("")).append(1, '\0').append(asker.str());
}

}  // namespace

std::optional<Iq> Owed::add(const Stanza& request) {
    Iq kept(request.type() == "get" ? IqType::get : IqType::set, request.to());
    kept.set_from(request.from());
    kept.set_id(request.id().value_or(""));
    std::list<Iq> one;  // by itself, until there is memory for all that belongs to it
    one.push_back(std::move(kept));
    const auto at = one.begin();
    const auto [entry, is_new] = index_.try_emplace(key_of(request, request.from()), at);
    requests_.splice(requests_.end(), one);
    if (!is_new) {  // the asker used an id twice; one answer will come for both
        requests_.erase(entry->second);
        entry->second = at;
    }
    if (requests_.size() <= most_) return std::nullopt;
    Iq oldest = std::move(requests_.front());
    requests_.pop_front();
    index_.erase(key_of(oldest, oldest.from()));
    return oldest;
}

void Owed::settle(const Stanza& answer) { forget(key_of(answer, answer.to())); }
void Owed::settle_request(const Stanza& request) { forget(key_of(request, request.from())); }

void Owed::forget(const std::string& key) {
    const auto entry = index_.find(key);
    if (entry == index_.end()) return;
    requests_.erase(entry->second);
    index_.erase(entry);
}

std::list<Iq> Owed::take_all() {
    index_.clear();
    return std::exchange(requests_, {});
}

}  // namespace rondel::server
