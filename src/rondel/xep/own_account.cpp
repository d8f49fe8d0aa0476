#include "rondel/xep/own_account.hpp"

namespace rondel {

bool is_from_own_account(const Stanza& stanza, const Entity& self) {
    const JidView from = stanza.from();
    return from.empty() || from == JidView(self.address()).bare();
}

}  // namespace rondel
