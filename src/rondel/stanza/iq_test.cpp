#include "rondel/stanza/iq.hpp"

#include "rondel/stanza/message.hpp"
#include "rondel/stanza/presence.hpp"

#include <stdexcept>
#include <string>

#include "tests/support/stanza_text.hpp"
#include <gtest/gtest.h>

namespace rondel {
namespace {

using test::stanza_of;

constexpr auto question =
    "<iq type='get' id='v1' from='juliet@capulet.lit/balcony' to='echo.example.com'><query "
    "xmlns='jabber:iq:version'/></iq>";

Iq iq_of(std::string_view text) { return Iq(Stanza(stanza_of(text))); }

TEST(Iq, is_made_with_its_type_and_address) {
    Iq iq(IqType::set, "example.com"_jid);
    iq.add("query", "urn:example:x");
    EXPECT_TRUE(same(iq.element(), stanza_of("<iq type='set' to='example.com'><query xmlns='urn:example:x'/></iq>")));
    EXPECT_TRUE(same(Iq(IqType::get, {}).element(), stanza_of("<iq type='get'/>")));
    EXPECT_EQ(iq.payload().name(), "query");
    EXPECT_FALSE(Iq(IqType::get, {}).payload());
}

TEST(Iq, its_types_are_four) {
    for (const IqType type : {IqType::get, IqType::set, IqType::result, IqType::error}) {
        const Iq iq(type, "example.com"_jid);
        EXPECT_EQ(iq.type(), type);
        EXPECT_EQ(iq.Stanza::type(), to_string(type));
        EXPECT_EQ(iq.is_request(), type == IqType::get || type == IqType::set);
    }
}

TEST(Iq, a_result_swaps_the_addresses_and_keeps_the_id) {
    EXPECT_TRUE(same(iq_of(question).result().element(),
                     stanza_of("<iq type='result' id='v1' to='juliet@capulet.lit/balcony' from='echo.example.com'/>")));
    EXPECT_TRUE(same(iq_of(question).result(Element("pong", "urn:example:p")).element(),
                     stanza_of("<iq type='result' id='v1' to='juliet@capulet.lit/balcony' from='echo.example.com'>"
                               "<pong xmlns='urn:example:p'/></iq>")));
}

TEST(Iq, an_error_swaps_the_addresses_keeps_the_id_and_drops_the_payload) {
    EXPECT_TRUE(same(
        iq_of(question).error_reply(StanzaError(Condition::forbidden, "No.")).element(),
        stanza_of("<iq type='error' id='v1' to='juliet@capulet.lit/balcony' from='echo.example.com'><error type='auth'>"
                  "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
                  "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No.</text></error></iq>")));
}

TEST(Iq, without_addresses_there_are_none_to_swap) {
    const Iq iq = iq_of("<iq type='get' id='1'><x xmlns='y'/></iq>");
    EXPECT_TRUE(same(iq.result().element(), stanza_of("<iq type='result' id='1'/>")));
}

TEST(Iq, R078_the_id_comes_back_exactly) {
    for (const std::string& id : {std::string(), std::string("<&>\"'"), std::string(" two  blanks "),
                                  std::string("\xC3\xA9\xF0\x9F\x8E\xAD"), std::string(10 * 1024, 'i')}) {
        Iq iq = iq_of(question);
        iq.set_id(id);
        EXPECT_EQ(iq.result().id(), id);
        EXPECT_EQ(iq.error_reply(StanzaError(Condition::conflict)).id(), id);
        Message message("b@example.com"_jid, "hi");
        message.set_id(id);
        EXPECT_EQ(message.error_reply(StanzaError(Condition::conflict)).id(), id);
        Presence presence("b@example.com"_jid);
        presence.set_id(id);
        EXPECT_EQ(presence.error_reply(StanzaError(Condition::conflict)).id(), id);
    }
    EXPECT_EQ(Message("b@example.com"_jid).error_reply(StanzaError(Condition::conflict)).id(), std::nullopt);
}

TEST(Iq, R081_results_and_errors_are_never_answered) {
    for (const char* text : {"<iq type='result' id='1'/>", "<iq type='error' id='1'/>", "<iq type='odd' id='1'/>"}) {
        EXPECT_THROW(static_cast<void>(iq_of(text).result()), std::logic_error);
        EXPECT_THROW(static_cast<void>(iq_of(text).error_reply(StanzaError(Condition::conflict))), std::logic_error);
    }
}

TEST(Iq, R083_an_error_is_never_answered_with_an_error) {
    const Message message(Stanza(stanza_of("<message type='error' id='1' from='a@example.com'/>")));
    EXPECT_THROW(static_cast<void>(message.error_reply(StanzaError(Condition::conflict))), std::logic_error);
    const Presence presence(Stanza(stanza_of("<presence type='error' id='1' from='a@example.com'/>")));
    EXPECT_THROW(static_cast<void>(presence.error_reply(StanzaError(Condition::conflict))), std::logic_error);
}

TEST(Iq, what_is_no_type_counts_as_an_error_so_that_nobody_answers_it) {
    EXPECT_EQ(iq_of("<iq type='odd' id='1'/>").type(), IqType::error);
    EXPECT_FALSE(iq_of("<iq id='1'/>").is_request());
}

TEST(Iq, its_error_is_read) {
    const Iq iq = iq_of(
        "<iq type='error' id='1'><query xmlns='x'/><error type='cancel'>"
        "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
    ASSERT_TRUE(iq.error());
    EXPECT_EQ(iq.error()->condition(), Condition::item_not_found);
    EXPECT_FALSE(iq_of(question).error());
}

// What Stanza::parse refuses is answered all the same.

std::optional<Stanza> answer_to(std::string_view text) {
    Element element = stanza_of(text);
    const Result<Stanza> parsed = Stanza::parse(element);
    EXPECT_FALSE(parsed) << text;
    return fault_reply(element, parsed ? std::error_code() : parsed.error());
}

Condition condition_of(const std::optional<Stanza>& answer) {
    EXPECT_TRUE(answer);
    return answer ? StanzaError::parse(answer->element().child("error", xml::stanza_ns)).condition()
                  : Condition::undefined_condition;
}

TEST(FaultReply, R079_faulty_requests_are_bad_requests) {
    for (const char* text :
         {"<iq type='get' from='a@example.com/x' to='b.example.com' id='1'/>",
          "<iq type='set' from='a@example.com/x' to='b.example.com' id='1'><x xmlns='y'/><x xmlns='y'/></iq>",
          "<iq type='odd' from='a@example.com/x' to='b.example.com' id='1'><x xmlns='y'/></iq>",
          "<iq from='a@example.com/x' to='b.example.com' id='1'><x xmlns='y'/></iq>"}) {
        const auto answer = answer_to(text);
        EXPECT_EQ(condition_of(answer), Condition::bad_request) << text;
        EXPECT_EQ(answer->kind(), StanzaKind::iq);
        EXPECT_EQ(answer->to().str(), "a@example.com/x");
        EXPECT_EQ(answer->from().str(), "b.example.com");
        EXPECT_EQ(answer->id(), "1");
        EXPECT_TRUE(answer->is_error());
    }
    const auto answer = answer_to("<iq type='get' from='a@example.com/x' to='b.example.com'><x xmlns='y'/></iq>");
    EXPECT_EQ(condition_of(answer), Condition::bad_request);
    EXPECT_EQ(answer->id(), std::nullopt);
}

TEST(FaultReply, an_address_that_is_none_is_malformed_and_not_mirrored) {
    const auto to = answer_to("<message from='A@example.com/x' to='@' id='1'><body>hi</body></message>");
    EXPECT_EQ(condition_of(to), Condition::jid_malformed);
    EXPECT_EQ(to->kind(), StanzaKind::message);
    EXPECT_EQ(to->to().str(), "a@example.com/x");
    EXPECT_TRUE(to->from().empty());
    EXPECT_EQ(to->id(), "1");

    const auto from = answer_to("<presence from='@' to='b.example.com'/>");
    EXPECT_EQ(condition_of(from), Condition::jid_malformed);
    EXPECT_EQ(from->kind(), StanzaKind::presence);
    EXPECT_TRUE(from->to().empty());
    EXPECT_EQ(from->from().str(), "b.example.com");
}

TEST(FaultReply, R081_R083_errors_and_results_get_none) {
    EXPECT_FALSE(answer_to("<message type='error' from='a@example.com' to='@'/>"));
    EXPECT_FALSE(answer_to("<presence type='error' from='@' to='b.example.com'/>"));
    EXPECT_FALSE(answer_to("<iq type='error' from='a@example.com' to='b.example.com'/>"));
    EXPECT_FALSE(answer_to("<iq type='result' id='1' from='a@example.com'><x xmlns='y'/><x xmlns='y'/></iq>"));
}

TEST(FaultReply, what_is_no_stanza_gets_none) {
    EXPECT_FALSE(answer_to("<note from='a@example.com'/>"));
    EXPECT_FALSE(answer_to("<message xmlns='urn:example:x' from='a@example.com'/>"));
    EXPECT_FALSE(fault_reply(ElementView(), StanzaFault::bad_from));
}

TEST(FaultReply, R084_repeats_nothing_of_the_content) {
    const auto answer =
        answer_to("<iq type='set' from='a@example.com/x' id='1'><x xmlns='y'>secret</x><x xmlns='y'/></iq>");
    ASSERT_TRUE(answer);
    for (const ElementView child : answer->element().children()) EXPECT_EQ(child.name(), "error");
}

}  // namespace
}  // namespace rondel
