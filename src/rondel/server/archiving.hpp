// What goes into a user's archive (XEP-0313), and under which id (XEP-0359).
#pragma once

#include "rondel/server/home.hpp"

#include <optional>
#include <string>

namespace rondel::server {

// Puts a message with `with` into the archive, if it is one for it and the user wants that. The id that it has there.
// Throws StorageError.
std::optional<std::string> put_into_archive(Home& home, const User& user, JidView with, const Message& message);

// Whether the user wants messages with them archived (XEP-0441 §2).
bool wants_archived(const ArchiveStorage::Preferences& preferences, const Contacts& contacts, JidView with);

}  // namespace rondel::server
