#include "rondel/stream/calling_stream.hpp"

#include "rondel/stream/handshake.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/stream/server_of_component.hpp"

#include <stdexcept>
#include <utility>

namespace rondel::stream {

namespace {

class CallingCore final : public ServerOfComponentCore {
  public:
    CallingCore(ComponentCredentials whom, const AcceptingOptions& options)
        : ServerOfComponentCore(options, component_connect_ns), secret_(std::move(whom.secret)) {
        if (whom.domain.empty() || whom.domain.domain() != whom.domain.str())
            throw std::invalid_argument("The address of a component is a domain alone, not '" + whom.domain.str() +
                                        "'.");
        set_domain(std::move(whom.domain));
    }

  private:
    bool speaks_first() const override { return true; }

    // XEP-0114 §3, note: "in the 'jabber:component:connect' namespace, the server would set the 'from' attribute to the
    // component name".
    std::string own_header() const override {
        return write_header({.content_ns = component_connect_ns, .from = domain().str()});
    }

    void take_header() override {
        if (const auto error = check_header(incoming(), component_connect_ns))
            return fail(CloseCause::error_from_us, *error,
                        "What answers there is no component that waits to be called.");
        id_ = header().attribute_or("id", {});
        if (id_.empty()) return greeted_without_id();
        say("<handshake>" + handshake_digest(id_, secret_) + "</handshake>");
        greeted();
    }

    void negotiate(xml::Element element) override {
        if (state() == State::negotiating && is_handshake(element) && is_void(element)) return open(id_);
        fail(CloseCause::error_from_us,
             {StreamCondition::not_authorized, "An empty handshake must come first (XEP-0114)."},
             "The component " + quoted() + " sent something else than the answer to our handshake.");
    }

    std::string silence() const override {
        return state() == State::awaiting_header ? "The component " + quoted() + " did not greet us."
                                                 : "The component " + quoted() + " did not answer our handshake.";
    }

    const Secret secret_;
    std::string id_;
};

}  // namespace

CallingStream::CallingStream(ComponentCredentials whom, AcceptingOptions options)
    : Stream(std::make_unique<CallingCore>(std::move(whom), options)) {}

}  // namespace rondel::stream
