#include "rondel/server/home.hpp"

#include "rondel/server/arriving.hpp"

#include <stdexcept>
#include <utility>

namespace rondel::server {

Home::Home(Switchboard& the_board, Storage& the_storage, DomainOptions the_options)
    : board(the_board),
      storage(the_storage),
      options(std::move(the_options)),
      started(options.clock ? options.clock() : Instant()) {
    if (options.name.empty() || options.name.domain() != options.name.str())
        throw std::invalid_argument("The name of a domain is a domain alone, not '" + options.name.str() + "'.");
    if (!options.clock || !options.calendar)
        throw std::invalid_argument("A domain needs a clock and a calendar (DomainOptions).");
}

void Home::run(const std::function<void()>& work) {
    if (busy_) return work();
    struct Busy {
        explicit Busy(bool& flag_) : flag(flag_) { flag = true; }
        ~Busy() { flag = false; }
        bool& flag;
    } const guard(busy_);
    work();
    while (!inbox_.empty()) {
        Stanza next = std::move(inbox_.front());
        inbox_.pop_front();
        arrive(std::move(next));
    }
    sweep();
}

// What is known of a user goes with the last that we have to do with them.
void Home::sweep() {
    for (const std::string& name : std::exchange(visitors_, {})) {
        const auto at = users.find(name);
        if (at != users.end() && at->second->resources.empty()) users.erase(at);
    }
}

Time Home::calendar() const { return std::chrono::floor<std::chrono::milliseconds>(options.calendar()); }

User* Home::present_user(std::string_view username) {
    const auto at = users.find(username);
    return at == users.end() ? nullptr : at->second.get();
}

User* Home::find_user(std::string_view username) {
    if (username.empty()) return nullptr;
    if (User* here = present_user(username)) return here;
    const bool guest = guests.account(username).has_value();
    if (!guest && !storage.account(username)) return nullptr;
    Result<Jid> bare = Jid::from_parts(username, name().str(), {});
    if (!bare) return nullptr;
    visitors_.emplace_back(username);
    Storage& kept = guest ? static_cast<Storage&>(guests) : storage;
    return users.emplace(std::string(username), std::make_unique<User>(*std::move(bare), kept, guest))
        .first->second.get();
}

std::shared_ptr<Resource> Home::find_resource(JidView full) {
    if (full.is_bare() || !is_ours(full)) return nullptr;
    User* user = present_user(full.local());
    return user == nullptr ? nullptr : user->find(full.resource());
}

bool Home::reaches(JidView to) const { return is_ours(to) || board.serves(to.domain()); }

void Home::route(Stanza stanza) {
    const JidView to = stanza.to();
    if (!is_ours(to)) return board.route(std::move(stanza));
    // Somebody may sit at the switchboard under an address of our domain: an entity in this process.
    const bool elsewhere =
        !to.local().empty() && (board.is_taken(to.str()) || (!to.is_bare() && board.is_taken(to.bare().str())));
    if (elsewhere) return board.route(std::move(stanza));
    arrive(std::move(stanza));
}

void Home::arrive(Stanza stanza) {
    if (!busy_) return run([this, &stanza] { arrive(std::move(stanza)); });
    try {
        receive(*this, stanza);
    } catch (const StorageError& error) {
        log(error.what());
        if (stanza) refuse(stanza, Condition::internal_server_error);
    }
}

void Home::arrive_later(Stanza stanza) {
    if (!busy_) return arrive(std::move(stanza));
    inbox_.push_back(std::move(stanza));
}

void Home::hand(Resource& resource, const Stanza& stanza) {
    const bool is_request = stanza.is_request();
    if (is_request)
        if (const std::optional<Iq> oldest = resource.owed.add(stanza))
            refuse(*oldest, Condition::remote_server_timeout);
    if (resource.send(stanza)) return;
    if (is_request) resource.owed.settle_request(stanza);
    refuse(stanza, Condition::resource_constraint);
}

void Home::refuse(const Stanza& stanza, const StanzaError& error, bool even_presence) {
    if (stanza.is_error() || stanza.from().empty()) return;
    switch (stanza.kind()) {
        case StanzaKind::message:
            return answer(Message(stanza.copy()).error_reply(error));
        case StanzaKind::presence:
            if (even_presence) answer(Presence(stanza.copy()).error_reply(error));
            return;
        case StanzaKind::iq:
            if (stanza.is_request()) answer(Iq(stanza.copy()).error_reply(error));
            return;
    }
}

// Past the list of the blocked: what the server itself has to say to one of us is always heard.
void Home::answer(Stanza stanza) {
    const JidView to = stanza.to();
    if (const auto resource = find_resource(to)) {
        hand(*resource, stanza);
    } else if (!is_ours(to)) {
        board.route(std::move(stanza));
    } else if (board.is_taken(to.str()) || stanza.kind() == StanzaKind::presence) {
        route(std::move(stanza));
    }
}

void Home::log(std::string_view line) const {
    if (options.log) options.log(LogLevel::error, line);
}

Presence make_presence(JidView from, JidView to, PresenceType type) {
    Presence presence(to, type);
    presence.set_from(from);
    return presence;
}

}  // namespace rondel::server
