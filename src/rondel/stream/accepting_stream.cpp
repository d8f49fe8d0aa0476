#include "rondel/stream/accepting_stream.hpp"

#include "rondel/stream/core.hpp"
#include "rondel/stream/handshake.hpp"
#include "rondel/stream/header.hpp"

#include <stdexcept>
#include <utility>

namespace rondel::stream {

namespace {

class AcceptingCore final : public Core {
  public:
    AcceptingCore(const ComponentDirectory& directory, std::string stream_id, AcceptingOptions options)
        : Core(options, {.peer = "The component", .content_ns = component_accept_ns}),
          directory_(directory),
          id_(std::move(stream_id)),
          server_(std::move(options.server)),
          check_from_(options.check_from) {
        if (id_.empty()) throw std::invalid_argument("A stream must have an id: it salts the secret.");
    }

  private:
    bool speaks_first() const override { return false; }

    // `from` is the component's name, as XEP-0114 §3 has it, but our own if we do not serve it (RFC 6120 §4.9.1.3).
    std::string own_header() const override {
        return write_header({.from = served_ ? domain_.str() : server_.str(), .to = peer_from_.str(), .id = id_});
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
            return refuse_header({StreamCondition::host_unknown, "There is no component of that name here."});
        domain_ = std::move(*name);
        served_ = true;
        if (directory_.is_taken(domain_.str())) return refuse_second();
        open_output();
        greeted();
    }

    void negotiate(xml::Element element) override {
        if (!is_handshake(element))
            return fail(CloseCause::error_from_us,
                        {StreamCondition::not_authorized, "The handshake must come first (XEP-0114)."},
                        "The component '" + domain_.str() + "' sent something else before its handshake.");
        const Secret* secret = directory_.secret_of(domain_.str());
        if (secret == nullptr || !is_right_handshake(element, id_, *secret))
            return fail(CloseCause::refused,
                        {StreamCondition::not_authorized, "The handshake does not fit the secret of this component."},
                        "The component '" + domain_.str() + "' does not know its secret.");
        if (directory_.is_taken(domain_.str())) return refuse_second();
        say("<handshake/>");
        opened({.id = id_, .address = domain_}, OwnPings(id_, "server", server_.empty() ? domain_ : server_, domain_));
    }

    std::error_code check_sent(const Stanza&) const override { return {}; }  // what the server sends is its own affair

    // A foreign `from` is a forgery, and ends the stream (V21); so does what has no sender, as nobody could be
    // answered. Without a `to` the sender is known and can be told: one slip of one handler need not cut off all the
    // others (Prosody does so too; ejabberd ends the stream).
    std::error_code check_received(xml::Element& element, std::error_code fault) override {
        if (fault == StanzaFault::unknown_kind) {
            fail(CloseCause::error_from_us, {StreamCondition::unsupported_stanza_type, "Only stanzas are taken here."},
                 "The component '" + domain_.str() + "' sent an element that is no stanza.");
            return fault;
        }
        const std::string_view from = element.view().attribute_or("from", {});
        if (from.empty() || fault == StanzaFault::bad_from) {
            fail(CloseCause::error_from_us,
                 {StreamCondition::improper_addressing, make_error_code(StreamFault::no_from).message()},
                 "The component '" + domain_.str() + "' sent a stanza without a valid 'from'.");
            return fault;
        }
        if (check_from_ && JidView::of_prepared(from).domain() != domain_.str()) {
            fail(CloseCause::error_from_us,
                 {StreamCondition::invalid_from, make_error_code(StreamFault::foreign_from).message()},
                 "The component '" + domain_.str() + "' sent a stanza in the name of another domain.");
            return fault;
        }
        return !fault && element.view().attribute_or("to", {}).empty() ? make_error_code(StreamFault::no_to) : fault;
    }

    bool address_answer(Stanza& answer) const override {
        if (answer.from().empty() && !server_.empty()) answer.set_from(server_);
        return !answer.to().empty();
    }

    std::string advice(const StreamError&) const override { return {}; }

    std::string silence() const override {
        return state() == State::awaiting_header ? "The component did not say who it is."
                                                 : "The component '" + domain_.str() + "' sent no handshake.";
    }

    void refuse_header(StreamError error) {
        fail(error.condition == StreamCondition::host_unknown ? CloseCause::refused : CloseCause::error_from_us, error,
             "A component was turned away: " + std::string(to_string(error.condition)) + ".");
    }

    void refuse_second() {
        fail(CloseCause::error_from_us, {StreamCondition::conflict, "A component of that name is connected already."},
             "A second connection for the component '" + domain_.str() + "' was turned away.");
    }

    const ComponentDirectory& directory_;
    const std::string id_;
    const Jid server_;
    const bool check_from_;
    Jid peer_from_;  // RFC 6120 §4.7.2: told back
    Jid domain_;
    bool served_ = false;
};

}  // namespace

AcceptingStream::AcceptingStream(const ComponentDirectory& directory, std::string stream_id, AcceptingOptions options)
    : Stream(std::make_unique<AcceptingCore>(directory, std::move(stream_id), std::move(options))) {}

}  // namespace rondel::stream
