#include "rondel/server/archive_queries.hpp"

#include "rondel/server/archiving.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::Component;
using test::Heard;
using test::House;
using test::xml;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string field(const std::string& var, const std::string& value) {
    return "<field var='" + var + "'><value>" + value + "</value></field>";
}
std::string search(const std::string& fields = "", const std::string& rest = "") {
    const std::string form =
        "<x xmlns='jabber:x:data' type='submit'>" + field("FORM_TYPE", "urn:xmpp:mam:2") + fields + "</x>";
    return "<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2' queryid='7'>" + (fields.empty() ? "" : form) + rest +
           "</query></iq>";
}
std::string page(const std::string& content) {
    return "<set xmlns='http://jabber.org/protocol/rsm'>" + content + "</set>";
}

class ArchiveTest : public testing::Test {
  protected:
    ArchiveTest() {
        for (int i = 0; i < 5; ++i) {
            const std::string id(1, static_cast<char>('a' + i));
            house.storage.archive("juliet",
                                  {id, house.today + std::chrono::seconds(i),
                                   i % 2 ? "nurse@home.example/x"_jid : "romeo@home.example/y"_jid,
                                   "<message xmlns='jabber:client' id='m" + id + "'><body>b</body></message>"});
        }
    }
    // The ids that were found, and in the end what <fin/> says.
    std::string found(const std::string& query) {
        juliet.says(query);
        std::string ids;
        for (const std::string& heard : juliet.hears()) {
            if (heard.starts_with("<message"))
                ids += heard.substr(heard.find(" id='") + 5, 1);
            else if (heard.find("type='error'") != std::string::npos)
                ids += heard.substr(heard.find("<error"));
            else
                fin = heard;
        }
        return ids;
    }
    House house;
    Client juliet{house, "juliet/balcony"};
    std::string fin;
};

TEST_F(ArchiveTest, what_is_found_comes_before_the_answer) {
    juliet.says(search("", page("<max>1</max>")));
    EXPECT_THAT(juliet.hears(),
                ElementsAre(xml("<message from='juliet@home.example' to='juliet@home.example/balcony'>"
                                "<result xmlns='urn:xmpp:mam:2' queryid='7' id='a'>"
                                "<forwarded xmlns='urn:xmpp:forward:0'>"
                                "<delay xmlns='urn:xmpp:delay' stamp='2026-02-03T04:00:00Z'/>"
                                "<message xmlns='jabber:client' id='ma'><body>b</body></message>"
                                "</forwarded></result></message>"),
                            xml("<iq type='result' id='q' to='juliet@home.example/balcony'>"
                                "<fin xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'>"
                                "<first index='0'>a</first><last>a</last><count>5</count></set></fin></iq>")));
}

TEST_F(ArchiveTest, pages) {
    EXPECT_EQ(found(search()), "abcde");
    EXPECT_THAT(fin, HasSubstr("complete='true'"));
    EXPECT_EQ(found(search("", page("<max>2</max>"))), "ab");
    EXPECT_THAT(fin, Not(HasSubstr("complete")));
    EXPECT_EQ(found(search("", page("<max>2</max><after>b</after>"))), "cd");
    EXPECT_THAT(fin, HasSubstr("<first index='2'>c</first><last>d</last><count>5</count>"));
    EXPECT_EQ(found(search("", page("<max>2</max><after>d</after>"))), "e");
    EXPECT_THAT(fin, HasSubstr("complete='true'"));
    EXPECT_EQ(found(search("", page("<max>2</max><before/>"))), "de");
    EXPECT_EQ(found(search("", page("<max>2</max><before>d</before>"))), "bc");
    EXPECT_EQ(found(search("", page("<max>0</max>"))), "");
    EXPECT_THAT(fin, HasSubstr("<count>5</count>"));
    EXPECT_EQ(found(search("", page("<max>2</max><before/>") + "<flip-page/>")), "ed");
    EXPECT_THAT(fin, HasSubstr("<first index='3'>d</first><last>e</last>"));
}

TEST_F(ArchiveTest, a_page_is_never_longer_than_the_server_wants) {
    DomainOptions options;
    options.page = 3;
    House small(options);
    for (int i = 0; i < 5; ++i)
        small.storage.archive("juliet",
                              {std::to_string(i), small.today, "a@b.example"_jid, "<message xmlns='jabber:client'/>"});
    Client client(small, "juliet/x");
    for (const char* set : {"", "<set xmlns='http://jabber.org/protocol/rsm'><max>1000000</max></set>"}) {
        client.says(search("", set));
        EXPECT_EQ(client.hears().size(), 4u);
    }
}

