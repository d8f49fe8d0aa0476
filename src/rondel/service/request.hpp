// Requests: an iq of ours and how it ended (RFC 6120 §8.2.3).
#pragma once

#include "rondel/base/time.hpp"
#include "rondel/service/outcome.hpp"
#include "rondel/stanza/iq.hpp"

#include <chrono>
#include <functional>
#include <optional>

namespace rondel {

// Has constructors on purpose: it is made inside co_await expressions (see task.hpp).
class RequestOptions {
  public:
    RequestOptions() {}
    RequestOptions&& from(JidView from) && {
        return from_ = Jid(from), std::move(*this);
    }  // default: the entity's address
    RequestOptions&& timeout(Duration timeout) && {
        return timeout_ = timeout, std::move(*this);
    }  // default: the entity's option

    const Jid& from() const { return from_; }
    std::optional<Duration> timeout() const { return timeout_; }

  private:
    Jid from_;
    std::optional<Duration> timeout_;
};

// The end of a request.
class Answer {
  public:
    explicit Answer(Iq iq);  // a result or an error
    explicit Answer(Outcome outcome, std::error_code why = {}) : outcome_(outcome), why_(why) {}

    explicit operator bool() const { return outcome_ == Outcome::answered_result; }
    Outcome outcome() const { return outcome_; }
    const Iq& iq() const { return iq_; }  // empty unless answered
    Iq& iq() { return iq_; }
    ElementView payload() const { return iq_.payload(); }
    std::error_code why() const { return why_; }  // of a rejected one

    // What a handler may throw on: the peer's error; remote_server_timeout where nothing came or the connection was
    // lost; internal_server_error where it was rejected here. Precondition: !*this.
    StanzaError error() const;

  private:
    Iq iq_;
    Outcome outcome_;
    std::error_code why_;
};

using AnswerCallback = std::function<void(Answer)>;

}  // namespace rondel
