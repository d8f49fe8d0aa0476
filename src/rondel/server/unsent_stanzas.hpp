// Stanzas that were on a stream and never went out, or never arrived, as stanzas again.
#pragma once

#include "rondel/stanza/stanza.hpp"
#include "rondel/stream/output.hpp"

#include <string_view>
#include <vector>

namespace rondel::server {

// In order. What is no stanza (none of ours was ever refused) is left out.
std::vector<Stanza> read_unsent(const stream::Unsent& unsent, std::string_view content_ns);

// Adds a stanza behind them, as their stream would have written it. False: it cannot be written; then nothing changed.
bool append_unsent(stream::Unsent& unsent, const Stanza& stanza, std::string_view content_ns);

// One stanza as text, complete with its namespace, as storages keep it; and back. Throws StorageError for what is none.
std::string stanza_to_text(const Stanza& stanza);
Stanza stanza_of_text(std::string_view text);

}  // namespace rondel::server
