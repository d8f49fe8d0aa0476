#include "tests/support/conversation.hpp"

#include "rondel/xml/writer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "tests/support/sparse.hpp"
#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel::test {

using namespace stream;
using Step = Conversation::Step;
using Kind = Step::Kind;

namespace {

// How the bytes of one step reach the stream.
using Deliver = std::function<void(Actor&, std::size_t step, std::string_view bytes)>;

struct Transcript {
    std::string said;
    std::vector<std::string> reported;
    friend bool operator==(const Transcript&, const Transcript&) = default;
};

class Play {
  public:
    Play(const MakeStream& make, const std::vector<Step>& steps, std::string way, bool& failed)
        : make_(make), steps_(steps), way_(std::move(way)), failed_(failed) {}

    // All steps, with all that the script claims.
    Transcript check(const Deliver& deliver) {
        Actor actor(make_);
        for (step_ = 0; step_ < steps_.size(); ++step_) {
            const Step& step = steps_[step_];
            const bool claim = step.kind == Kind::sends || step.kind == Kind::reports;
            if (claim ? !claimed(actor, step) : !nothing_left(actor)) return transcript_;
            if (step.kind == Kind::receives) deliver(actor, step_, step.text);
            const std::string wrong = step.kind == Kind::acts ? step.act(actor) : std::string();
            if (!wrong.empty()) return fail(wrong), transcript_;
            if (!actor.fault().empty()) return fail(actor.fault()), transcript_;
        }
        step_ = steps_.size() - 1;
        nothing_left(actor);
        return transcript_;
    }

    // The first `count` steps and `bytes` of the next, unchecked; then what happens.
    void then(std::size_t count, std::size_t bytes, const std::function<void(Actor&)>& what_happens) {
        Actor actor(make_);
        for (step_ = 0; step_ < count; ++step_) {
            if (steps_[step_].kind == Kind::receives) actor.receive(steps_[step_].text);
            if (steps_[step_].kind == Kind::acts) steps_[step_].act(actor);
        }
        if (bytes > 0) actor.receive(std::string_view(steps_[step_].text).substr(0, bytes));
        if (step_ == steps_.size()) --step_;
        what_happens(actor);
        if (!actor.fault().empty()) fail(actor.fault());
        if (!actor.has_ended()) fail("The stream did not end.");
        if (actor.stream().is_open()) fail("The stream ended and is open.");
    }

    void fail(const std::string& message) {
        if (std::exchange(failed_, true)) return;
        const auto& where = steps_[step_].where;
        ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line())) << message << "\n(played " << way_ << ")";
    }

  private:
    bool claimed(Actor& actor, const Step& step) {
        if (step.kind == Kind::sends) {
            if (!actor.said.starts_with(step.text))
                return fail("Our side was to say:\n  " + step.text + "\nand said:\n  " + actor.said), false;
            actor.said.erase(0, step.text.size());
            transcript_.said += step.text;
            return true;
        }
        const std::string event = actor.reported.empty() ? "nothing" : actor.reported.front();
        if (!event.starts_with(step.text) || event.find(step.also) == std::string::npos)
            return fail("Our side was to report:\n  " + step.text + step.also + "\nand reported:\n  " + event), false;
        transcript_.reported.push_back(event);
        actor.reported.pop_front();
        return true;
    }

    bool nothing_left(const Actor& actor) {
        if (!actor.said.empty()) return fail("Our side said more than it should:\n  " + actor.said), false;
        if (!actor.reported.empty())
            return fail("Our side reported more than it should:\n  " + actor.reported.front()), false;
        return true;
    }

    const MakeStream& make_;
    const std::vector<Step>& steps_;
    const std::string way_;
    bool& failed_;
    std::size_t step_ = 0;
    Transcript transcript_;
};

// Sizes that fit to nothing, the same in each run.
void deliver_in_odd_chunks(Actor& actor, std::size_t step, std::string_view bytes) {
    constexpr std::array<std::size_t, 7> sizes{3, 1, 17, 5, 2, 29, 7};
    for (std::size_t i = step; !bytes.empty(); ++i) {
        const std::size_t size = std::min(bytes.size(), sizes[i % sizes.size()]);
        actor.receive(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
}

void play(const MakeStream& make, const std::vector<Step>& steps) {
    const Deliver whole = [](Actor& actor, std::size_t, std::string_view bytes) { actor.receive(bytes); };
    bool failed = false;
    const Transcript expected = Play(make, steps, "whole", failed).check(whole);
    if (failed) return;

    const auto same_when = [&](const std::string& way, const Deliver& deliver) {
        Play play(make, steps, way, failed);
        if (play.check(deliver) != expected) play.fail("What was reported differs from when played whole.");
    };
    same_when("byte by byte", [](Actor& actor, std::size_t, std::string_view bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i) actor.receive(bytes.substr(i, 1));
    });
    same_when("in odd chunks", deliver_in_odd_chunks);

    std::size_t size = 0;
    for (const Step& step : steps) size += step.kind == Kind::receives ? step.text.size() : 0;
    const bool is_short = size <= 2500;
    test::Sparse in_two, off;
    for (std::size_t cut = 0; cut < steps.size() && !failed; ++cut) {
        const std::size_t bytes = steps[cut].kind == Kind::receives ? steps[cut].text.size() : 0;
        for (std::size_t at = 1; is_short && at < bytes && !failed; ++at) {
            if (in_two.leaves_out()) continue;
            same_when("cut in two at byte " + std::to_string(at),
                      [cut, at](Actor& actor, std::size_t step, std::string_view all) {
                          actor.receive(all.substr(0, step == cut ? at : all.size()));
                          if (step == cut) actor.receive(all.substr(at));
                      });
        }
        for (std::size_t at = 0; (at == 0 || (is_short && at < bytes)) && !failed; ++at) {
            if (at != 0 && off.leaves_out()) continue;
            Play cut_off(make, steps, "cut off at byte " + std::to_string(at) + " of the step", failed);
            cut_off.then(cut, at, [&](Actor& actor) {
                const bool had_ended = actor.has_ended();
                actor.lose_connection();
                const CloseCause cause = actor.end().cause;
                if (!had_ended && cause != CloseCause::connection_lost && cause != CloseCause::closed_by_us)
                    cut_off.fail("The lost connection was reported as " + std::string(to_string(cause)) + ".");
                if (!actor.stream().output().empty()) cut_off.fail("There is output for a dead transport.");
            });
        }
        Play silent(make, steps, "with a peer that falls silent", failed);
        silent.then(cut, 0, [](Actor& actor) { actor.wait(std::chrono::hours(1)); });
    }
}

}  // namespace

