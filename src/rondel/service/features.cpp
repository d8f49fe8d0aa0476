#include "rondel/service/features.hpp"

#include <algorithm>

namespace rondel {

namespace {

template <class T, class V>
void insert_once(std::vector<T>& sorted, V&& value) {
    const auto place = std::lower_bound(sorted.begin(), sorted.end(), value);
    if (place == sorted.end() || *place != value) sorted.emplace(place, std::forward<V>(value));
}

}  // namespace

Features& Features::add(std::string_view feature) { return insert_once(features_, feature), *this; }
Features& Features::add(Identity identity) { return insert_once(identities_, std::move(identity)), *this; }

Features& Features::add(const Features& others) {
    for (const std::string& feature : others.features_) add(feature);
    for (const Identity& identity : others.identities_) add(identity);
    return *this;
}

Features& Features::remove(std::string_view feature) {
    std::erase(features_, feature);
    return *this;
}

bool Features::has(std::string_view feature) const {
    return std::binary_search(features_.begin(), features_.end(), feature);
}

}  // namespace rondel
