#include "rondel/service/request_table.hpp"

#include <charconv>

namespace rondel {

bool may_answer(std::string_view asked, JidView from, JidView own) {
    const bool own_account = !own.local().empty() && (asked.empty() || asked == own.bare().str());
    if (from.empty()) return own_account;
    if (asked.empty()) return own_account && from == own.bare();
    return from.str() == asked;
}

RequestTable::Number RequestTable::add() {
    const std::uint32_t place = requests_.add();
    OpenRequest& request = requests_[place];
    request.id = ids_.next();
    if (++rounds_ == 0) rounds_ = 1;
    request.round = rounds_;
    return static_cast<Number>(request.round) << 32 | place;
}

std::string RequestTable::id_of(Number number) const {
    char text[RandomId::size + 8];
    const RandomId& id = requests_[place_of(number)].id;
    id.view().copy(text, RandomId::size);
    const auto end = std::to_chars(text + RandomId::size, text + sizeof text, place_of(number), 16).ptr;
    return {text, end};
}

OpenRequest* RequestTable::find(Number number) {
    if (number == 0 || !requests_.contains(place_of(number))) return nullptr;
    OpenRequest& request = requests_[place_of(number)];
    return request.round == number >> 32 ? &request : nullptr;
}

RequestTable::Number RequestTable::find_id(std::string_view id) const {
    if (id.size() <= RandomId::size) return 0;
    std::uint32_t place = 0;
    const auto [end, fault] = std::from_chars(id.data() + RandomId::size, id.data() + id.size(), place, 16);
    if (fault != std::errc() || end != id.data() + id.size() || !requests_.contains(place)) return 0;
    const Number number = at(place);
    return number != 0 && id_of(number) == id ? number : 0;  // the whole text: "00" is not "0"
}

OpenRequest RequestTable::take(Number number) {
    OpenRequest request = std::move(requests_[place_of(number)]);
    requests_.free(place_of(number));
    return request;
}

RequestTable::Number RequestTable::at(std::uint32_t place) const {
    if (!requests_.contains(place)) return 0;
    const std::uint32_t round = requests_[place].round;
    return round == 0 ? 0 : static_cast<Number>(round) << 32 | place;
}

}  // namespace rondel