Conversation::Conversation(MakeStream make, Where where) : make_(std::move(make)), where_(where) {}

Conversation::~Conversation() {
    if (steps_.empty())
        ADD_FAILURE_AT(where_.file_name(), static_cast<int>(where_.line())) << "The conversation has no steps.";
    else
        play(make_, steps_);
}

Conversation& Conversation::add(Step step) {
    steps_.push_back(std::move(step));
    return *this;
}

Conversation& Conversation::receives(std::string_view bytes, Where where) {
    return add({.kind = Kind::receives, .text = std::string(bytes), .where = where});
}

Conversation& Conversation::loses_connection(Where where) {
    const auto act = [](Actor& actor) { return actor.lose_connection(), std::string(); };
    return add({.kind = Kind::acts, .act = act, .where = where});
}

Conversation& Conversation::after(Duration time, Where where) {
    const auto act = [time](Actor& actor) { return actor.wait(time), std::string(); };
    return add({.kind = Kind::acts, .act = act, .where = where});
}

Conversation& Conversation::does(std::function<void(Stream&, Instant)> anything, Where where) {
    const auto act = [anything](Actor& actor) { return actor.act(anything), std::string(); };
    return add({.kind = Kind::acts, .act = act, .where = where});
}

Conversation& Conversation::says(std::string_view text, std::error_code answer, Where where) {
    const auto act = [text = std::string(text), answer](Actor& actor) {
        std::error_code given;
        actor.act([&](Stream& stream, Instant) { given = stream.send(Stanza(stanza_of(text))); });
        return given == answer ? std::string() : "send() answered: " + given.message();
    };
    return add({.kind = Kind::acts, .act = act, .where = where});
}

Conversation& Conversation::closes(Where where) {
    return does([](Stream& stream, Instant now) { stream.close(now); }, where);
}

Conversation& Conversation::closes_with(StreamCondition condition, Where where) {
    return does([condition](Stream& stream, Instant now) { stream.close({condition}, now); }, where);
}

Conversation& Conversation::sends(std::string_view bytes, Where where) {
    return add({.kind = Kind::sends, .text = std::string(bytes), .where = where});
}

Conversation& Conversation::connects(Where where) {
    return add({.kind = Kind::reports, .text = "connected", .where = where});
}

Conversation& Conversation::gets_secured(TlsFacts facts, Where where) {
    return does([facts](Stream& stream, Instant now) { stream.secured(facts, now); }, where);
}

Conversation& Conversation::reports(std::string_view event, Where where) {
    return add({.kind = Kind::reports, .text = std::string(event), .where = where});
}

Conversation& Conversation::wants_tls(Where where) { return reports("wants tls", where); }

Conversation& Conversation::opens(Where where) {
    return add({.kind = Kind::reports, .text = "opened ", .where = where});
}

Conversation& Conversation::gets(std::string_view text, Where where) {
    return add({.kind = Kind::reports, .text = "received " + std::string(text), .where = where});
}

Conversation& Conversation::refuses(std::string_view text, std::error_code why, Where where) {
    return add({.kind = Kind::reports, .text = "refused " + std::string(text) + ": " + why.message(), .where = where});
}

Conversation& Conversation::ends(CloseCause cause, std::optional<StreamCondition> error, Where where) {
    std::string text = "closed " + std::string(to_string(cause));
    if (error) text.append(" ").append(to_string(*error));
    return add({.kind = Kind::reports, .text = text + ": ", .where = where});
}

Conversation& Conversation::because(std::string_view part_of_why) {
    steps_.back().also = part_of_why;
    return *this;
}

MakeStream plays_component(StreamOptions options) { return component(plays, "test", options); }

MakeStream plays_server(AcceptingOptions options) {
    Components components;
    components.secrets.emplace(plays, "test");
    return accepting(std::move(components), usual_id, std::move(options));
}

Conversation& opened_component(Conversation&& conversation) {
    return conversation.sends(component_header(plays))
        .receives(server_header(plays))
        .connects()
        .sends(plays_handshake)
        .receives("<handshake/>")
        .opens();
}

Conversation& opened_server(Conversation&& conversation) {
    return conversation.receives(component_header(plays))
        .connects()
        .sends(server_header(plays))
        .receives(plays_handshake)
        .sends("<handshake/>")
        .opens();
}

std::string stream_error(StreamCondition condition, std::string_view text) {
    std::string bytes;
    StreamError{condition, std::string(text)}.write(bytes);
    return bytes;
}

}  // namespace rondel::test
