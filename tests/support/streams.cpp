#include "tests/support/streams.hpp"

#include "rondel/stream/header.hpp"
#include "rondel/xml/writer.hpp"

#include <utility>

namespace rondel::test {

using namespace stream;

MakeStream component(std::string_view domain, std::string_view secret, StreamOptions options) {
    return [address = Jid::parse(domain).value(), secret = Secret(secret), options] {
        return std::make_shared<ComponentStream>(ComponentCredentials{address, secret}, options);
    };
}

MakeStream accepting(Components components, std::string_view id, AcceptingOptions options) {
    return [components = std::make_shared<Components>(std::move(components)), id = std::string(id), options] {
        struct Holder {
            std::shared_ptr<Components> components;
            AcceptingStream stream;
        };
        auto holder = std::shared_ptr<Holder>(new Holder{components, AcceptingStream(*components, id, options)});
        return std::shared_ptr<Stream>(holder, &holder->stream);
    };
}

std::string to_text(const Event& event) {
    struct {
        std::string operator()(const Connected&) const { return "connected"; }
        std::string operator()(const TlsWanted&) const { return "wants tls"; }
        std::string operator()(const ResumptionFailed& failed) const {
            return "lost the session" + (failed.handled ? " after " + std::to_string(*failed.handled) : std::string());
        }
        std::string operator()(const TokenGranted& granted) const {
            return "token " + granted.token.mechanism + " " + std::string(granted.token.secret.reveal()) + " " +
                   granted.token.expiry;
        }
        std::string operator()(const Opened& opened) const {
            return std::string(opened.resumed ? "resumed " : "opened ") + opened.id + " " + opened.address.str() +
                   (opened.sm_id.empty() ? "" : " " + opened.sm_id);
        }
        std::string operator()(const Activity& activity) const { return activity.active ? "active" : "inactive"; }
        std::string operator()(const Received& received) const {
            return "received " + xml::to_string(received.stanza.element(), xml::stanza_ns);
        }
        std::string operator()(const Refused& refused) const {
            return "refused " + xml::to_string(refused.element, xml::stanza_ns) + ": " + refused.why.message();
        }
        std::string operator()(const Closed& closed) const {
            std::string text = "closed " + std::string(to_string(closed.cause));
            if (closed.error) text.append(" ").append(to_string(closed.error->condition));
            return text + ": " + closed.why;
        }
    } as_text;
    return std::visit(as_text, event);
}

std::string component_header(std::string_view to) { return write_header({.to = to}); }
std::string server_header(std::string_view from, std::string_view id) { return write_header({.from = from, .id = id}); }

}  // namespace rondel::test
