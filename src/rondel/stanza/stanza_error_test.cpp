#include "rondel/stanza/stanza_error.hpp"

#include "rondel/stanza/iq.hpp"
#include "rondel/stanza/message.hpp"

#include <string>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::stanza_of;

struct Row {
    const char* id;
    Condition condition;
    const char* name;
    ErrorType usual;
};

std::ostream& operator<<(std::ostream& out, const Row& row) { return out << row.id; }

class R082 : public testing::TestWithParam<Row> {};

// RFC 6120 §8.3.3.1 to §8.3.3.22: the condition's name on the wire, and the type that goes with it.
INSTANTIATE_TEST_SUITE_P(
    conditions, R082,
    testing::Values(Row{"R082a", Condition::bad_request, "bad-request", ErrorType::modify},
                    Row{"R082b", Condition::conflict, "conflict", ErrorType::cancel},
                    Row{"R082c", Condition::feature_not_implemented, "feature-not-implemented", ErrorType::cancel},
                    Row{"R082d", Condition::forbidden, "forbidden", ErrorType::auth},
                    Row{"R082e", Condition::gone, "gone", ErrorType::cancel},
                    Row{"R082f", Condition::internal_server_error, "internal-server-error", ErrorType::cancel},
                    Row{"R082g", Condition::item_not_found, "item-not-found", ErrorType::cancel},
                    Row{"R082h", Condition::jid_malformed, "jid-malformed", ErrorType::modify},
                    Row{"R082i", Condition::not_acceptable, "not-acceptable", ErrorType::modify},
                    Row{"R082j", Condition::not_allowed, "not-allowed", ErrorType::cancel},
                    Row{"R082k", Condition::not_authorized, "not-authorized", ErrorType::auth},
                    Row{"R082l", Condition::policy_violation, "policy-violation", ErrorType::modify},
                    Row{"R082m", Condition::recipient_unavailable, "recipient-unavailable", ErrorType::wait},
                    Row{"R082n", Condition::redirect, "redirect", ErrorType::modify},
                    Row{"R082o", Condition::registration_required, "registration-required", ErrorType::auth},
                    Row{"R082p", Condition::remote_server_not_found, "remote-server-not-found", ErrorType::cancel},
                    Row{"R082q", Condition::remote_server_timeout, "remote-server-timeout", ErrorType::wait},
                    Row{"R082r", Condition::resource_constraint, "resource-constraint", ErrorType::wait},
                    Row{"R082s", Condition::service_unavailable, "service-unavailable", ErrorType::cancel},
                    Row{"R082t", Condition::subscription_required, "subscription-required", ErrorType::auth},
                    Row{"R082u", Condition::undefined_condition, "undefined-condition", ErrorType::cancel},
                    Row{"R082v", Condition::unexpected_request, "unexpected-request", ErrorType::wait}),
    [](const auto& row) { return row.param.id; });

TEST_P(R082, is_written_as_the_rfc_names_it_and_read_back) {
    const Row& row = GetParam();
    EXPECT_EQ(to_string(row.condition), row.name);
    EXPECT_EQ(parse_condition(row.name), row.condition);
    EXPECT_EQ(usual_type(row.condition), row.usual);

    const Message in(Stanza(stanza_of("<message id='1' from='a@example.com/x' to='b.example.com'/>")));
    const Message answer = in.error_reply(StanzaError(row.condition));
    const ElementView error = answer.element().child("error", xml::stanza_ns);
    EXPECT_EQ(error.attribute("type"), to_string(row.usual));
    EXPECT_TRUE(error.child(row.name, stanza_errors_ns));

    const auto read = answer.error();
    ASSERT_TRUE(read);
    EXPECT_EQ(read->condition(), row.condition);
    EXPECT_EQ(read->type(), row.usual);
}

TEST(StanzaError, R082_error_types_are_five) {
    for (const auto& [name, type] : {std::pair("auth", ErrorType::auth), std::pair("cancel", ErrorType::cancel),
                                     std::pair("continue", ErrorType::continue_),
                                     std::pair("modify", ErrorType::modify), std::pair("wait", ErrorType::wait)}) {
        EXPECT_EQ(parse_error_type(name), type);
        EXPECT_EQ(to_string(type), name);
    }
    EXPECT_EQ(parse_error_type(""), std::nullopt);
    EXPECT_EQ(parse_error_type("Cancel"), std::nullopt);
}

TEST(StanzaError, R082_there_is_no_error_on_what_is_no_error) {
    const Iq in(Stanza(stanza_of("<iq type='get' id='1' from='a@example.com' to='b.example.com'><x xmlns='y'/></iq>")));
    EXPECT_FALSE(in.result().element().child("error", xml::stanza_ns));
    const Message odd(Stanza(stanza_of(
        "<message><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>")));
    EXPECT_FALSE(odd.error()) << "the type says it, not a child";
}

