// A conversation of one of our streams with its peer: the test says what the peer says and how time passes, and what
// our side must say and report.
//
//   Conversation(component("echo.localhost", "secret"))
//       .sends(component_header("echo.localhost"))
//       .receives(server_header("echo.localhost")).connects()
//       .sends("<handshake>…</handshake>")
//       .receives("<handshake/>").opens()
//       .receives("<message from='a@b' to='echo.localhost'/>").gets("<message from='a@b' to='echo.localhost'/>")
//       .closes().sends("</stream:stream>").receives("</stream:stream>").ends(CloseCause::closed_by_us);
//
// It is played at the end of the statement, and always in all of these ways: whole; byte by byte; in odd chunks; cut in
// two at every byte of a short one. What is said and reported must be the same each time. Then the connection is cut
// off after each step, and at each byte of a short one, and the peer is made to fall silent after each step: the stream
// must end exactly once, with a cause that fits. Nothing may be said or reported that the script does not claim before
// the peer says its next.
#pragma once

#include "rondel/base/time.hpp"

#include <functional>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>
#include <vector>

#include "tests/support/actor.hpp"

namespace rondel::test {

using stream::CloseCause;
using stream::StreamCondition;

class Conversation {
    using Where = std::source_location;

  public:
    explicit Conversation(MakeStream make, Where where = Where::current());
    ~Conversation();  // plays it
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;

    // The peer.
    Conversation& receives(std::string_view bytes, Where where = Where::current());
    Conversation& loses_connection(Where where = Where::current());

    // The clock: deadlines on the way are kept.
    Conversation& after(Duration time, Where where = Where::current());

    // What our program does.
    Conversation& says(std::string_view stanza, std::error_code answer = {}, Where where = Where::current());
    Conversation& closes(Where where = Where::current());
    Conversation& closes_with(StreamCondition condition, Where where = Where::current());
    Conversation& does(std::function<void(Stream&, Instant)> anything, Where where = Where::current());

    Conversation& gets_secured(stream::TlsFacts facts = {}, Where where = Where::current());  // the transport

    // What our side says to the peer: exactly this.
    Conversation& sends(std::string_view bytes, Where where = Where::current());

    // What our side reports.
    Conversation& reports(std::string_view event, Where where = Where::current());  // to_text of it begins so
    Conversation& connects(Where where = Where::current());
    Conversation& wants_tls(Where where = Where::current());
    Conversation& opens(Where where = Where::current());
    Conversation& gets(std::string_view stanza, Where where = Where::current());
    Conversation& refuses(std::string_view stanza, std::error_code why, Where where = Where::current());
    Conversation& ends(CloseCause cause, std::optional<StreamCondition> error = {}, Where where = Where::current());
    Conversation& because(std::string_view part_of_why);  // of the event that was claimed last

    struct Step {
        enum class Kind { receives, acts, sends, reports };
        Kind kind;
        std::string text = {};                        // bytes, or how the event's text begins
        std::function<std::string(Actor&)> act = {};  // answers what was wrong, or nothing
        std::string also = {};                        // what else the event's text holds
        Where where = {};
    };

  private:
    Conversation& add(Step step);

    MakeStream make_;
    Where where_;
    std::vector<Step> steps_;
};

// A component and a server as most conversations know them: the component of XEP-0114's examples, secret "test".
inline constexpr std::string_view plays = "plays.shakespeare.lit";
inline constexpr std::string_view plays_handshake = "<handshake>aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e</handshake>";
MakeStream plays_component(stream::StreamOptions options = {});
MakeStream plays_server(stream::AcceptingOptions options = {});

// The steps until it is open, to be followed by more: opened(Conversation(plays_component())).receives(…)…
Conversation& opened_component(Conversation&& conversation);
Conversation& opened_server(Conversation&& conversation);

// <stream:error/> as ours write it.
std::string stream_error(StreamCondition condition, std::string_view text = {});

}  // namespace rondel::test
