// Streams for tests: made anew as often as a test wants, and their events as text.
#pragma once

#include "rondel/stream/accepting_stream.hpp"
#include "rondel/stream/component_stream.hpp"

#include <functional>
#include <initializer_list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace rondel::test {

using stream::Stream;
using MakeStream = std::function<std::shared_ptr<Stream>()>;  // what the stream borrows lives as long as it does

// A directory that a test fills.
struct Components final : stream::ComponentDirectory {
    std::map<std::string, Secret, std::less<>> secrets = {};
    std::set<std::string, std::less<>> taken = {};

    const Secret* secret_of(std::string_view domain) const override {
        const auto found = secrets.find(domain);
        return found == secrets.end() ? nullptr : &found->second;
    }
    bool is_taken(std::string_view domain) const override { return taken.contains(domain); }
};

inline constexpr std::string_view usual_id = "3BF96D32";  // the stream id of XEP-0114's examples

MakeStream component(std::string_view domain, std::string_view secret, stream::StreamOptions options = {});

// The server's side, whose stream gets the id `id`.
MakeStream accepting(Components components, std::string_view id = usual_id, stream::AcceptingOptions options = {});

// "connected", "wants tls", "lost the session after 2", "token MECHANISM SECRET EXPIRY", "opened ID ADDRESS SM-ID",
// "resumed ID ADDRESS SM-ID", "active", "inactive", "received <message/>", "refused <message/>: why",
// "closed CAUSE CONDITION: why". Stanzas are written as if jabber:client were in force around them.
std::string to_text(const stream::Event& event);

// Opening headers as both sides of ours write them.
std::string component_header(std::string_view to);
std::string server_header(std::string_view from, std::string_view id = usual_id);

}  // namespace rondel::test