TEST(StanzaError, everything_comes_back_from_a_round_trip) {
    const StanzaError given = StanzaError(Condition::gone, ErrorType::modify, "Moved <away> & gone.")
                                  .by("example.com")
                                  .lang("en")
                                  .new_address("xmpp:romeo@afterlife.example.net")
                                  .application("moved", "urn:example:errors");
    Element element("error", xml::stanza_ns);
    given.write(element);
    EXPECT_TRUE(
        same(element,
             stanza_of(
                 "<error type='modify' by='example.com'>"
                 "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:romeo@afterlife.example.net</gone>"
                 "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>Moved &lt;away&gt; &amp; gone.</text>"
                 "<moved xmlns='urn:example:errors'/></error>")));
    const StanzaError read = StanzaError::parse(element);
    EXPECT_EQ(read.condition(), given.condition());
    EXPECT_EQ(read.type(), given.type());
    EXPECT_EQ(read.text(), given.text());
    EXPECT_EQ(read.lang(), given.lang());
    EXPECT_EQ(read.by(), given.by());
    EXPECT_EQ(read.new_address(), given.new_address());
    EXPECT_EQ(read.application_name(), given.application_name());
    EXPECT_EQ(read.application_ns(), given.application_ns());
}

TEST(StanzaError, an_address_goes_with_gone_and_redirect_only) {
    Element element("error", xml::stanza_ns);
    StanzaError(Condition::forbidden).new_address("xmpp:elsewhere.example.com").write(element);
    EXPECT_EQ(element.child("forbidden", stanza_errors_ns).text(), "");
    EXPECT_EQ(
        StanzaError::parse(
            stanza_of(
                "<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>x</forbidden></error>"))
            .new_address(),
        "");
}

TEST(StanzaError, R085_V45_whatever_came_is_read_as_something) {
    constexpr auto stanzas = "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'";
    const auto error = [&](std::string_view inside, std::string_view type = "type='wait'") {
        std::string text = "<error " + std::string(type) + ">" + std::string(inside) + "</error>";
        for (std::size_t at; (at = text.find('#')) != std::string::npos;) text.replace(at, 1, stanzas);
        return StanzaError::parse(stanza_of(text));
    };
    const auto expect = [](const StanzaError& read, Condition condition, ErrorType type) {
        EXPECT_EQ(to_string(read.condition()), to_string(condition));
        EXPECT_EQ(to_string(read.type()), to_string(type));
    };
    expect(error("<unheard-of #/>"), Condition::undefined_condition, ErrorType::wait);
    expect(error("<conflict #/><gone #/>"), Condition::conflict, ErrorType::wait);
    expect(error("<text #>why</text><gone #/>"), Condition::gone, ErrorType::wait);
    expect(error("<unheard-of #/><gone #/>"), Condition::undefined_condition, ErrorType::wait);
    expect(error(""), Condition::undefined_condition, ErrorType::wait);
    expect(error("<conflict/>"), Condition::undefined_condition, ErrorType::wait);  // of another namespace
    expect(error("<gone #/>", ""), Condition::gone, ErrorType::cancel);
    expect(error("<forbidden #/>", "type='never'"), Condition::forbidden, ErrorType::auth);
    expect(error("", ""), Condition::undefined_condition, ErrorType::cancel);
    expect(StanzaError::parse(ElementView()), Condition::undefined_condition, ErrorType::cancel);
}

TEST(StanzaError, R085_an_unknown_condition_of_an_application_is_kept_and_changes_nothing) {
    const StanzaError read =
        StanzaError::parse(stanza_of("<error type='cancel'><too-many xmlns='urn:example:e'/><conflict "
                                     "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"));
    EXPECT_EQ(read.condition(), Condition::conflict);
    EXPECT_EQ(read.application_name(), "too-many");
    EXPECT_EQ(read.application_ns(), "urn:example:e");
}

TEST(StanzaError, V45_an_error_without_an_error_is_undefined) {
    const Message message(Stanza(stanza_of("<message type='error' from='a@example.com'><body>hi</body></message>")));
    ASSERT_TRUE(message.error());
    EXPECT_EQ(message.error()->condition(), Condition::undefined_condition);
}

TEST(StanzaError, says_what_it_is) {
    EXPECT_STREQ(StanzaError(Condition::forbidden, "Members only.").what(), "Members only.");
    EXPECT_STREQ(StanzaError(Condition::forbidden).what(), "forbidden");
    EXPECT_STREQ(StanzaError(Condition::unexpected_request).what(), "unexpected-request");
}

TEST(StanzaError, names_of_no_condition_are_none) {
    for (const std::string_view name : {"", "text", "bad", "bad-request ", "BAD-REQUEST", "zzz", "aaa"})
        EXPECT_EQ(parse_condition(name), std::nullopt) << name;
}

}  // namespace
}  // namespace rondel
