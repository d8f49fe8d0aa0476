// A client: SASL ANONYMOUS without TLS, a resource, presence; then it talks to the component.
#pragma once

#include "link.hpp"
#include "options.hpp"
#include "talk.hpp"

namespace load {

class Client final : public Link {
  public:
    Client(Loop& loop, const Options& options, std::size_t number, Counts& counts);
    bool is_there() const { return step_ == Step::there; }
    Talk& talk() { return talk_; }
    void ask_on() { asks_ = true; }  // from now on, as many as may be in flight
    void ask_no_more() { asks_ = false; }
    void fill();

  private:
    enum class Step { authenticating, succeeding, binding, bound, presence, there };
    void take(std::string_view element) override;
    void log_in(std::string_view name, std::string_view element);
    void finish();

    const Options& options_;
    Talk talk_;
    Step step_ = Step::authenticating;
    bool asks_ = false;
};

}  // namespace load
