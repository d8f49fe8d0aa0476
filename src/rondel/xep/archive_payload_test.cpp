#include "rondel/xep/archive_payload.hpp"

#include "tests/support/round_trip.hpp"
#include <gtest/gtest.h>

namespace rondel::archive {
namespace {

using test::is_read;
using test::round_trip;

TEST(ArchivePayload, a_question_is_written_as_the_specification_does) {  // XEP-0313 §4
    EXPECT_EQ(round_trip<Query>("<query xmlns='urn:xmpp:mam:2' queryid='f27'/>").queryid, "f27");
    const Query query = round_trip<Query>(
        "<query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>"
        "<field type='hidden' var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>"
        "<field var='start'><value>2010-08-07T00:00:00Z</value></field></x>"
        "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max><after>09af3-cc343-b409f</after></set>"
        "<flip-page/></query>");
    ASSERT_TRUE(query.form && query.set);
    EXPECT_EQ(query.form->form_type(), ns);
    EXPECT_EQ(query.form->value("start"), "2010-08-07T00:00:00Z");
    EXPECT_EQ(query.set->after, "09af3-cc343-b409f");
    EXPECT_TRUE(query.flip_page);
}

TEST(ArchivePayload, a_result_holds_a_whole_message) {
    Result result = round_trip<Result>(
        "<result xmlns='urn:xmpp:mam:2' queryid='f27' id='28482-98726-73623'><forwarded xmlns='urn:xmpp:forward:0'>"
        "<delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>"
        "<message xmlns='jabber:client' from='witch@shakespeare.lit' to='macbeth@shakespeare.lit'>"
        "<body>Hail to thee</body></message></forwarded></result>");
    EXPECT_EQ(result.id, "28482-98726-73623");
    EXPECT_EQ(std::move(result.forwarded).take_message()->body(), "Hail to thee");
    EXPECT_FALSE(is_read<Result>("<result xmlns='urn:xmpp:mam:2' queryid='f27' id='1'/>"));
    EXPECT_FALSE(is_read<Result>("<result xmlns='urn:xmpp:mam:2'><forwarded xmlns='urn:xmpp:forward:0'/></result>"));
}

TEST(ArchivePayload, the_end_says_whether_it_is_all) {
    const Fin fin = round_trip<Fin>(
        "<fin xmlns='urn:xmpp:mam:2' complete='true'><set xmlns='http://jabber.org/protocol/rsm'>"
        "<first index='0'>23452-4534-1</first><last>390-2342-22</last><count>16</count></set></fin>");
    EXPECT_TRUE(fin.complete);
    EXPECT_TRUE(fin.stable);
    EXPECT_EQ(fin.set.last, "390-2342-22");
    const Fin shaky = round_trip<Fin>(
        "<fin xmlns='urn:xmpp:mam:2' stable='false'><set xmlns='http://jabber.org/protocol/rsm'/></fin>");
    EXPECT_FALSE(shaky.complete);
    EXPECT_FALSE(shaky.stable);
}

TEST(ArchivePayload, what_is_there_at_all) {  // §5
    const Metadata metadata = round_trip<Metadata>(
        "<metadata xmlns='urn:xmpp:mam:2'><start id='YWxwaGEg' timestamp='2008-08-22T21:09:04Z'/>"
        "<end id='b21lZ2Eg' timestamp='2020-04-20T14:34:21Z'/></metadata>");
    EXPECT_EQ(metadata.start->id, "YWxwaGEg");
    EXPECT_EQ(to_string(metadata.end->timestamp), "2020-04-20T14:34:21Z");
    EXPECT_FALSE(round_trip<Metadata>("<metadata xmlns='urn:xmpp:mam:2'/>").start);
}

TEST(ArchivePayload, preferences_are_two_lists_and_the_rest) {  // XEP-0441 §2.1
    const Preferences preferences = round_trip<Preferences>(
        "<prefs xmlns='urn:xmpp:mam:2' default='roster'><always><jid>romeo@montague.lit</jid></always>"
        "<never><jid>montague@montague.lit</jid></never></prefs>");
    EXPECT_EQ(preferences.standard, Standard::roster);
    EXPECT_EQ(preferences.always->jids.at(0), "romeo@montague.lit"_jid);
    EXPECT_EQ(preferences.never->jids.at(0), "montague@montague.lit"_jid);
    test::expect_written(Preferences{.standard = Standard::never},
                         "<prefs xmlns='urn:xmpp:mam:2' default='never'><always/><never/></prefs>");
    EXPECT_FALSE(is_read<Preferences>("<prefs xmlns='urn:xmpp:mam:2' default='sometimes'/>"));
    EXPECT_FALSE(is_read<Preferences>("<prefs xmlns='urn:xmpp:mam:2'/>"));
}

}  // namespace
}  // namespace rondel::archive
