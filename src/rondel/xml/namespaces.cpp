#include "rondel/xml/namespaces.hpp"

namespace rondel::xml {

std::uint32_t Namespaces::find(std::string_view wanted) const {
    if (!newest_.empty()) {
        const auto found = newest_.find(wanted);
        return found == newest_.end() ? none : found->second;
    }
    for (std::uint32_t i = size(); i-- > 0;)
        if (prefix(i) == wanted) return i;
    return none;
}

void Namespaces::bind(std::string_view name, BoundNs ns) {
    const std::uint32_t made = size();
    bindings_.push_back(
        {static_cast<std::uint32_t>(prefixes_.size()), static_cast<std::uint32_t>(name.size()), none, ns});
    prefixes_.append(name);
    if (made == most_searched)
        for (std::uint32_t i = 0; i <= made; ++i) index(i);
    else if (made > most_searched)
        index(made);
}

void Namespaces::drop(std::uint32_t wanted) {
    while (size() > wanted) {
        if (!newest_.empty()) unindex(size() - 1);
        prefixes_.resize(bindings_.back().prefix_at);
        bindings_.pop_back();
        if (size() == most_searched) newest_.clear();
    }
}

void Namespaces::index(std::uint32_t binding) {
    const auto [place, added] = newest_.try_emplace(std::string(prefix(binding)), binding);
    if (added) return;
    bindings_[binding].hidden = place->second;
    place->second = binding;
}

void Namespaces::unindex(std::uint32_t binding) {
    const auto place = newest_.find(prefix(binding));
    if (bindings_[binding].hidden == none)
        newest_.erase(place);
    else
        place->second = bindings_[binding].hidden;
}

}  // namespace rondel::xml
