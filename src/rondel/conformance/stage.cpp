#include "rondel/conformance/stage.hpp"

#include "rondel/base/digest.hpp"
#include "rondel/base/encoding.hpp"
#include "rondel/base/random.hpp"
#include "rondel/conformance/log_in.hpp"
#include "rondel/conformance/pattern.hpp"
#include "rondel/conformance/verdict.hpp"

#include <fmt/format.h>

namespace rondel::conformance {

Stage::~Stage() {
    for (const auto& each : sessions_) try {
            each->leave();
        } catch (const std::exception&) {  // it has ended in another way
        }
}

// ---- streams ----

RawStream Stage::connect() {
    if (!server_.clients.known()) throw NotOffered("no place of clients was given");
    RawStream stream(Wire::connect(server_.clients, server_.limit), server_.limit);
    if (server_.direct_tls) stream.wire().secure(server_.trust, domain(), server_.limit);
    return stream;
}

RawStream Stage::secure() {
    RawStream stream = connect();
    if (stream.wire().is_secure()) return stream;
    stream.send(header(domain()));
    stream.expect_features();
    start_tls(stream, server_.trust, domain());
    return stream;
}

RawStream Stage::before_authentication() {
    RawStream stream = secure();
    stream.send(header(domain()));
    offered_ = stream.expect_features();
    return stream;
}

RawStream Stage::log_in(const Account& account) {
    RawStream stream = before_authentication();
    authenticate(stream, account, offered_);
    stream.restart();
    stream.send(header(domain()));
    offered_ = stream.expect_features();
    return stream;
}

RawStream Stage::authenticated(const std::string& who) { return log_in(account(who)); }

RawStream Stage::component_stream(std::size_t which) {
    return RawStream(Wire::connect(component_account(which).at, server_.limit), server_.limit);
}

// ---- sessions ----

std::string Stage::bind(RawStream& stream, const std::string& resource) {
    stream.send(fmt::format("<iq type='set' id='bind'><bind xmlns='{}'><resource>{}</resource></bind></iq>", bind_ns,
                            resource));
    const xml::Element answer =
        stream.expect(fmt::format("<iq type='result' id='bind'><bind xmlns='{}'><jid/></bind></iq>", bind_ns));
    return std::string(answer.child("bind", bind_ns).child("jid", bind_ns).text());
}

Session& Stage::adopt(RawStream stream, const std::string& own) {
    return *sessions_.emplace_back(std::make_unique<Session>(*this, std::move(stream), own));
}

Session& Stage::client(const std::string& who, const std::string& resource) {
    RawStream stream = authenticated(who);
    const std::string own = bind(stream, resource);
    words_[who + "/" + resource] = own;
    return adopt(std::move(stream), own);
}

Session& Stage::online(const std::string& who, const std::string& resource, std::string_view presence) {
    Session& session = client(who, resource);
    session.ask("<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>");
    session.send(presence);
    settle();
    for (const auto& each : sessions_) each->forget();
    return session;
}

Session& Stage::component(const std::string& name) {
    const std::size_t which = name == "echo" ? 0 : 1;
    const ComponentAccount& account = component_account(which);
    RawStream stream = component_stream(which);
    stream.send(header(account.domain, component_ns, ""));
    stream.expect_header();
    stream.send(fmt::format("<handshake>{}</handshake>",
                            to_hex(sha1({stream.header_attribute("id"), account.secret.reveal()}))));
    stream.expect("<handshake/>");
    words_[name] = account.domain;
    return adopt(std::move(stream), account.domain);
}

void Stage::befriend(Session& one, Session& other) {
    const auto bare = [](const Session& of) { return of.own().substr(0, of.own().find('/')); };
    for (Session* who : {&one, &other}) {
        Session& whom = who == &one ? other : one;
        who->send(fmt::format("<presence type='subscribe' to='{}'/>", bare(whom)));
        settle();
        whom.send(fmt::format("<presence type='subscribed' to='{}'/>", bare(*who)));
        settle();
    }
    for (const auto& each : sessions_) each->forget();
}

void Stage::settle() {
    for (int i = 0; i < 2; ++i)
        for (const auto& each : sessions_) each->round_trip();
}

// ---- who plays whom ----

const Account& Stage::account(const std::string& who) {
    Account*& found = cast_[who];
    if (found != nullptr) return *found;
    if (server_.accounts.size() < cast_.size())
        throw NotOffered(fmt::format("it takes {} accounts, and {} were given", cast_.size(), server_.accounts.size()));
    found = &server_.accounts[known_.next_account++ % server_.accounts.size()];
    words_[who] = found->name + "@" + domain();
    if (found->used) clean(*found);
    found->used = true;
    return *found;
}

const ComponentAccount& Stage::component_account(std::size_t which) const {
    if (which >= server_.components.size())
        throw NotOffered(which == 0 ? "no component was given" : "it takes two components");
    return server_.components[which];
}

// Roster, block list and waiting messages of an earlier case go.
void Stage::clean(const Account& account) {
    Stage stage(server_, known_);  // of its own: what this one has been offered stays
    RawStream stream = stage.log_in(account);
    const std::string own = stage.bind(stream, "cleaning-" + random_token(32));
    Session& session = stage.adopt(std::move(stream), own);
    const xml::Element roster = session.ask("<iq type='get' id='r'><query xmlns='jabber:iq:roster'/></iq>");
    int number = 0;
    for (const xml::ElementView item : roster.child("query", "jabber:iq:roster").children()) {
        session.ask(
            fmt::format("<iq type='set' id='x{}'><query xmlns='jabber:iq:roster'><item jid='{}' "
                        "subscription='remove'/></query></iq>",
                        number++, item.attribute_or("jid", {})));
    }
    session.ask("<iq type='set' id='b'><unblock xmlns='urn:xmpp:blocking'/></iq>");
    session.send("<presence/>");
    stage.settle();
}

std::string Stage::fill(std::string_view text) const {
    return replace_words(text, [this](std::string_view word) -> const std::string& {
        if (const auto found = words_.find(word); found != words_.end()) return found->second;
        if (word == "domain") return domain();
        throw std::logic_error(fmt::format("The case says {{{}}}, and nobody plays that.", word));
    });
}

std::string Stage::question(const Session& of, int number) const {
    const bool is_component = of.own().find('/') == std::string::npos;
    return fmt::format("<iq type='get' id='settle-{}'{} to='{}'><ping xmlns='urn:xmpp:ping'/></iq>", number,
                       is_component ? " from='" + of.own() + "'" : "", domain());
}

// ---- what the server offers ----

void Stage::needs_feature(std::string_view ns) {
    if (!known_.asked) learn();
    if (!known_.features.contains(std::string(ns))) throw NotOffered(fmt::format("the server does not offer {}", ns));
}

void Stage::learn() {
    Stage stage(server_, known_);
    Session& romeo = stage.client("romeo", "asking");
    for (const char* const whom : {"{domain}", "{romeo}"}) {
        const xml::Element answer = romeo.ask(fmt::format(
            "<iq type='get' id='{0}' to='{0}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>", whom));
        for (const xml::ElementView each : answer.child("query", "http://jabber.org/protocol/disco#info").children())
            if (each.name() == "feature") known_.features.emplace(each.attribute_or("var", {}));
    }
    known_.asked = true;
}

}  // namespace rondel::conformance
