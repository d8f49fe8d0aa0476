#include "rondel/stream/component_stream.hpp"

#include "rondel/stream/core.hpp"
#include "rondel/stream/handshake.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/xml/same.hpp"

#include <stdexcept>
#include <utility>

namespace rondel::stream {

namespace {

class ComponentCore final : public Core {
  public:
    ComponentCore(ComponentCredentials who, const StreamOptions& options)
        : Core(options, {.peer = "The server", .content_ns = component_accept_ns}), who_(std::move(who)) {
        if (who_.domain.empty() || who_.domain.domain() != who_.domain.str())
            throw std::invalid_argument("The address of a component is a domain alone, not '" + who_.domain.str() +
                                        "'.");
    }

  private:
    bool speaks_first() const override { return true; }
    std::string own_header() const override { return write_header({.to = who_.domain.str()}); }

    void take_header() override {
        if (const auto error = check_header(incoming(), component_accept_ns))
            return fail(CloseCause::error_from_us, *error, not_a_component_port());
        id_ = header().attribute_or("id", {});
        // Without an id there is nothing to salt the secret with; COMPAT(prosody) host-unknown comes with an empty one.
        if (id_.empty()) return greeted_without_id();
        say("<handshake>" + handshake_digest(id_, who_.secret) + "</handshake>");
        greeted();
    }

    void negotiate(xml::Element element) override {
        if (element.is("features", streams_ns)) return;  // harmless, and no component stream negotiates any
        if (state() == State::negotiating && is_handshake(element) && is_void(element))
            return opened({.id = id_, .address = who_.domain}, OwnPings(id_, "component", who_.domain, who_.domain));
        fail(CloseCause::error_from_us,
             {StreamCondition::not_authorized, "An empty handshake must come first (XEP-0114)."},
             "The server sent something else than the answer to our handshake.");
    }

    // By itself, as much is said by the domain itself: that calls nobody.
    [[gnu::hot]] std::error_code check_sent(const Stanza& stanza) const override {
        const xml::Block& block = *stanza.element().block();
        const std::optional<std::string_view> from = block.of_root(xml::Common::from);
        const std::optional<std::string_view> to = block.of_root(xml::Common::to);
        const bool is_usual = from && to && !to->empty() && xml::same_text(*from, who_.domain.str());
        return is_usual ? no_error : check_unusual(block);
    }

    [[gnu::noinline]] std::error_code check_unusual(const xml::Block& block) const {
        const std::string_view from = block.of_root(xml::Common::from).value_or(std::string_view());
        if (from.empty()) return StreamFault::no_from;
        const std::string_view ours = who_.domain.str();
        if (!xml::same_text(from, ours) && JidView::of_prepared(from).domain() != ours)
            return StreamFault::foreign_from;
        if (block.of_root(xml::Common::to).value_or(std::string_view()).empty()) return StreamFault::no_to;
        return no_error;
    }

    // Anything but a stanza is reported as Refused and otherwise ignored: a newer server may say more than we know.
    [[gnu::hot]] std::error_code check_received(xml::Element&, std::error_code fault) override { return fault; }

    bool address_answer(Stanza& answer) const override {
        if (answer.from().empty()) answer.set_from(who_.domain);
        return !check_sent(answer);
    }

    std::string advice(const StreamError& error) const override {
        const std::string name = "'" + who_.domain.str() + "'";
        switch (error.condition) {
            case StreamCondition::not_authorized:
                return is_open() ? std::string()
                                 : "Check the secret of the component " + name +
                                       " on both sides, and that the server knows a component of that name.";
            case StreamCondition::host_unknown:
            case StreamCondition::host_gone:
                return "The server knows no component " + name +
                       ": add it to the server's configuration, or correct the name.";
            case StreamCondition::conflict:
                return "Another connection serves the component " + name + ".";
            case StreamCondition::invalid_namespace:
                return is_open() ? std::string() : not_a_component_port();
            default:
                return {};
        }
    }

    std::string silence() const override {
        switch (state()) {
            case State::awaiting_header:
                return "The server did not greet us. Is this its component port?";
            case State::awaiting_reason:
                return "The server refused the component '" + who_.domain.str() + "' without saying why.";
            default:
                return "The server did not answer our handshake. Check the secret of the component '" +
                       who_.domain.str() + "' on both sides.";
        }
    }

    static std::string not_a_component_port() {
        return "What answers there does not speak to components (XEP-0114). Connect to the server's component port.";
    }

    const ComponentCredentials who_;
    std::string id_;
};

}  // namespace

ComponentStream::ComponentStream(ComponentCredentials who, StreamOptions options)
    : Stream(std::make_unique<ComponentCore>(std::move(who), options)) {}

}  // namespace rondel::stream
