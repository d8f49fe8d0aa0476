#include "rondel/server/sessions.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/server/messages.hpp"
#include "rondel/server/presence_sharing.hpp"

#include <algorithm>
#include <new>
#include <utility>

namespace rondel::server {

namespace {

const stream::StreamError displaced{stream::StreamCondition::conflict, "Another session has taken its place."};

Result<Jid> full_jid(const User& user, std::string_view resource) { return user.bare.with_resource(resource); }

std::string random_name() { return random_token(72); }

// The same for each session of one client, so that the next one finds its place taken by the one before; and not its
// id, which is nobody else's affair (XEP-0386 §4.1).
std::string name_of_client(const User& user, std::string_view client_id) {
    return to_hex(sha256({user.bare.str(), "\n", client_id})).substr(0, 16);
}

// The last one out; of guests nothing is left behind.
void let_go(Home& home, const User& user) {
    if (!user.resources.empty()) return;
    if (user.guest) home.guests.remove_account(user.name);
    home.may_leave(user);
}

}  // namespace

void end_session(Home& home, User& user, Resource& resource, const std::optional<stream::StreamError>& error) {
    if (resource.ended) return;
    resource.ended = true;
    ClientLink* const link = std::exchange(resource.link, nullptr);
    const auto keep = user.find(resource.address.resource());
    std::erase(user.resources, keep);
    std::vector<Stanza> waiting = resource.take_waiting();
    const std::list<Iq> owed = resource.owed.take_all();
    Presence unavailable(PresenceType::unavailable);
    unavailable.set_from(resource.address);
    // Who could not know that it was there is not to learn it from its end (R086).
    std::vector<bool> knew;
    for (const Iq& request : owed)
        knew.push_back(user.shows_presence_to(request.from()) || resource.is_known_to(request.from()));
    end_presence(home, user, resource, unavailable);
    auto known = knew.begin();
    for (const Iq& request : owed)
        home.refuse(request, *known++ ? Condition::recipient_unavailable : Condition::service_unavailable);
    rescue(home, resource, std::move(waiting));
    let_go(home, user);
    if (link != nullptr && error) link->end(*error);
}

void rescue(Home& home, const Resource& ended, std::vector<Stanza> stanzas) {
    for (Stanza& stanza : stanzas) {
        if (stanza.kind() != StanzaKind::message) continue;
        User* user = home.find_user(ended.address.local());
        try {
            if (user == nullptr)
                home.refuse(stanza, Condition::service_unavailable);
            else
                rescue_message(home, *user, ended.address, std::move(stanza));
        } catch (const StorageError& error) {
            home.log(error.what());
        } catch (const std::bad_alloc&) {  // the others are to be kept, if this one cannot
            home.log("A message was lost: no memory.");
        }
    }
}

// An account without a name, or one that nobody has, is a guest's: the stream has let them in.
User* Sessions::user_of(const stream::BindRequest& request) {
    std::string name(request.account.local());
    if (!name.empty())
        if (User* user = home_.find_user(name)) return user;
    if (!home_.options.anonymous) return nullptr;
    if (name.empty()) {
        std::array<unsigned char, 10> bytes;
        fill_random(bytes);
        name = "guest-" + to_hex(bytes);
    }
    home_.guests.put_account({name, {}, false});
    return home_.find_user(name);
}

std::size_t Sessions::reserved_for(const User& user) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        reserved_, [&user](const auto& one) { return user.owns(JidView::of_prepared(one.first)); }));
}

void Sessions::end(User& user, Resource& resource, const std::optional<stream::StreamError>& error) {
    if (resource.is_held()) {
        gone_.push_back({user.name, resource.held_id(), resource.held_count()});
        if (gone_.size() > most_gone) gone_.pop_front();
    }
    kept_until_.erase(resource.address.str());
    end_session(home_, user, resource, error);
}

// RFC 6120 §7.7.2.2. A session whose stream is lost makes room under any policy: it may be this very client's.
std::optional<Condition> Sessions::make_room(User& user, const std::string& resource) {
    const auto holder = user.find(resource);
    if (holder && (holder->link == nullptr || home_.options.conflict == ResourceConflict::replace_old))
        end(user, *holder, displaced);
    else if (holder)
        return Condition::conflict;
    while (user.resources.size() + reserved_for(user) >= home_.options.most_resources) {
        const auto lost = std::ranges::find_if(user.resources, [](const auto& one) { return one->link == nullptr; });
        if (lost == user.resources.end()) return Condition::resource_constraint;
        const auto keep = *lost;
        end(user, *keep, displaced);
    }
    return std::nullopt;
}

std::variant<Jid, Condition> Sessions::bind(const stream::BindRequest& request) {
    User* user = user_of(request);
    if (user == nullptr) return Condition::not_authorized;
    std::string wanted = request.resource;
    const bool is_known_client = wanted.empty() && !request.client_id.empty();
    if (wanted.empty()) {
        const std::string made = is_known_client ? name_of_client(*user, request.client_id) : random_name();
        wanted = request.tag.empty() ? made : request.tag + "." + made;
    }
    Result<Jid> address = full_jid(*user, wanted);
    if (!address) return Condition::bad_request;
    if (is_known_client) {
        // XEP-0386 §4: under any policy, a client's earlier session gives way to its next one.
        if (const auto earlier = user->find(address->resource())) end(*user, *earlier, displaced);
        if (is_reserved(*address)) address = full_jid(*user, random_name());  // one that was just about to begin
    }
    const auto holder = user->find(address->resource());
    const bool taken = is_reserved(*address) || (holder && holder->link != nullptr);
    if (taken && home_.options.conflict == ResourceConflict::rename_new) {
        address = full_jid(*user, wanted + "." + random_name());
        if (!address) address = full_jid(*user, random_name());  // it was too long already
    } else if (is_reserved(*address)) {
        return Condition::conflict;  // somebody is just about to have it
    }
    if (const auto refused = make_room(*user, std::string(address->resource()))) return *refused;
    const Instant until = home_.now() + opening;
    reserved_.insert_or_assign(address->str(), until);
    wake_at(until, *address);
    return *std::move(address);
}

