#include "rondel/server/registrations.hpp"

#include "rondel/server/accounts.hpp"
#include "rondel/server/sessions.hpp"
#include "rondel/server/subscribing.hpp"
#include "rondel/xep/registration.hpp"

namespace rondel::server {

namespace {

User& whose(const Asked& asked) {
    if (asked.own == nullptr) throw StanzaError(Condition::service_unavailable);
    if (asked.user->guest) throw StanzaError(Condition::not_allowed, "Guests have no registration.");
    return *asked.user;
}

// Contacts are told that it is over (XEP-0077 §3.2); then everything of theirs goes.
void cancel(Home& home, User& user) {
    std::vector<Jid> contacts;
    for (const auto& [address, item] : user.contacts.all()) contacts.push_back(item.jid);
    for (const Jid& contact : contacts) remove_contact(home, user, contact);
    for (const auto& one : Resources(user.resources))
        end_session(home, user, *one,
                    stream::StreamError{stream::StreamCondition::not_authorized, "The account was removed."});
    user.storage.remove_account(user.name);  // last: nothing may be kept for it after that
}

}  // namespace

Answer registration_form(Home&, const Asked& asked) {
    const User& user = whose(asked);
    registration::Registration form;
    form.registered = true;
    form.username = user.name;
    form.password = "";
    return xml::encode(form);
}

Answer change_registration(Home& home, const Asked& asked) {
    User& user = whose(asked);
    auto wanted = read<registration::Registration>(asked);
    if (wanted.remove) {
        Answer answer;
        answer.after = [&home, &user] { cancel(home, user); };
        return answer;
    }
    if (!wanted.username || !wanted.password)
        throw StanzaError(Condition::bad_request, "The name of the user and the new password are wanted.");
    const Result<Jid> named = Jid::from_parts(*wanted.username, home.name().str(), {});
    if (!named || *named != user.bare) throw StanzaError(Condition::not_allowed, "That is not your account.");
    const Secret password = Secret::take(*wanted.password);
    if (const auto refused = Accounts(home).set_password(user.name, password))
        throw StanzaError(*refused, "That cannot be a password.");
    return {};
}

}  // namespace rondel::server
