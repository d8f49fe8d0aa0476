// The server's side of a client's stream, step by step. Not for other floors.
//
// accepting_client_opening.cpp: header, features, TLS, SASL, registration.
// accepting_client_binding.cpp: from authentication to a session: inline, by binding, or one of before.
// accepting_client_session.cpp: what a client may do once it has a session.
#pragma once

#include "rondel/stanza/iq.hpp"
#include "rondel/stream/accepting_client_stream.hpp"
#include "rondel/stream/authentication.hpp"
#include "rondel/stream/client_features.hpp"
#include "rondel/stream/core.hpp"

#include <functional>
#include <optional>
#include <string>

namespace rondel::stream {

class AcceptingClientCore final : public Core {
  public:
    AcceptingClientCore(ClientDirectory& directory, AcceptingClientOptions options,
                        std::function<std::string()> stream_ids);

    std::optional<Resumption> take_resumption();
    std::string_view resumption_id() const { return session_id_; }

  private:
    bool speaks_first() const override { return false; }
    std::string own_header() const override;
    void take_header() override;
    void negotiate(xml::Element element) override;
    std::error_code check_sent(const Stanza&) const override { return {}; }  // what the server sends is its own affair
    std::error_code check_received(xml::Element& element, std::error_code fault) override;
    bool take_other(xml::ElementView element) override;
    bool address_answer(Stanza& answer) const override;
    std::string advice(const StreamError&) const override { return {}; }
    std::string silence() const override;
    bool outlives_silence() const override { return !session_id_.empty(); }

    // Headers and features.
    std::optional<StreamError> what_is_wrong_with_header();
    std::optional<StreamError> what_is_wrong_with_from(std::string_view from);
    void offer();
    ClientFeatures before_authentication() const;
    ClientFeatures after_authentication(bool bound) const;
    sasl::Channel channel() const;
    bool may_authenticate() const { return tls() || !settings_.require_tls; }
    void renew_id() { id_ = stream_ids_(); }

    // Before authentication.
    void start_tls();
    void authenticate(xml::ElementView element);
    void refuse(SaslProfile profile, const sasl::Failure& failure);
    void count_failure(std::string why);
    void succeed(const sasl::Success& success);
    void succeed_inline(const sasl::Success& success);
    void take_registration(Element element);

    // Between authentication and session.
    void take_before_session(Element element);
    void bind(const Iq& request);
    void resume(const ResumeRequest& request);
    void count_bind_failure();
    std::optional<Jid> ask_for_address(const BindRequest& request, Condition& refused);
    std::optional<Resumption> find_session(const ResumeRequest& request, std::string& failed);
    void go_on(const Resumption& earlier, std::uint32_t h);
    std::string grant_token();
    std::string enable(const EnableRequest& request);
    void begin_session(Opened how);
    bool is_anonymous() const { return account_->local().empty(); }

    void answer(const Stanza& answer);
    void refuse_stanza();
    void refuse_element();

    ClientDirectory& directory_;
    const AcceptingClientOptions settings_;
    const std::function<std::string()> stream_ids_;

    std::string id_;         // of this stream
    std::string host_ = {};  // that the client named, and we serve; empty: not yet
    Jid peer_from_ = {};     // of the client's header
    std::string lang_ = {};  // of the client's header
    Authentication authentication_;
    int failures_ = 0;
    int bind_failures_ = 0;
    std::string last_failure_ = {};  // a sentence, for the log
    bool has_registered_ = false;

    std::optional<Jid> account_ = {};  // bare, once authenticated; the domain alone: anonymous
    Jid address_ = {};                 // full, once there is a session
    std::string session_id_ = {};      // by which it can be resumed
};

}  // namespace rondel::stream