std::shared_ptr<Resource> Sessions::open(const Jid& address, ClientLink& link) {
    User* user = home_.find_user(address.local());
    if (user == nullptr) return nullptr;  // the account was removed at this moment
    forget_wake(reserved_, address);
    forget_wake(kept_until_, address);
    std::shared_ptr<Resource> resource = user->find(address.resource());
    if (resource == nullptr) {
        resource = std::make_shared<Resource>(address);
        resource->user = user;
        user->resources.push_back(resource);
    }
    resource->link = &link;
    return resource;
}

std::optional<stream::Resumption> Sessions::take(const Jid& account, std::string_view id) {
    User* user = home_.present_user(account.local());
    if (user == nullptr || id.empty()) return std::nullopt;
    for (const auto& one : Resources(user->resources)) {
        const std::string_view its_id = one->is_held() ? one->held_id() : one->link ? one->link->resumption_id() : "";
        if (its_id.empty() || !equal_in_constant_time(its_id, id)) continue;
        if (!one->is_held()) {
            ClientLink& before = *one->link;
            std::optional<stream::Resumption> left = before.take_resumption();
            if (!left) return std::nullopt;
            one->hold(*std::move(left));
            before.end(displaced);
        }
        const Instant until = home_.now() + opening;  // then it ends, if nobody has opened it
        kept_until_.insert_or_assign(one->address.str(), until);
        wake_at(until, one->address);
        return one->take_held();
    }
    return std::nullopt;
}

void Sessions::give_back(stream::Resumption left) {
    const auto resource = home_.find_resource(left.address);
    if (!resource || resource->link != nullptr || resource->is_held()) return;
    resource->hold(std::move(left));
    lose(*resource);
}

std::optional<std::uint32_t> Sessions::handled_in(const Jid& account, std::string_view id) const {
    for (const Gone& one : gone_)
        if (one.account == account.local() && equal_in_constant_time(one.id, id)) return one.handled;
    return std::nullopt;
}

void Sessions::leave(Resource& resource) {
    if (User* user = home_.present_user(resource.address.local())) end(*user, resource, std::nullopt);
}

void Sessions::lose(Resource& resource) {
    User* user = resource.ended ? nullptr : resource.user;
    if (user == nullptr) return;
    if (!resource.is_held() && !resource.link->resumption_id().empty())
        if (std::optional<stream::Resumption> left = resource.link->take_resumption()) resource.hold(*std::move(left));
    if (!resource.is_held()) return end(*user, resource, std::nullopt);
    const Duration most = resource.held_for();
    const Instant until = home_.now() + (most > Duration::zero() ? most : home_.options.resumption);
    kept_until_.insert_or_assign(resource.address.str(), until);
    wake_at(until, resource.address);
}

// Nothing is to be done then any more.
void Sessions::forget_wake(Deadlines& which, const Jid& address) {
    const auto at = which.find(address.str());
    if (at == which.end()) return;
    const auto [first, end] = wakes_.equal_range(at->second);
    const auto wake = std::find_if(first, end, [&address](const auto& one) { return one.second == address; });
    if (wake != end) wakes_.erase(wake);
    which.erase(at);
}

void Sessions::wake_at(Instant when, const Jid& address) {
    const bool earlier = when < deadline();
    wakes_.emplace(when, address);
    if (earlier && on_deadline_) on_deadline_();
}

Instant Sessions::deadline() const { return wakes_.empty() ? never : wakes_.begin()->first; }

void Sessions::expire(Instant now) {
    while (!wakes_.empty() && wakes_.begin()->first <= now) {
        const Jid address = std::move(wakes_.extract(wakes_.begin()).mapped());
        if (const auto at = reserved_.find(address.str()); at != reserved_.end() && at->second <= now) {
            reserved_.erase(at);
            if (home_.present_user(address.local()) == nullptr) home_.guests.remove_account(address.local());
        }
        const auto kept = kept_until_.find(address.str());
        if (kept == kept_until_.end() || kept->second > now) continue;
        const auto resource = home_.find_resource(address);
        kept_until_.erase(kept);
        if (resource && resource->link == nullptr) end(*home_.present_user(address.local()), *resource, std::nullopt);
    }
}

std::size_t Sessions::count() const {
    std::size_t count = 0;
    for (const auto& [name, user] : home_.users) count += user->resources.size();
    return count;
}

std::size_t Sessions::owed() const {
    std::size_t all = 0;
    for (const auto& [name, user] : home_.users)
        for (const auto& resource : user->resources) all += resource->owed.size();
    return all;
}

void Sessions::refuse_owed() {
    std::list<Iq> all;
    for (const auto& [name, user] : home_.users)
        for (const auto& resource : user->resources) all.splice(all.end(), resource->owed.take_all());
    for (const Iq& request : all) home_.refuse(request, Condition::service_unavailable);
}

}  // namespace rondel::server
