#include "tests/support/client_streams.hpp"

#include <memory>
#include <sstream>

namespace rondel::test {

using namespace stream;

ClientIdentity juliet(std::string_view resource) {
    return {.account = Jid::parse("juliet@capulet.example").value(),
            .resource = std::string(resource),
            .password = "r0m30"};
}

ClientStreamOptions juliets_options() {
    ClientStreamOptions options;
    options.sasl.plain = true;
    options.sasl.nonce = [] { return "rOprNGfwEbeRWgbNEkqO"; };  // RFC 7677 §3
    return options;
}

MakeStream client(ClientIdentity who, ClientStreamOptions options, std::optional<Resumption> earlier,
                  std::optional<TlsFacts> tls) {
    return [who, options, earlier, tls] {
        auto stream = std::make_shared<ClientStream>(who, options, earlier);
        if (tls) stream->secured(*tls, Instant(std::chrono::hours(1)));
        return stream;
    };
}

std::string ack(std::uint32_t h) { return "<a xmlns='urn:xmpp:sm:3' h='" + std::to_string(h) + "'/>"; }

std::string features(std::string_view inside) {
    return "<stream:features>" + std::string(inside) + "</stream:features>";
}

std::string mechanisms(std::string_view names) {
    std::string text = "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>";
    std::istringstream in{std::string(names)};
    for (std::string name; in >> name;) text += "<mechanism>" + name + "</mechanism>";
    return text + "</mechanisms>";
}

Resumption lost_session() {
    Resumption lost;
    lost.id = "sm-1";
    lost.address = Jid::parse("juliet@capulet.example/balcony").value();
    lost.handled = 3;
    lost.acknowledged = 2;
    for (const std::string_view text : {lost_one, lost_own, lost_two}) {
        lost.unacknowledged.bytes += text;
        lost.unacknowledged.sizes.push_back(text.size());
        lost.own.push_back(text == lost_own);
    }
    return lost;
}

}  // namespace rondel::test
