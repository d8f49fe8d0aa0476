#include "rondel/server/switchboard.hpp"

#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"

#include <algorithm>
#include <new>

namespace rondel::server {

bool Switchboard::attach(JidView address, Party& party) {
    const auto [at, is_new] = seats_.try_emplace(std::string(address.str()));
    if (!is_new) return false;
    at->second.party = &party;
    const auto give_back = [&] {
        if (const auto domain = domains_.find(address.domain()); domain != domains_.end() && domain->second.seats == 0)
            domains_.erase(domain);
        if (const auto bare = resources_.find(address.bare().str()); bare != resources_.end() && bare->second.empty())
            resources_.erase(bare);
        seats_.erase(at);
    };
    try {
        Served& served = domains_[std::string(address.domain())];
        if (!address.is_bare()) resources_[std::string(address.bare().str())].push_back(&party);
        ++served.seats;
        if (address.str() == address.domain()) served.whole = &at->second;  // which stays where it is
    } catch (...) {  // no memory: nobody sits here, or the party would be called when it is gone
        give_back();
        throw;
    }
    return true;
}

bool Switchboard::displace(JidView address, Instant now) {
    const auto at = seats_.find(address.str());
    return at == seats_.end() || at->second.party->give_way(now);
}

void Switchboard::detach(JidView address) {
    const auto at = seats_.find(address.str());
    if (at == seats_.end()) return;
    const std::list<Iq> left = at->second.owed.take_all();
    if (const auto bare = resources_.find(address.bare().str()); bare != resources_.end()) {
        std::erase(bare->second, at->second.party);
        if (bare->second.empty()) resources_.erase(bare);
    }
    const auto domain = domains_.find(address.domain());
    if (domain->second.whole == &at->second) domain->second.whole = nullptr;
    if (--domain->second.seats == 0) domains_.erase(domain);
    seats_.erase(at);
    for (const Iq& request : left) {
        try {
            bounce(request, Condition::recipient_unavailable);
        } catch (const std::bad_alloc&) {  // the others are to be told, if this one cannot
            continue;
        }
    }
}

std::size_t Switchboard::owed() const {
    std::size_t all = 0;
    for (const auto& [address, seat] : seats_) all += seat.owed.size();
    return all;
}

void Switchboard::bounce_owed() {
    std::list<Iq> all;
    for (auto& [address, seat] : seats_) all.splice(all.end(), seat.owed.take_all());
    for (const Iq& request : all) bounce(request, Condition::recipient_unavailable);
}

Switchboard::Seat* Switchboard::find(JidView to) {
    const auto domain = domains_.find(to.domain());
    if (domain == domains_.end()) return nullptr;
    const Served& served = domain->second;
    if (served.whole != nullptr && served.seats == 1) return served.whole;  // nearly always
    for (const std::string_view address : {to.str(), to.bare().str()})
        if (const auto at = seats_.find(address); at != seats_.end()) return &at->second;
    return served.whole;
}

std::vector<std::string> Switchboard::whole_domains() const {
    std::vector<std::string> names;
    for (const auto& [domain, served] : domains_)
        if (served.whole != nullptr) names.push_back(domain);
    std::ranges::sort(names);
    return names;
}

// RFC 6121 §8.5.2.1.1: messages for a bare JID may go to all its resources, and presence does; §8.5.3.2.1: what is for
// a resource that has left is treated as for the bare JID if it is a normal message or a chat.
bool Switchboard::route_to_resources(const Stanza& stanza) {
    const JidView to = stanza.to();
    const auto bare = resources_.find(to.bare().str());
    if (bare == resources_.end() || stanza.is_error() || stanza.kind() == StanzaKind::iq) return false;
    const std::string_view type = stanza.type();
    if (type == "groupchat" || (!to.is_bare() && (type == "headline" || stanza.kind() == StanzaKind::presence)))
        return false;
    for (Party* party : std::vector<Party*>(bare->second)) {
        const auto now = resources_.find(to.bare().str());  // one may have gone while another was delivered to
        if (now != resources_.end() && std::ranges::find(now->second, party) != now->second.end())
            party->deliver(Stanza(stanza.element().copy()));
    }
    return true;
}

Condition Switchboard::why_unreachable(std::string_view domain) const {
    if (serves(domain)) return Condition::service_unavailable;
    return expected_.contains(domain) ? Condition::remote_server_timeout : Condition::remote_server_not_found;
}

void Switchboard::route(Stanza stanza) {
    const bool is_answer = stanza.kind() == StanzaKind::iq && !stanza.is_request();
    if (is_answer)  // also when whoever asked has left
        if (Seat* answerer = find(stanza.from())) answerer->owed.settle(stanza);
    Seat* seat = find(stanza.to());
    if (seat == nullptr && route_to_resources(stanza)) return;
    if (seat == nullptr) return bounce(stanza, why_unreachable(stanza.to().domain()));
    Party& party = *seat->party;
    if (stanza.is_request()) {
        // What somebody asks itself is owed to nobody who would be told: so a component sees whether its stream lives,
        // and does not answer (stream/ping.hpp).
        const bool asks_itself = stanza.from().domain() == stanza.to().domain() && find(stanza.from()) == seat;
        const auto keep = [&] { return asks_itself ? std::nullopt : seat->owed.add(stanza); };
        if (const std::optional<Iq> oldest = keep()) bounce(*oldest, Condition::remote_server_timeout);
    }
    if (auto jam = party.jam()) met_ = std::move(jam);  // not after delivery, when the party may be gone
    party.deliver(std::move(stanza));
}

// Never an error about an error or a result (RFC 6120 §8.3.1); presence to nobody is dropped (RFC 6121 §8.5.1).
void Switchboard::bounce(const Stanza& stanza, Condition condition) {
    if (stanza.is_error() || stanza.kind() == StanzaKind::presence) return;
    if (stanza.kind() == StanzaKind::iq && !stanza.is_request()) return;
    if (Seat* receiver = stanza.is_request() ? find(stanza.to()) : nullptr) receiver->owed.settle_request(stanza);
    Seat* sender = find(stanza.from());
    if (sender == nullptr) return;
    const StanzaError error(condition);
    Stanza copy(stanza.element().copy());
    if (stanza.kind() == StanzaKind::iq)
        sender->party->deliver(Iq(std::move(copy)).error_reply(error));
    else
        sender->party->deliver(Message(std::move(copy)).error_reply(error));
}

}  // namespace rondel::server
