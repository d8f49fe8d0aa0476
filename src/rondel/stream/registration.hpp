// In-band registration before authentication (XEP-0077 §3.1), with username and password. Not for other floors.
#pragma once

#include "rondel/base/secret.hpp"
#include "rondel/stanza/iq.hpp"

#include <functional>
#include <optional>

namespace rondel::stream {

bool is_registration(const Stanza& stanza);  // a get or set of it

// Makes an account; a condition if it cannot be.
using AddAccount = std::function<std::optional<Condition>(std::string_view username, const Secret& password)>;

struct Registered {
    Stanza answer;
    bool is_done = false;  // there is a new account
};
// Precondition: is_registration().
Registered take_registration(const Iq& request, const AddAccount& add);

}  // namespace rondel::stream
