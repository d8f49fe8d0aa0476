// Who says too much: shares for each peer, and storms of presence, of which the newest is heard later.
#include "rondel/service/entity_state.hpp"

#include <string>
#include <utility>

namespace rondel {

namespace {

// What is kept of a text as it was written (decision 12) is not said twice.
std::size_t bytes_said(const xml::Block& block) {
    std::size_t bytes = block.text.size();
    for (const xml::Node& node : block.nodes)
        if (node.written != node.text.size) bytes -= node.written;
    return bytes;
}

}  // namespace

bool Entity::State::is_too_much(const Stanza& stanza, const Outside& outside) {
    if (stanza.kind() == StanzaKind::iq && !outside.asks()) return false;  // we may have asked
    const std::size_t bytes = bytes_said(*stanza.element().block());
    forget_later();
    if (shares.take(bare_of(outside.from().value_or(std::string_view())), bytes, now)) return false;
    ledger.exceed_share();
    if (may_complain()) log(LogLevel::warning, "A peer says more than its share; turned what was above it away.");
    turn_away(stanza, StanzaError(Condition::resource_constraint));
    return true;
}

bool Entity::State::waits_out_storm(Stanza& stanza, const Outside& outside) {
    const std::string sender(outside.from().value_or(std::string_view()));
    if (stanza.kind() != StanzaKind::presence) {
        hear_held(sender);  // before what was said behind it
        return stopped;
    }
    forget_later();
    switch (storms.weigh(stanza, sender, now)) {
        case Storms::Verdict::heard:
            hear_held(sender);  // of it, where this is no change of presence but a request, say
            return stopped;
        case Storms::Verdict::held:
            watch_storm(sender);
            return true;
        case Storms::Verdict::merged:
            ledger.merge_presence();
            return true;
        case Storms::Verdict::dropped:
            ledger.refuse();
            return true;
    }
    return true;
}

// Of a stranger nothing stays behind: who has rested is as good as new.
void Entity::State::forget_later() {
    constexpr Duration pause = std::chrono::seconds(10);
    if (std::exchange(forgetting, true)) return;
    add_call(pause, [this] {
        forgetting = false;
        shares.forget_rested(now);
        storms.forget_rested(now);
        if (shares.remembered() != 0 || storms.remembers()) forget_later();
    });
}

void Entity::State::watch_storm(const std::string& sender) {
    if (!storms.watch(sender)) return;
    add_call(storms.due(sender) - now, [this, sender] {
        storms.end_watch(sender);
        if (!storms.holds(sender)) return;
        if (storms.due(sender) <= now) return hear_held(sender);
        watch_storm(sender);  // it is another one, held since
    });
}

void Entity::State::hear_held(std::string_view sender) {
    if (!storms.any() || stopped) return;
    std::optional<Stanza> held = storms.release(sender, now);
    if (!held) return;
    if (dispatch->filters_in().empty())
        receive_after_all(*held);
    else
        receive_filtered(*held);
}

// Of what a stranger does, not at each stanza: that would fill the disk.
bool Entity::State::may_complain() {
    constexpr Duration quiet = std::chrono::seconds(10);
    if (now < complaint_after) return false;
    complaint_after = now + quiet;
    return true;
}

}  // namespace rondel
