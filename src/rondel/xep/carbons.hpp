// XEP-0280 Message Carbons 1.0.1. Left out: nothing.
//
//   carbons::install(router, [](const carbons::Carbon& carbon, Entity& self) {
//       if (carbon.direction == carbons::Direction::sent) …        // what another of our resources said
//   });
//   co_await carbons::enable(self);              // or ClientOptions::carbons
//
// The message inside is never given to on_message(): it was said to, or by, another resource, and is not ours to
// answer.
#pragma once

#include "rondel/service/entity.hpp"
#include "rondel/xep/forwarding.hpp"
#include "rondel/xml/payload.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace rondel {
class Router;
}

namespace rondel::carbons {

inline constexpr std::string_view ns = "urn:xmpp:carbons:2";
inline constexpr std::string_view ns_rules = "urn:xmpp:carbons:rules:0";  // feature: §6.1 is followed to the letter

// The payloads, as the wire has them. Who handles Received or Sent with Router::on() must ask who the message around it
// is from (§11); install() has done that.
struct Enable {
    static constexpr auto xml = xml::element("enable", ns);
};

struct Disable {
    static constexpr auto xml = xml::element("disable", ns);
};

struct Received {
    forwarding::Forwarded forwarded = {};
    static constexpr auto xml = xml::element("received", ns, xml::child(&Received::forwarded));
};

struct Sent {
    forwarding::Forwarded forwarded = {};
    static constexpr auto xml = xml::element("sent", ns, xml::child(&Sent::forwarded));
};

struct Private {  // no copies of this one (§9); hints::NoCopy beside it
    static constexpr auto xml = xml::element("private", ns);
};

enum class Direction { received, sent };

// A copy of a message to (received) or from (sent) another resource of our account.
struct Carbon {
    Direction direction = Direction::received;
    Message message;                     // with its own addresses, as its sender sent it
    std::optional<DateTime> stamp = {};  // when, if it was kept on its way
};

// Gives the handler what our own account copied to us. A copy from anybody else is dropped (§11, CVE-2017-5589), and so
// is one of a message that does not concern our account.
using CarbonHandler = std::function<void(const Carbon& carbon, Entity& self)>;
void install(Router& router, CarbonHandler handler);

// For this session, and until disabled. Throw the server's StanzaError: forbidden by policy, service-unavailable where
// there are none; or remote-server-timeout.
task<> enable(Entity& self, RequestOptions options = RequestOptions());
task<> disable(Entity& self, RequestOptions options = RequestOptions());

// No copies of this message, at either side (§9).
Message&& keep_private(Message&& message);

}  // namespace rondel::carbons
