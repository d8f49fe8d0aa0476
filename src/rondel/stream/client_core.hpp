// The client's side of its stream, step by step. Not for other floors.
//
// client_opening.cpp: header, features, TLS.
// client_authentication.cpp: SASL, in both profiles.
// client_binding.cpp: from authentication to a session: inline, by binding, or one of before.
// client_session.cpp: once there is a session, and what is left of it.
#pragma once

#include "rondel/stanza/iq.hpp"
#include "rondel/stream/client_stream.hpp"
#include "rondel/stream/core.hpp"
#include "rondel/stream/offered_features.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rondel::stream {

class ClientCore final : public Core {
  public:
    ClientCore(ClientIdentity who, ClientStreamOptions options, std::optional<Resumption> earlier);

    std::optional<Resumption> take_resumption();
    const std::vector<std::string>& features() const { return offered_.namespaces; }
    void set_active(bool active);

  private:
    // What is awaited of the server, once it has greeted us.
    enum class Step {
        features,
        proceed,              // to <starttls/>
        sasl,                 // a challenge, or how it ended
        sasl2,                // the same in XEP-0388
        features_of_success,  // which SASL2 lets follow, without a restart
        resumed,              // to <resume/>
        bound,                // to the iq that binds
        session,              // to the iq of RFC 3921
        enabled,              // to <enable/>
    };

    bool speaks_first() const override { return true; }
    std::string own_header() const override;
    void take_header() override;
    void negotiate(xml::Element element) override;
    std::error_code check_sent(const Stanza&) const override { return {}; }  // the server says who it is from
    std::error_code check_received(xml::Element&, std::error_code fault) override { return fault; }
    bool address_answer(Stanza& answer) const override;
    std::string advice(const StreamError& error) const override;
    std::string silence() const override;
    bool outlives_silence() const override { return !session_.id.empty(); }

    // Opening.
    void take_features(xml::ElementView features);
    void take_proceed(xml::ElementView element);
    void give_up_without_tls(std::string what_happened);
    void refuse_element(xml::ElementView element);

    // Authentication.
    void authenticate();
    void say_auth(const std::optional<std::string>& initial);
    void say_authenticate(const std::optional<std::string>& initial);
    std::string write_bind2() const;
    void take_sasl(xml::ElementView element);
    void respond(xml::ElementView challenge);
    void take_failure(xml::ElementView failure);
    void take_success(xml::ElementView success);
    void abort_authentication(std::error_code why);
    void give_up_authentication(CloseCause cause, std::string why);
    std::string_view sasl_profile() const;
    std::string account_name() const;

    // Binding.
    void take_inline(xml::ElementView success);
    void take_token(xml::ElementView token);
    void begin_session();  // what is to be done next for one
    void say_resume();
    void take_resumed(xml::ElementView element);
    void go_on(xml::ElementView resumed);
    void forsake_earlier(xml::ElementView failed);
    void say_bind();
    void take_bound(xml::ElementView element);
    void take_bind_error(const StanzaError& error);
    void say_session_or_enable();
    void take_session(xml::ElementView element);
    void take_enabled(xml::ElementView element);
    void note_enabled(xml::ElementView enabled);
    void open(bool resumed);
    bool hold_stanza(xml::Element& element);
    std::string write_enable() const;

    const ClientIdentity who_;
    const ClientStreamOptions settings_;

    Step step_ = Step::features;
    std::string id_ = {};  // of this stream
    OfferedFeatures offered_ = {};
    std::unique_ptr<sasl::ClientMechanism> mechanism_ = {};
    std::vector<std::string> failed_ = {};  // mechanisms
    std::string last_failure_ = {};         // of the server, as a sentence
    std::string token_mechanism_ = {};      // of a token that was asked for, or shown
    bool authenticated_ = false;
    bool asks_for_resource_ = true;
    bool carbons_ = false;  // enabled with Bind 2
    bool active_ = true;
    bool can_say_state_ = false;

    std::optional<Resumption> earlier_;
    Resumption session_ = {};  // of this one: id, address, location, most
};

}  // namespace rondel::stream
