#include "rondel/server/messages.hpp"

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

// Three resources of priorities 5, 0 and -1, and one that is connected only.
class MessagesTest : public testing::Test {
  protected:
    MessagesTest() {
        appears(high, "<presence><priority>5</priority></presence>");
        appears(low);
        appears(negative, "<presence><priority>-1</priority></presence>");
        forget();
    }
    void forget() {
        for (Client* one : {&high, &low, &negative, &connected}) one->forgets();
    }
    std::string sent(const std::string& type, const std::string& to, const std::string& body = "x") {
        gateway.says("<message from='r@gateway.example/x' id='1' to='" + to + "'" +
                     (type.empty() ? "" : " type='" + type + "'") + "><body>" + body + "</body></message>");
        std::string who;
        for (auto& [name, client] : std::map<std::string, Client*>{
                 {"high ", &high}, {"low ", &low}, {"negative ", &negative}, {"connected ", &connected}})
            if (!client->hears().empty()) who += name;
        for (const std::string& answer : gateway.hears())
            who += answer.find("service-unavailable") != std::string::npos ? "error " : "? ";
        if (house.storage.offline_count("juliet") != 0) who += "kept ";
        house.storage.drop_offline("juliet", 1'000'000);
        return who;
    }
    House house;
    Component gateway{house, "gateway.example"};
    Client high{house, "juliet/high"}, low{house, "juliet/low"}, negative{house, "juliet/negative"},
        connected{house, "juliet/connected"};
};

TEST_F(MessagesTest, R108_R109_R110_by_type_and_address_while_somebody_is_there) {
    const struct {
        const char* type;
        const char* bare;
        const char* matching;
        const char* not_matching;
    } rows[] = {
        {"chat", "high low ", "negative ", "high low "},
        {"normal", "high low ", "negative ", "error "},
        {"", "high low ", "negative ", "error "},
        {"of-the-future", "high low ", "negative ", "error "},  // R108
        {"groupchat", "error ", "negative ", "error "},
        {"headline", "high low ", "negative ", "error "},
        {"error", "", "negative ", ""},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(sent(row.type, "juliet@home.example"), row.bare) << row.type;
        EXPECT_EQ(sent(row.type, "juliet@home.example/negative"), row.matching) << row.type;
        EXPECT_EQ(sent(row.type, "juliet@home.example/nowhere"), row.not_matching) << row.type;
    }
    EXPECT_EQ(sent("chat", "juliet@home.example/connected"), "connected ");
}

TEST_F(MessagesTest, R109_who_is_there_with_negative_priority_only_is_as_good_as_away) {
    high.leaves(), low.leaves();
    forget();
    EXPECT_EQ(sent("chat", "juliet@home.example"), "kept ");
    EXPECT_EQ(sent("normal", "juliet@home.example"), "kept ");
    EXPECT_EQ(sent("headline", "juliet@home.example"), "");
    EXPECT_EQ(sent("groupchat", "juliet@home.example"), "error ");
    EXPECT_EQ(sent("chat", "juliet@home.example/nowhere"), "kept ");
    EXPECT_EQ(sent("normal", "juliet@home.example/nowhere"), "error ");
}

TEST_F(MessagesTest, R110_who_is_away) {
    high.leaves(), low.leaves(), negative.leaves(), connected.leaves();
    forget();
    const struct {
        const char* type;
        const char* bare;
        const char* full;
    } rows[] = {{"chat", "kept ", "kept "},
                {"normal", "kept ", "error "},
                {"groupchat", "error ", "error "},
                {"headline", "", "error "},
                {"error", "", ""}};
    for (const auto& row : rows) {
        EXPECT_EQ(sent(row.type, "juliet@home.example"), row.bare) << row.type;
        EXPECT_EQ(sent(row.type, "juliet@home.example/x"), row.full) << row.type;
    }
}

TEST_F(MessagesTest, R094_who_does_not_exist) {
    for (const char* type : {"chat", "normal", "groupchat"})
        EXPECT_EQ(sent(type, "nobody@home.example"), "error ") << type;
    EXPECT_EQ(sent("headline", "nobody@home.example"), "");
    EXPECT_EQ(sent("error", "nobody@home.example"), "");
    EXPECT_EQ(sent("headline", "nobody@home.example/x"), "error ");
}

TEST(Messages, R075_R088_what_is_delivered_is_what_was_sent) {
    House house;
    Client juliet(house, "juliet/balcony"), romeo(house, "romeo/orchard");
    juliet.says("<presence/>");
    juliet.forgets();
    romeo.says(
        "<message to='juliet@home.example' type='normal' xml:lang='it' id='&lt;&#10;' other='&amp;'>"
        "<body xml:lang='en'>a &lt; b</body><body/>loose<x xmlns='urn:x'><y xmlns='urn:y' z='1'/></x></message>");
    // Ours is the stanza-id, and nothing else.
    EXPECT_THAT(juliet.hears(),
                ElementsAre(xml("<message from='romeo@home.example/orchard' to='juliet@home.example' type='normal' "
                                "xml:lang='it' id='&lt;&#10;' other='&amp;'><body xml:lang='en'>a &lt; b</body><body/>"
                                "loose<x xmlns='urn:x'><y xmlns='urn:y' z='1'/></x>"
                                "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@home.example' id='0123456789abcdef'/>"
                                "</message>")));
}