TEST_F(ArchiveTest, filters) {
    EXPECT_EQ(found(search(field("with", "romeo@home.example"))), "ace");
    EXPECT_EQ(found(search(field("with", "Nurse@home.example/x"))), "bd");
    EXPECT_EQ(found(search(field("with", "nurse@home.example/z"))), "");
    EXPECT_EQ(found(search(field("start", "2026-02-03T04:00:02Z"))), "cde");
    EXPECT_EQ(found(search(field("end", "2026-02-03T05:00:01+01:00"))), "ab");
    EXPECT_EQ(found(search(field("start", "2026-02-03T04:00:01Z") + field("end", "2026-02-03T04:00:03Z"))), "bcd");
    EXPECT_EQ(found(search(field("after-id", "b"))), "cde");
    EXPECT_EQ(found(search(field("before-id", "c"))), "ab");
    EXPECT_EQ(found(search(field("after-id", "a") + field("before-id", "e"), page("<max>2</max><after>b</after>"))),
              "cd");
    EXPECT_THAT(fin, HasSubstr("complete='true'"));
    EXPECT_EQ(found(search("<field var='ids'><value>d</value><value>a</value></field>")), "ad");
    EXPECT_EQ(found(search(field("with", "romeo@home.example") + field("after-id", "b"))), "ce");
}

TEST_F(ArchiveTest, V46_what_is_asked_wrongly) {
    const struct {
        std::string query;
        const char* condition;
    } rows[] = {
        {search(field("with", "@@")), "jid-malformed"},
        {search(field("start", "yesterday")), "bad-request"},
        {search(field("end", "2026-13-01T00:00:00Z")), "bad-request"},
        {search(field("withtext", "love")), "feature-not-implemented"},
        {search(field("after-id", "nowhere")), "item-not-found"},
        {search("<field var='ids'><value>a</value><value>nowhere</value></field>"), "item-not-found"},
        {search("", page("<after>nowhere</after>")), "item-not-found"},
        {search("", page("<before>nowhere</before>")), "item-not-found"},
        {search("", page("<max>-1</max>")), "bad-request"},
        {search("", page("<max>1e3</max>")), "bad-request"},
        {search("", page("<max>99999999999999999999</max>")), "bad-request"},
        {search("", page("<index>3</index>")), "feature-not-implemented"},
        {"<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2' node='blog'/></iq>", "item-not-found"},
        {"<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'/></query></iq>",
         "bad-request"},
        {"<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='cancel'/></query></iq>",
         "bad-request"},
    };
    for (const auto& row : rows) EXPECT_THAT(found(row.query), HasSubstr(row.condition)) << row.query;
    EXPECT_EQ(found(search("", page("<max>18446744073709551615</max>"))), "abcde");
}

TEST_F(ArchiveTest, it_is_its_users_own) {
    Client romeo(house, "romeo/orchard");
    Component gateway(house, "gateway.example");
    for (const char* query : {"<iq type='set' id='q' to='juliet@home.example'><query xmlns='urn:xmpp:mam:2'/></iq>",
                              "<iq type='get' id='q' to='juliet@home.example'><query xmlns='urn:xmpp:mam:2'/></iq>",
                              "<iq type='get' id='q' to='juliet@home.example'><prefs xmlns='urn:xmpp:mam:2'/></iq>",
                              "<iq type='get' id='q' to='juliet@home.example'><metadata xmlns='urn:xmpp:mam:2'/></iq>",
                              "<iq type='set' id='q' to='juliet@home.example'><prefs xmlns='urn:xmpp:mam:2' "
                              "default='never'/></iq>"}) {
        EXPECT_THAT(romeo.says(query).hears(), ElementsAre(HasSubstr("forbidden")));
    }
    juliet.says("<iq type='set' id='q' to='juliet@home.example'><query xmlns='urn:xmpp:mam:2'/></iq>");
    EXPECT_EQ(juliet.hears().size(), 6u);
}

TEST_F(ArchiveTest, the_form_names_what_can_be_asked) {
    juliet.says("<iq type='get' id='f'><query xmlns='urn:xmpp:mam:2'/></iq>");
    const Heard heard = juliet.hears();
    ASSERT_EQ(heard.size(), 1u);
    for (const char* var : {"with", "start", "end", "before-id", "after-id", "ids"})
        EXPECT_THAT(heard[0], HasSubstr("var='" + std::string(var) + "'"));
    EXPECT_THAT(heard[0], Not(HasSubstr("required")));
}

