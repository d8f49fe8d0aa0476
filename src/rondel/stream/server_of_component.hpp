// What the server's sides of a component's stream have in common, whoever began it (XEP-0114). Not for other floors.
#pragma once

#include "rondel/stream/accepting_stream.hpp"
#include "rondel/stream/core.hpp"

namespace rondel::stream {

class ServerOfComponentCore : public Core {
  protected:
    ServerOfComponentCore(const AcceptingOptions& options, std::string_view content_ns)
        : Core(options, {.peer = "The component", .content_ns = content_ns}),
          server_(options.server),
          check_from_(options.check_from) {}

    const Jid& server() const { return server_; }
    const Jid& domain() const { return domain_; }  // of the component, once it is known
    void set_domain(Jid domain) { domain_ = std::move(domain); }
    std::string quoted() const { return "'" + domain_.str() + "'"; }
    void open(const std::string& id) {
        opened({.id = id, .address = domain_}, OwnPings(id, "server", server_.empty() ? domain_ : server_, domain_));
    }

  private:
    std::error_code check_sent(const Stanza&) const override { return {}; }  // what the server sends is its own affair
    std::error_code check_received(xml::Element& element, std::error_code fault) override;
    bool address_answer(Stanza& answer) const override;
    std::string advice(const StreamError&) const override { return {}; }

    const Jid server_;
    const bool check_from_;
    Jid domain_;
};

}  // namespace rondel::stream
