// A client of ours in tests: juliet@capulet.example, whose password is "r0m30", and what passes between her and a
// server that a test plays.
#pragma once

#include "rondel/stream/client_stream.hpp"

#include <optional>
#include <string>
#include <string_view>

#include "tests/support/clients.hpp"
#include "tests/support/streams.hpp"

namespace rondel::test {

stream::ClientIdentity juliet(std::string_view resource = "balcony");
// PLAIN is allowed and the nonce of SCRAM is always the same; nothing is done inline.
stream::ClientStreamOptions juliets_options();
// With `tls` the transport is secure from the beginning.
MakeStream client(stream::ClientIdentity who = juliet(), stream::ClientStreamOptions options = juliets_options(),
                  std::optional<stream::Resumption> earlier = std::nullopt,
                  std::optional<stream::TlsFacts> tls = std::nullopt);

// What she says.
inline constexpr std::string_view plain_header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    "to='capulet.example' version='1.0' xml:lang='en'>";
inline constexpr std::string_view secure_header =
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
    "from='juliet@capulet.example' to='capulet.example' version='1.0' xml:lang='en'>";
inline constexpr std::string_view bind_balcony =
    "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>balcony</resource></bind></iq>";
inline constexpr std::string_view enable = "<enable xmlns='urn:xmpp:sm:3' resume='true' max='600'/>";
inline constexpr std::string_view ack_request = "<r xmlns='urn:xmpp:sm:3'/>";
std::string ack(std::uint32_t h);

// What a server says.
std::string features(std::string_view inside);
std::string mechanisms(std::string_view names);  // separated by blanks
inline constexpr std::string_view starttls_offer =
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls>";
inline constexpr std::string_view bind_offer = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>";
inline constexpr std::string_view sm_offer = "<sm xmlns='urn:xmpp:sm:3'/>";
inline constexpr std::string_view csi_offer = "<csi xmlns='urn:xmpp:csi:0'/>";
inline constexpr std::string_view bound_balcony =
    "<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<jid>juliet@capulet.example/balcony</jid></bind></iq>";
inline constexpr std::string_view enabled = "<enabled xmlns='urn:xmpp:sm:3' id='sm-1' resume='true' max='300'/>";

// A session that was lost: sm-1, of which the server had sent 3 stanzas, and had acknowledged 2 of ours; two were not,
// "one" and "two", and between them one of the stream's own.
stream::Resumption lost_session();
inline constexpr std::string_view lost_one = "<message to='romeo@montague.example' id='one'/>";
inline constexpr std::string_view lost_own = "<iq type='error' id='own'/>";
inline constexpr std::string_view lost_two = "<message to='romeo@montague.example' id='two'/>";

}  // namespace rondel::test
