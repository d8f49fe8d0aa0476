#include "rondel/xep/vcard.hpp"

namespace rondel::vcard {

Card& Card::set(std::string_view name, std::string_view text) {
    all.ref().remove(name, ns);
    all.append(name, ns).text(text);
    return *this;
}

Card Card::copy() const {
    Card copied;
    copied.all = all.copy();
    return copied;
}

}  // namespace rondel::vcard
