#include "rondel/server/queries.hpp"

#include "rondel/server/about_domain.hpp"
#include "rondel/server/about_user.hpp"
#include "rondel/server/archive_queries.hpp"
#include "rondel/server/block_queries.hpp"
#include "rondel/server/carbon_copies.hpp"
#include "rondel/server/registrations.hpp"
#include "rondel/server/rosters.hpp"
#include "rondel/xep/archive.hpp"
#include "rondel/xep/blocking.hpp"
#include "rondel/xep/carbons.hpp"
#include "rondel/xep/disco.hpp"
#include "rondel/xep/entity_time.hpp"
#include "rondel/xep/last_activity.hpp"
#include "rondel/xep/ping.hpp"
#include "rondel/xep/registration.hpp"
#include "rondel/xep/roster.hpp"
#include "rondel/xep/vcard.hpp"
#include "rondel/xep/version.hpp"

namespace rondel::server {

namespace {

using enum IqType;

// RFC 3921 §3: older clients want it, and it means nothing any more.
Answer start_session(Home&, const Asked& asked) {
    if (asked.own == nullptr) throw StanzaError(Condition::service_unavailable);
    return {};
}

// For anybody, unless it says otherwise itself.
constexpr Question of_domain[] = {
    question<disco::InfoQuery>(get, domain_info),
    question<disco::ItemsQuery>(get, domain_items),
    question<ping::Ping>(get, pong),
    question<version::Query>(get, domain_version),
    question<entity_time::Query>(get, domain_time),
    question<last_activity::Query>(get, domain_uptime),
    question<registration::Query>(get, registration_form),
    question<registration::Registration>(set, change_registration),
    {set, "session", "urn:ietf:params:xml:ns:xmpp-session", start_session},
};

constexpr Question of_account[] = {
    question<roster::Query>(get, get_roster),
    question<roster::Query>(set, set_roster),
    question<disco::InfoQuery>(get, account_info),
    question<disco::ItemsQuery>(get, account_items),
    question<ping::Ping>(get, account_pong),
    question<last_activity::Query>(get, account_activity),
    question<vcard::Card>(get, get_card),
    question<vcard::Card>(set, set_card),
    question<carbons::Enable>(set, enable_carbons),
    question<carbons::Disable>(set, disable_carbons),
    question<blocking::Query>(get, get_blocklist),
    question<blocking::Block>(set, block),
    question<blocking::Unblock>(set, unblock),
    question<archive::Query>(get, archive_form),
    question<archive::Query>(set, search_archive),
    question<archive::MetadataQuery>(get, archive_metadata),
    question<archive::PreferencesQuery>(get, get_preferences),
    question<archive::Preferences>(set, set_preferences),
};

Answering find(std::span<const Question> questions, const Iq& iq) {
    const ElementView payload = iq.payload();
    for (const Question& one : questions)
        if (one.type == iq.type() && payload.is(one.name, one.ns)) return one.answer;
    return nullptr;
}

void answer(Home& home, Answering answering, const Asked& asked) {
    try {
        if (answering == nullptr) throw StanzaError(Condition::service_unavailable);
        const Answer answer = answering(home, asked);
        home.answer(answer.payload ? asked.iq.result(answer.payload) : asked.iq.result());
        if (answer.after) answer.after();
    } catch (const StanzaError& error) {
        home.refuse(asked.iq, error);
    } catch (const StorageError& error) {
        home.log(error.what());
        home.refuse(asked.iq, Condition::internal_server_error);
    }
}

// The session that asks the domain about itself, if it is one of ours.
Asked about_domain(Home& home, const Iq& iq) {
    Asked asked{.iq = iq};
    if (const auto resource = home.find_resource(iq.from())) {
        asked.user = home.present_user(iq.from().local());
        asked.own = resource.get();
    }
    return asked;
}

}  // namespace

void answer_for_domain(Home& home, Iq iq) {
    const auto keep = home.find_resource(iq.from());  // it may be its last request
    answer(home, find(of_domain, iq), about_domain(home, iq));
}

// What is for no address is for the account (RFC 6120 §10.3.3); what only the domain knows is asked of it that way,
// too.
void answer_for_account(Home& home, User& user, Iq iq, Resource* own) {
    const auto keep = home.find_resource(iq.from());
    if (own == nullptr && user.owns(iq.from())) own = keep.get();
    Answering answering = find(of_account, iq);
    if (answering == nullptr && iq.to().empty()) answering = find(of_domain, iq);
    answer(home, answering, {iq, &user, own});
}

}  // namespace rondel::server
