#include "rondel/xep/paging.hpp"

#include "rondel/stanza/stanza_error.hpp"

#include <algorithm>
#include <utility>

namespace rondel::paging {

namespace {

using IdOf = std::function<std::string(std::size_t)>;

std::size_t place_of(const std::string& id, std::size_t count, const IdOf& id_of) {
    for (std::size_t i = 0; i < count; ++i)
        if (id_of(i) == id) return i;
    throw StanzaError(Condition::item_not_found, "The page that was asked for is not there any more.");
}

}  // namespace

Set first(std::uint64_t max) { return {.max = max}; }
Set after(std::string id, std::uint64_t max) { return {.max = max, .after = std::move(id)}; }
Set before(std::string id, std::uint64_t max) { return {.max = max, .before = std::move(id)}; }
Set last(std::uint64_t max) { return {.max = max, .before = std::string()}; }

Slice cut(const Set& wanted, std::size_t count, const IdOf& id_of, std::size_t most) {
    const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(wanted.max.value_or(most), most));
    Slice slice;
    if (wanted.before) {
        slice.end = wanted.before->empty() ? count : place_of(*wanted.before, count, id_of);
        slice.begin = slice.end - std::min(slice.end, size);
        slice.complete = slice.begin == 0;
    } else {
        if (wanted.after)
            slice.begin = place_of(*wanted.after, count, id_of) + 1;
        else if (wanted.index)
            slice.begin = static_cast<std::size_t>(std::min<std::uint64_t>(*wanted.index, count));
        slice.end = slice.begin + std::min(count - slice.begin, size);
        slice.complete = slice.end == count;
    }
    slice.set.count = count;
    if (slice.begin == slice.end) return slice;
    slice.set.first = First{id_of(slice.begin), slice.begin};
    slice.set.last = id_of(slice.end - 1);
    return slice;
}

}  // namespace rondel::paging
