// The server's side of a client's stream against a client that says anything, under TLS and without: it ends exactly
// once, what it says is XML, stanzas come only after the right password and only in the client's own name, and the cuts
// do not show.
#include <algorithm>

#include "tests/fuzz/stream_fuzz.hpp"
#include "tests/support/clients.hpp"
#include "tests/support/stanza_text.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

Clients house() {
    Clients clients = capulet();
    clients.is_registration_open = true;
    stream::Resumption before;
    before.id = "s9";
    before.address = "juliet@capulet.example/balcony"_jid;
    before.unacknowledged = {.bytes = "<message id='1'/><message id='2'/>", .sizes = {17, 17}};
    clients.sessions.emplace("s9", std::move(before));
    return clients;
}

MakeStream server(bool secure) {
    stream::AcceptingClientOptions options = capulet_options();
    options.after = {.stanza_bytes = 500, .depth = 5, .attributes = 6, .elements = 9};
    options.ping_after = std::chrono::seconds(20);
    options.require_tls = secure;
    options.sasl.anonymous = !secure;
    return accepting_client(house(), options, secure ? std::optional(usual_tls()) : std::nullopt);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Stanza stanza(
        stanza_of("<message from='a@b' to='juliet@capulet.example'><body>&lt;x</body></message>"));
    static const MakeStream under_tls = server(true);
    static const MakeStream plain = server(false);
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const MakeStream& make : {under_tls, plain}) play_in_all_ways(make, input, stanza);

    Actor actor(under_tls);
    actor.on_stanza = [](const Stanza& received) {  // V22; accounts may have been made on the way (XEP-0077)
        RONDEL_REQUIRE(received.from().domain() == "capulet.example" && !received.from().local().empty());
    };
    actor.receive(input);
    // A password may be written with references and CDATA, so it can be there unseen; but not without their letters.
    const bool knows = input.find(juliets_plain) != input.npos || input.find("<password>") != input.npos ||
                       input.find_first_of("&[") != input.npos;
    RONDEL_REQUIRE(!actor.has_opened() || knows);
    return 0;
}