TEST_F(ArchiveTest, metadata_are_the_first_and_the_last) {
    juliet.says("<iq type='get' id='m'><metadata xmlns='urn:xmpp:mam:2'/></iq>");
    EXPECT_THAT(juliet.hears(),
                ElementsAre(xml("<iq type='result' id='m' to='juliet@home.example/balcony'>"
                                "<metadata xmlns='urn:xmpp:mam:2'><start id='a' timestamp='2026-02-03T04:00:00Z'/>"
                                "<end id='e' timestamp='2026-02-03T04:00:04Z'/></metadata></iq>")));
    Client romeo(house, "romeo/orchard");
    romeo.says("<iq type='get' id='m'><metadata xmlns='urn:xmpp:mam:2'/></iq>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("<metadata xmlns='urn:xmpp:mam:2'/>")));
}

// What goes in

TEST(Archiving, both_sides_have_what_was_said_each_under_its_own_id) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    juliet.says("<presence/>");
    juliet.forgets();
    romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>Hi</body></message>");
    const auto hers = house.storage.page("juliet", {}, "", "", false, 9);
    const auto his = house.storage.page("romeo", {}, "", "", false, 9);
    ASSERT_EQ(hers->entries.size(), 1u);
    ASSERT_EQ(his->entries.size(), 1u);
    EXPECT_EQ(hers->entries[0].with, "romeo@home.example/orchard"_jid);
    EXPECT_EQ(his->entries[0].with, "juliet@home.example"_jid);
    EXPECT_NE(hers->entries[0].id, his->entries[0].id);
    EXPECT_GE(hers->entries[0].id.size(), 22u);  // 128 bits
    EXPECT_EQ(hers->entries[0].stamp, house.today);
    EXPECT_THAT(hers->entries[0].stanza, AllOf(HasSubstr("<body>Hi</body>"), HasSubstr("xmlns='jabber:client'")));
    // The id that was delivered is the one to ask by.
    juliet.says(
        "<iq type='set' id='q'><query xmlns='urn:xmpp:mam:2'><x xmlns='jabber:x:data' type='submit'>"
        "<field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field><field var='ids'><value>" +
        hers->entries[0].id + "</value></field></x></query></iq>");
    EXPECT_EQ(juliet.hears().size(), 3u);
}

TEST(Archiving, what_was_refused_is_not_there) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    juliet.says(
        "<presence/><iq type='set' id='b'><block xmlns='urn:xmpp:blocking'><item jid='romeo@home.example'/>"
        "</block></iq>");
    romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>Hi</body></message>");
    EXPECT_EQ(house.storage.page("juliet", {}, "", "", false, 9)->count, 0u);
}

TEST(Archiving, copies_to_many_resources_are_one_entry) {
    House house;
    Client romeo(house, "romeo/orchard"), one(house, "juliet/1"), two(house, "juliet/2");
    one.says("<presence/><iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>"), two.says("<presence/>");
    romeo.says(
        "<message to='juliet@home.example' type='chat'><body>Hi</body></message>"
        "<message to='juliet@home.example/2' type='chat'><body>Hi</body></message>");
    EXPECT_EQ(house.storage.page("juliet", {}, "", "", false, 9)->count, 2u);
}

TEST(Archiving, as_the_user_prefers) {
    MemoryStorage storage;
    storage.put_item("u", {.jid = "listed@x.example"_jid});
    storage.put_item("u", {.jid = "asking@x.example"_jid, .pending_in = true, .listed = false});
    const Contacts contacts(storage, "u");
    const ArchiveStorage::Preferences always{"always", {}, {"never@x.example"_jid}};
    const ArchiveStorage::Preferences never{"never", {"always@x.example"_jid, "one@x.example/r"_jid}, {}};
    const ArchiveStorage::Preferences roster{"roster", {"always@x.example"_jid}, {"listed@x.example/no"_jid}};
    const struct {
        const ArchiveStorage::Preferences& preferences;
        const char* with;
        bool wanted;
    } rows[] = {
        {always, "any@x.example/r", true}, {always, "never@x.example/r", false}, {always, "never@x.example", false},
        {never, "any@x.example", false},   {never, "always@x.example/r", true},  {never, "one@x.example/r", true},
        {never, "one@x.example/s", false}, {roster, "listed@x.example/r", true}, {roster, "asking@x.example", false},
        {roster, "any@x.example", false},  {roster, "always@x.example/r", true}, {roster, "listed@x.example/no", false},
    };
    for (const auto& row : rows)
        EXPECT_EQ(wants_archived(row.preferences, contacts, *Jid::parse(row.with)), row.wanted)
            << row.preferences.standard << row.with;
}

TEST(Archiving, preferences_are_kept_shown_and_obeyed) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    juliet.says("<presence/>");
    juliet.forgets();
    juliet.says("<iq type='get' id='1'><prefs xmlns='urn:xmpp:mam:2'/></iq>");
    EXPECT_THAT(juliet.hears(),
                ElementsAre(HasSubstr("<prefs xmlns='urn:xmpp:mam:2' default='always'><always/><never/>")));
    juliet.says(
        "<iq type='set' id='2'><prefs xmlns='urn:xmpp:mam:2' default='always'>"
        "<never><jid>romeo@home.example</jid></never></prefs></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("type='result'"),
                                                  HasSubstr("<always/><never><jid>romeo@home.example</jid></never>"))));
    romeo.says("<message to='juliet@home.example' type='chat'><body>Hi</body></message>");
    EXPECT_THAT(juliet.hears(), ElementsAre(Not(HasSubstr("stanza-id"))));
    EXPECT_EQ(house.storage.page("juliet", {}, "", "", false, 9)->count, 0u);
    juliet.says("<iq type='set' id='2'><prefs xmlns='urn:xmpp:mam:2' default='sometimes'/></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("bad-request")));
}

}  // namespace
}  // namespace rondel::server
