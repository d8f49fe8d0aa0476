// The client's side: from authentication to a session, one step after the other.
#include "tests/support/client_steps.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

using enum StreamCondition;

std::string bind_error(std::string_view condition) {
    return "<iq type='error' id='bind'><error type='cancel'><" + std::string(condition) +
           " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
}
std::string bound_as(std::string_view address) {
    return "<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>" + std::string(address) +
           "</jid></bind></iq>";
}
constexpr std::string_view bind_any = "<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>";

Conversation& binding(Conversation&& conversation) {
    return authenticated_client_of_ours(std::move(conversation)).receives(features(bind_offer)).sends(bind_balcony);
}

TEST(ClientBinding, R009_the_address_is_what_the_server_says) {
    binding(Conversation(client()))
        .receives(bound_as("Juliet@Capulet.example/another"))
        .reports("opened s3 juliet@capulet.example/another");
    authenticated_client_of_ours(Conversation(client(juliet(""))))
        .receives(features(bind_offer))
        .sends(bind_any)
        .receives(bound_as("juliet@capulet.example/r1"))
        .reports("opened s3 juliet@capulet.example/r1");
}

TEST(ClientBinding, R009_an_answer_without_a_full_address_is_none) {
    for (const std::string& bad :
         {bound_as("juliet@capulet.example"), bound_as(""), bound_as("@"), std::string("<iq type='result' id='bind'/>"),
          std::string("<iq type='get' id='bind'/>")})
        binding(Conversation(client()))
            .receives(bad)
            .sends(stream_error(undefined_condition, "A full JID was to be expected.") + "</stream:stream>")
            .ends(CloseCause::error_from_us, undefined_condition);
}

TEST(ClientBinding, a_resource_that_is_taken_or_none_is_left_to_the_server) {
    for (const char* condition : {"conflict", "bad-request", "not-acceptable"})
        binding(Conversation(client()))
            .receives(bind_error(condition))
            .sends(bind_any)
            .receives(bound_as("juliet@capulet.example/r1"))
            .opens();
    binding(Conversation(client()))
        .receives(bind_error("conflict"))
        .sends(bind_any)
        .receives(bind_error("conflict"))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, undefined_condition)
        .because("gave juliet@capulet.example no resource: conflict.");
}

TEST(ClientBinding, R070_too_many_resources_are_told) {
    binding(Conversation(client()))
        .receives(bind_error("resource-constraint"))
        .sends("</stream:stream>")
        .ends(CloseCause::error_from_peer, resource_constraint)
        .because("Too many connections of this account");
}

TEST(ClientBinding, a_server_without_binding_is_of_no_use) {
    authenticated_client_of_ours(Conversation(client()))
        .receives("<stream:features/>")
        .sends(stream_error(unsupported_feature, "Resource binding is needed.") + "</stream:stream>")
        .ends(CloseCause::error_from_us, unsupported_feature);
}

TEST(ClientBinding, a_session_of_RFC_3921_is_established_where_it_is_not_optional) {
    const std::string session = "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>";
    const std::string ask = "<iq type='set' id='session'>" + session + "</iq>";
    authenticated_client_of_ours(Conversation(client()))
        .receives(features(std::string(bind_offer) + session))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(ask)
        .receives("<iq type='result' id='session'/>")
        .opens();
    authenticated_client_of_ours(Conversation(client()))
        .receives(features(std::string(bind_offer) + session))
        .sends(bind_balcony)
        .receives(bound_balcony)
        .sends(ask)
        .receives("<iq type='error' id='session'/>")
        .sends(stream_error(undefined_condition, "A session was to be expected.") + "</stream:stream>")
        .ends(CloseCause::error_from_us, undefined_condition);
    opened_client(Conversation(client()),
                  "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                  "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'><optional/></session>");
}

TEST(ClientBinding, what_an_earlier_stream_left_goes_out_first) {
    stream::Unsent unsent{.bytes = "<message to='a@b'/>", .sizes = {19}};
    const MakeStream make = [unsent] {
        auto stream = client()();
        stream->adopt(unsent);
        return stream;
    };
    opened_client(Conversation(make)).sends("<message to='a@b'/>");
}

TEST(ClientBinding, knows_what_the_server_has) {
    opened_client(Conversation(client()),
                  "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>"
                  "<ver xmlns='urn:xmpp:features:rosterver'/>")
        .does([](Stream& stream, Instant) {
            const auto& namespaces = static_cast<stream::ClientStream&>(stream).features();
            EXPECT_EQ(namespaces.size(), 2u);
            EXPECT_EQ(namespaces.back(), "urn:xmpp:features:rosterver");
        });
}

}  // namespace
}  // namespace rondel::test
