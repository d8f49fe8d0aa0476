// The client's side of its stream against a server that says anything: before TLS, under TLS and on a WebSocket, with a
// session to resume and with a token. It ends exactly once, what it says is XML, stanzas come only with a session, the
// password goes nowhere before TLS, and the cuts do not show.
#include <array>

#include "tests/fuzz/stream_fuzz.hpp"
#include "tests/support/client_streams.hpp"
#include "tests/support/stanza_text.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

stream::ClientStreamOptions options(stream::Framing framing) {
    stream::ClientStreamOptions options = juliets_options();
    options.framing = framing;
    options.after = {.stanza_bytes = 500, .depth = 6, .attributes = 6, .elements = 12};
    options.ping_after = std::chrono::seconds(20);
    options.user_agent_id = "d4565fa7-4d72-4749-b3d3-740edbf87770";
    options.carbons = true;
    options.most_unacknowledged = 300;
    return options;
}

stream::ClientIdentity with_token() {
    stream::ClientIdentity who = juliet();
    who.token = sasl::Token{"HT-SHA-256-NONE", "secret token"};
    return who;
}

// Both are said in base64, and in nothing else.
bool tells_the_password(std::string_view said) {
    return said.find(juliets_plain) != said.npos || said.find("<auth") != said.npos || said.find("juliet") != said.npos;
}

// Each message is a document of its own.
void require_messages(std::string_view said) {
    while (!said.empty()) {
        const std::size_t end = said.find(stream::message_end);
        RONDEL_REQUIRE(end != said.npos);
        RONDEL_REQUIRE(xml::parse_document(said.substr(0, end)));
        said.remove_prefix(end + 1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using stream::Framing;
    static const Stanza stanza(stanza_of("<message to='romeo@montague.example'><body>&lt;x</body></message>"));
    static const MakeStream plain = client(juliet(), options(Framing::tcp));
    static const MakeStream under_tls = client(with_token(), options(Framing::tcp), lost_session(), stream::TlsFacts{});
    static const MakeStream socket = client(juliet(), options(Framing::websocket), lost_session(), stream::TlsFacts{});
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    for (const MakeStream& make : {plain, under_tls}) play_in_all_ways(make, input, stanza);

    Actor before_tls(plain);
    before_tls.receive(input);
    RONDEL_REQUIRE(!before_tls.has_opened() && !tells_the_password(before_tls.said));

    // The end of a line stands for the end of a message, so that the inputs can be read.
    std::string messages(input);
    std::replace(messages.begin(), messages.end(), '\n', stream::message_end);
    Actor whole(socket);
    whole.receive(messages);
    Actor bytes(socket);
    for (const char& byte : messages) bytes.receive({&byte, 1});
    RONDEL_REQUIRE(whole.fault().empty() && bytes.fault().empty());
    RONDEL_REQUIRE(whole.said == bytes.said && whole.reported == bytes.reported);
    require_messages(whole.said);
    return 0;
}