TEST(Messages, R076_V22_T_KFROM_from_is_stamped_whatever_the_client_says) {
    House house;
    Component gateway(house, "gateway.example");
    Client romeo(house, "romeo/orchard");
    for (const char* from : {"juliet@home.example", "romeo@home.example", "home.example", "romeo@home.example/other"})
        romeo.says("<message to='gateway.example' from='" + std::string(from) + "'/>");
    romeo.says("<message to='gateway.example'/>");
    EXPECT_THAT(
        gateway.hears(),
        testing::AllOf(testing::SizeIs(5),
                       testing::Each(xml("<message from='romeo@home.example/orchard' to='gateway.example'/>"))));
}

TEST(Messages, R090_without_to_it_is_for_oneself) {
    House house;
    Client one(house, "romeo/1"), two(house, "romeo/2");
    one.says("<presence/>"), two.says("<presence/>");
    one.forgets(), two.forgets();
    one.says("<message type='chat'><body>note</body></message>");
    for (Client* client : {&one, &two})
        EXPECT_THAT(client->hears(), ElementsAre(AllOf(HasSubstr("note"), HasSubstr("to='romeo@home.example'"),
                                                       HasSubstr("from='romeo@home.example/1'"))));
    EXPECT_EQ(house.storage.page("romeo", {}, "", "", false, 10)->count, 1u);  // in the archive once
}

TEST(Messages, R092_a_domain_that_is_not_there) {
    House house;
    Client romeo(house, "romeo/orchard");
    romeo.says(
        "<message to='a@gone.example/x' id='1'><body/></message>"
        "<iq type='get' to='gone.example' id='2'><x xmlns='urn:x'/></iq>"
        "<iq type='result' to='gone.example' id='3'/><message to='gone.example' type='error'/>");
    EXPECT_THAT(romeo.hears(),
                ElementsAre(AllOf(HasSubstr("remote-server-not-found"), HasSubstr("from='a@gone.example/x' id='1'")),
                            AllOf(HasSubstr("remote-server-not-found"), HasSubstr("id='2'"))));
}

TEST(Messages, R089_order_is_kept_for_bare_and_full_addresses) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    juliet.says("<presence/>");
    juliet.forgets();
    for (int i = 0; i < 100; ++i)
        romeo.says("<message type='chat' id='" + std::to_string(i) + "' to='juliet@home.example" +
                   (i % 3 ? "" : "/balcony") + "'><body>x</body></message>");
    const Heard heard = juliet.hears();
    ASSERT_EQ(heard.size(), 100u);
    for (int i = 0; i < 100; ++i)
        EXPECT_THAT(heard[static_cast<std::size_t>(i)], HasSubstr(" id='" + std::to_string(i) + "' "));
}

TEST(Messages, stanza_ids_in_our_name_are_ours) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    juliet.says("<presence/>");
    juliet.forgets();
    romeo.says(
        "<message to='juliet@home.example' type='chat'><body>x</body>"
        "<stanza-id xmlns='urn:xmpp:sid:0' by='juliet@home.example' id='forged'/>"
        "<stanza-id xmlns='urn:xmpp:sid:0' by='room.example' id='theirs'/></message>");
    EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(Not(HasSubstr("forged")), HasSubstr("theirs"),
                                                  HasSubstr("by='juliet@home.example' id='*'"))));
}

TEST(Messages, V20_T_NEST_a_message_inside_a_message_is_a_quotation) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony"), nurse(house, "nurse/hall");
    juliet.says("<presence/>"), nurse.says("<presence/>");
    juliet.forgets(), nurse.forgets();
    romeo.says(
        "<message to='juliet@home.example' type='chat'><forwarded xmlns='urn:xmpp:forward:0'>"
        "<message xmlns='jabber:client' to='nurse@home.example' from='juliet@home.example'><body>come</body>"
        "</message></forwarded><body>x</body></message>");
    EXPECT_THAT(nurse.hears(), IsEmpty());
    EXPECT_EQ(juliet.hears().size(), 1u);
}

TEST(Messages, an_entity_of_this_process_may_have_an_address_of_our_domain) {
    House house;
    Client romeo(house, "romeo/orchard");
    struct Bot final : Party {
        void deliver(Stanza stanza) override { heard.push_back(test::plain(stanza.element())); }
        Heard heard;
    } bot;
    house.board.attach("bot@home.example/1"_jid, bot);
    romeo.says("<message to='bot@home.example/1' type='chat'><body>x</body></message>");
    EXPECT_EQ(bot.heard.size(), 1u);
    house.board.route(*[] {
        xml::Element element = std::move(test::elements("<message from='bot@home.example/1' "
                                                        "to='romeo@home.example/orchard'><body>y</body></message>")
                                             .front());
        return Stanza::parse(element);
    }());
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("<body>y")));
    house.board.detach("bot@home.example/1"_jid);
}

}  // namespace
}  // namespace rondel::server
