// Components by XEP-0114, byte by byte: one that echoes, and one that asks.
#pragma once

#include <functional>

#include "link.hpp"
#include "options.hpp"
#include "talk.hpp"

namespace load {

class Component : public Link {
  public:
    Component(Loop& loop, const Options& options, std::uint16_t port, std::string domain);
    bool is_there() const { return there_; }

  protected:
    virtual void take_message(std::string_view element) = 0;

  private:
    void take(std::string_view element) final;

    std::string secret_;
    bool there_ = false;
};

class Echo final : public Component {
  public:
    using FindTalk = std::function<Talk*(std::size_t)>;  // empty: whatever comes is echoed
    Echo(Loop& loop, const Options& options, FindTalk find, Counts& counts);

  private:
    void take_message(std::string_view element) override;

    FindTalk find_;
    std::string component_;
    Counts& counts_;
};

class Asker final : public Component {
  public:
    Asker(Loop& loop, const Options& options, Counts& counts);
    Talk& talk() { return talk_; }
    void ask_on() { asks_ = true; }
    void ask_no_more() { asks_ = false; }
    void fill();

  private:
    void take_message(std::string_view element) override;

    const Options& options_;
    Talk talk_;
    bool asks_ = false;
};

}  // namespace load
