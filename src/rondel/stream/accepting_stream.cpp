#include "rondel/stream/accepting_stream.hpp"

#include "rondel/base/utf8.hpp"
#include "rondel/stream/handshake.hpp"
#include "rondel/stream/header.hpp"
#include "rondel/stream/server_of_component.hpp"

#include <stdexcept>
#include <utility>

namespace rondel::stream {

namespace {

class AcceptingCore final : public ServerOfComponentCore {
  public:
    AcceptingCore(const ComponentDirectory& directory, std::string stream_id, const AcceptingOptions& options)
        : ServerOfComponentCore(options, component_accept_ns), directory_(directory), id_(std::move(stream_id)) {
        if (id_.empty()) throw std::invalid_argument("A stream must have an id: it salts the secret.");
    }

  private:
    bool speaks_first() const override { return false; }

    // `from` is the component's name, as XEP-0114 §3 has it, but our own if we do not serve it (RFC 6120 §4.9.1.3).
    std::string own_header() const override {
        return write_header({.from = served_ ? domain().str() : server().str(), .to = peer_from_.str(), .id = id_});
    }

    void take_header() override {
        if (const auto error = check_header(incoming(), component_accept_ns)) return refuse_header(*error);
        if (const auto from = Jid::parse(header().attribute_or("from", {}))) peer_from_ = from->bare();
        const std::string_view to = header().attribute_or("to", {});
        if (to.empty())
            return refuse_header(
                {StreamCondition::improper_addressing, "A stream header must have a 'to' (XEP-0114)."});
        Result<Jid> name = Jid::parse(to);
        if (!name || name->domain() != name->str() || directory_.secret_of(name->str()) == nullptr)
            return refuse_header({StreamCondition::host_unknown, "There is no component of that name here."},
                                 " There is no component '" + sanitize_for_log(to) + "' here.");
        set_domain(*std::move(name));
        served_ = true;
        if (directory_.is_taken(domain().str())) return refuse_second();
        open_output();
        greeted();
    }

    void negotiate(xml::Element element) override {
        if (!is_handshake(element))
            return fail(CloseCause::error_from_us,
                        {StreamCondition::not_authorized, "The handshake must come first (XEP-0114)."},
                        "The component " + quoted() + " sent something else before its handshake.");
        const Secret* secret = directory_.secret_of(domain().str());
        if (secret == nullptr || !is_right_handshake(element, id_, *secret))
            return fail(CloseCause::refused,
                        {StreamCondition::not_authorized, "The handshake does not fit the secret of this component."},
                        "The component " + quoted() + " does not know its secret.");
        if (directory_.is_taken(domain().str())) return refuse_second();
        say("<handshake/>");
        open(id_);
    }

    std::string silence() const override {
        return state() == State::awaiting_header ? "The component did not say who it is."
                                                 : "The component " + quoted() + " sent no handshake.";
    }

    void refuse_header(StreamError error, const std::string& which = {}) {
        fail(error.condition == StreamCondition::host_unknown ? CloseCause::refused : CloseCause::error_from_us, error,
             "A component was turned away: " + std::string(to_string(error.condition)) + "." + which);
    }

    void refuse_second() {
        fail(CloseCause::error_from_us, {StreamCondition::conflict, "A component of that name is connected already."},
             "A second connection for the component " + quoted() + " was turned away.");
    }

    const ComponentDirectory& directory_;
    const std::string id_;
    Jid peer_from_;  // RFC 6120 §4.7.2: told back
    bool served_ = false;
};

}  // namespace

AcceptingStream::AcceptingStream(const ComponentDirectory& directory, std::string stream_id, AcceptingOptions options)
    : Stream(std::make_unique<AcceptingCore>(directory, std::move(stream_id), options)) {}

}  // namespace rondel::stream
