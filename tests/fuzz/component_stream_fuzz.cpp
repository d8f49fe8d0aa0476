// The component's side against a server that says anything: it ends exactly once, what it says is XML, stanzas come
// only after a handshake, and the cuts do not show.
#include "tests/fuzz/stream_fuzz.hpp"
#include "tests/support/stanza_text.hpp"

using namespace rondel;
using namespace rondel::test;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace std::chrono_literals;
    static const Stanza stanza(stanza_of("<message from='echo.localhost' to='a@b'><body>&lt;x</body></message>"));
    stream::StreamOptions options;
    options.after = {.stanza_bytes = 500, .depth = 5, .attributes = 6, .elements = 9};
    options.ping_after = 20s;
    options.whitespace_after = 15s;
    static const MakeStream make = component("echo.localhost", "pass", options);
    play_in_all_ways(make, {reinterpret_cast<const char*>(data), size}, stanza);
    return 0;
}
