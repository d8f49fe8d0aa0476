#include "rondel/server/sessions.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::Component;
using test::House;
using test::xml;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

DomainOptions with(ResourceConflict policy) {
    DomainOptions options;
    options.conflict = policy;
    return options;
}

Condition refusal(const Client& client) {
    const Condition* refused = std::get_if<Condition>(&client.bound);
    return refused != nullptr ? *refused : Condition::undefined_condition;
}

// Binding

TEST(Sessions, R069_resources_of_the_servers_making_are_random_and_unique) {
    House house;
    std::set<std::string> seen;
    for (int i = 0; i < 9; ++i) {
        Client client(house, "juliet");
        EXPECT_GE(client.address().resource().size(), 12u);
        seen.insert(client.address().str());
    }
    EXPECT_EQ(seen.size(), 9u);
}

TEST(Sessions, R010_the_address_is_canonical) {
    House house;
    Client client(house, "juliet");
    const auto bound = client.bind("juliet", "Balc\u00f4ny \u2003x");
    EXPECT_EQ(std::get<Jid>(bound).str(), "juliet@home.example/Balc\u00f4ny  x");  // RFC 8265 §4.2
    EXPECT_EQ(std::get<Condition>(client.bind("juliet", std::string(2000, 'x'))), Condition::bad_request);
    EXPECT_EQ(std::get<Condition>(client.bind("juliet", "\x01")), Condition::bad_request);
}

TEST(Sessions, a_tag_begins_the_resource_that_bind_2_wants) {
    House house;
    std::variant<Jid, Condition> bound = Condition::bad_request;
    house.state.home.run([&] { bound = house.state.sessions.bind({House::jid("juliet"), "", "Gajim"}); });
    EXPECT_TRUE(std::get<Jid>(bound).resource().starts_with("Gajim."));
}

TEST(Sessions, who_has_no_account_gets_no_session) {
    House house;
    EXPECT_EQ(refusal(Client(house, "nobody/x")), Condition::not_authorized);
}

TEST(Sessions, R071_the_old_session_makes_room_and_is_told_conflict) {
    House house(with(ResourceConflict::replace_old));
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), old(house, "juliet/balcony");
    appears(romeo), appears(old);
    romeo.forgets();
    Client young(house, "juliet/balcony");
    EXPECT_EQ(old.link.error, stream::StreamCondition::conflict);
    EXPECT_EQ(young.address().str(), "juliet@home.example/balcony");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("unavailable")));
    old.says("<message to='romeo@home.example'><body>ghost</body></message>");  // it was under way
    EXPECT_THAT(romeo.hears(), IsEmpty());
    old.is_cut_off();
    young.says("<message to='romeo@home.example'><body>me</body></message>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("me")));
    EXPECT_EQ(house.state.sessions.count(), 2u);
}

TEST(Sessions, R071_the_new_session_is_refused) {
    House house(with(ResourceConflict::refuse_new));
    Client old(house, "juliet/balcony");
    EXPECT_EQ(refusal(Client(house, "juliet/balcony")), Condition::conflict);
    EXPECT_FALSE(old.link.error);
    EXPECT_TRUE(std::holds_alternative<Jid>(old.bind("juliet", "other")));
}

TEST(Sessions, R071_the_new_session_gets_another_name) {
    House house(with(ResourceConflict::rename_new));
    Client old(house, "juliet/balcony"), young(house, "juliet/balcony");
    EXPECT_FALSE(old.link.error);
    EXPECT_TRUE(young.address().resource().starts_with("balcony."));
    EXPECT_NE(old.address(), young.address());
}

TEST(Sessions, R071_a_session_whose_stream_is_lost_makes_room_under_any_policy) {
    for (const auto policy :
         {ResourceConflict::replace_old, ResourceConflict::refuse_new, ResourceConflict::rename_new}) {
        House house(with(policy));
        Client old(house, "juliet/balcony", "id-of-the-old");
        old.is_cut_off();
        Client young(house, "juliet/balcony");
        EXPECT_EQ(young.address().str(), "juliet@home.example/balcony");
        EXPECT_EQ(house.state.sessions.count(), 1u);
    }
}

TEST(Sessions, R070_an_account_has_so_many_resources) {
    DomainOptions options;
    options.most_resources = 2;
    House house(options);
    Client one(house, "juliet/1"), two(house, "juliet/2");
    EXPECT_EQ(refusal(Client(house, "juliet/3")), Condition::resource_constraint);
    EXPECT_TRUE(std::holds_alternative<Jid>(Client(house, "juliet/2").bound));  // in the place of another
    EXPECT_TRUE(std::holds_alternative<Jid>(Client(house, "romeo/1").bound));
}

TEST(Sessions, R070_lost_sessions_make_room_before_anybody_is_refused) {
    DomainOptions options;
    options.most_resources = 2;
    House house(options);
    Client one(house, "juliet/1"), two(house, "juliet/2", "id-two");
    two.is_cut_off();
    Client three(house, "juliet/3");
    EXPECT_TRUE(std::holds_alternative<Jid>(three.bound));
    EXPECT_FALSE(one.link.error);
}

TEST(Sessions, R070_what_was_bound_and_never_opened_is_free_again_after_a_while) {
    DomainOptions options;
    options.most_resources = 2;
    House house(options);
    Client one(house, "juliet/1");
    EXPECT_TRUE(std::holds_alternative<Jid>(one.bind("juliet", "2")));
    EXPECT_EQ(std::get<Condition>(one.bind("juliet", "2")), Condition::conflict);
    EXPECT_EQ(std::get<Condition>(one.bind("juliet", "3")), Condition::resource_constraint);
    house.pass(std::chrono::seconds(30));
    EXPECT_TRUE(std::holds_alternative<Jid>(one.bind("juliet", "2")));
}

TEST(Sessions, guests_are_there_as_long_as_their_session) {
    DomainOptions options;
    options.anonymous = true;
    House house(options);
    Client romeo(house, "romeo/orchard");
    appears(romeo);
    std::string name;
    {
        Client guest(house, "romeo/unused");
        const auto bound = guest.bind("home.example", "");
        const Jid address = std::get<Jid>(bound);
        name = address.bare().str();
        EXPECT_GT(address.local().size(), 16u);
        Client anonymous(house, "romeo/unused");
        anonymous.open(address, false);
        anonymous.says(
            "<message to='romeo@home.example'><body>Guess</body></message>"
            "<presence to='romeo@home.example' type='subscribe'/>");
        EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("Guess"), HasSubstr("subscribe")));
        EXPECT_THAT(house.state.home.guests.usernames(), testing::SizeIs(1));
        anonymous.leaves();
    }
    EXPECT_THAT(house.state.home.guests.usernames(), IsEmpty());
    EXPECT_FALSE(house.storage.account(name.substr(0, name.find('@'))));
    romeo.says("<message to='" + name + "' type='chat' id='1'><body>Who?</body></message>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("service-unavailable")));
}

TEST(Sessions, guests_that_never_came_leave_nothing) {
    DomainOptions options;
    options.anonymous = true;
    House house(options);
    Client romeo(house, "romeo/orchard");
    romeo.bind("home.example", "");
    house.pass(std::chrono::minutes(1));
    EXPECT_THAT(house.state.home.guests.usernames(), IsEmpty());
}

// Losing and resuming

const std::string from_romeo =
    "<message from='romeo@home.example/orchard' to='juliet@home.example/balcony' type='chat'>";

TEST(Sessions, R128_a_lost_session_is_still_there_and_what_comes_for_it_waits) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard");
    std::optional<Client> juliet;
    juliet.emplace(house, "juliet/balcony", "resumption-id");
    appears(romeo), appears(*juliet);
    juliet->reads_all();
    romeo.says("<message to='juliet@home.example/balcony' type='chat'><body>unacknowledged</body></message>");
    romeo.forgets();
    juliet->link.handled = 7;
    juliet->is_cut_off();
    EXPECT_THAT(romeo.hears(), IsEmpty());  // not unavailable
    romeo.says(
        "<message to='juliet@home.example/balcony' type='chat'><body>waiting</body></message>"
        "<iq type='get' id='q' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>");
    EXPECT_THAT(romeo.hears(), IsEmpty());

    auto left = house.state.sessions.take(House::jid("juliet"), "resumption-id");
    ASSERT_TRUE(left);
    EXPECT_EQ(left->handled, 7u);
    EXPECT_EQ(left->address.str(), "juliet@home.example/balcony");
    Client again(house, "juliet", *std::move(left));
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("unacknowledged"), HasSubstr("waiting"), HasSubstr("id='q'")));
    again.says("<iq type='result' id='q' to='romeo@home.example/orchard'/>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("type='result'")));
    house.pass(std::chrono::hours(1));
    romeo.says("<message to='juliet@home.example/balcony' type='chat'><body>later</body></message>");
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("later")));
}

TEST(Sessions, R128_a_session_goes_to_another_stream_while_the_old_one_seems_to_live) {
    House house;
    Client romeo(house, "romeo/orchard"), old(house, "juliet/balcony", "resumption-id");
    old.says("<presence/>");
    romeo.says("<message to='juliet@home.example' type='chat'><body>one</body></message>");
    auto left = house.state.sessions.take(House::jid("juliet"), "resumption-id");
    ASSERT_TRUE(left);
    EXPECT_EQ(old.link.error, stream::StreamCondition::conflict);
    Client young(house, "juliet", *std::move(left));
    young.forgets();
    old.says("<presence type='unavailable'/>");  // counts no more
    old.is_cut_off();
    romeo.says("<message to='juliet@home.example' type='chat'><body>two</body></message>");
    EXPECT_THAT(young.hears(), ElementsAre(HasSubstr("two")));
}

TEST(Sessions, R128_V48_only_the_account_itself_resumes_and_only_with_its_id) {
    House house;
    Client juliet(house, "juliet/balcony", "resumption-id"), none(house, "juliet/none");
    Client romeo(house, "romeo/orchard");
    EXPECT_FALSE(house.state.sessions.take(House::jid("romeo"), "resumption-id"));
    EXPECT_FALSE(house.state.sessions.take(House::jid("nobody"), "resumption-id"));
    EXPECT_FALSE(house.state.sessions.take(House::jid("juliet"), "resumption-ix"));
    EXPECT_FALSE(house.state.sessions.take(House::jid("juliet"), ""));
    EXPECT_FALSE(juliet.link.error);
    ASSERT_TRUE(house.state.sessions.take(House::jid("juliet"), "resumption-id"));
    EXPECT_FALSE(house.state.sessions.take(House::jid("juliet"), "resumption-id"));  // once
}

TEST(Sessions, R128_a_session_that_nobody_resumes_ends_when_its_time_is_up) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id");
    appears(romeo), appears(juliet);
    romeo.forgets();
    juliet.link.handled = 5;
    juliet.is_cut_off();
    EXPECT_LE(house.state.sessions.deadline(), house.now + std::chrono::minutes(5));
    house.pass(std::chrono::minutes(5) - std::chrono::milliseconds(1));
    EXPECT_THAT(romeo.hears(), IsEmpty());
    house.pass(std::chrono::milliseconds(1));
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("type='unavailable'")));
    EXPECT_EQ(house.state.sessions.count(), 1u);
    EXPECT_FALSE(house.state.sessions.take(House::jid("juliet"), "resumption-id"));
    EXPECT_EQ(house.state.sessions.handled_in(House::jid("juliet"), "resumption-id"), 5u);
    EXPECT_FALSE(house.state.sessions.handled_in(House::jid("romeo"), "resumption-id"));
    EXPECT_FALSE(house.state.sessions.handled_in(House::jid("juliet"), "another"));
}

TEST(Sessions, R128_a_session_that_was_taken_and_not_opened_can_be_taken_again_or_ends) {
    House house;
    Client juliet(house, "juliet/balcony", "resumption-id"), romeo(house, "romeo/orchard");
    juliet.says("<presence/>");
    juliet.is_cut_off();
    auto left = house.state.sessions.take(House::jid("juliet"), "resumption-id");
    ASSERT_TRUE(left);
    house.state.sessions.give_back(*std::move(left));
    left = house.state.sessions.take(House::jid("juliet"), "resumption-id");
    ASSERT_TRUE(left);
    EXPECT_EQ(left->unacknowledged.stanzas(), 1u);  // its own presence
    house.pass(std::chrono::minutes(1));
    EXPECT_EQ(house.state.sessions.count(), 1u);
}

TEST(Sessions, a_session_in_order_is_not_kept) {
    House house;
    Client juliet(house, "juliet/balcony", "resumption-id");
    juliet.leaves();
    EXPECT_EQ(house.state.sessions.count(), 0u);
    EXPECT_FALSE(house.state.sessions.take(House::jid("juliet"), "resumption-id"));
}

TEST(Sessions, the_host_is_told_when_there_is_something_to_wait_for) {
    House house;
    int told = 0;
    house.state.sessions.on_deadline([&] { ++told; });
    Client juliet(house, "juliet/balcony", "resumption-id");
    EXPECT_EQ(told, 1);  // what was bound might not be opened
    house.pass(std::chrono::minutes(1));
    EXPECT_EQ(house.state.sessions.deadline(), never);
    juliet.is_cut_off();
    EXPECT_EQ(told, 2);
}

// The contract: everything that a session has not done or got has an end (REQUIREMENTS §3).

TEST(Sessions, R080_T_LEDGER_requests_that_were_not_answered_are_bounced) {
    for (const bool managed : {false, true}) {
        House house;
        house.befriend("juliet", "romeo");
        Component gateway(house, "gateway.example");
        Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", managed ? "resumption-id" : "");
        appears(romeo), appears(juliet);
        juliet.says("<presence to='gateway.example'/>");
        romeo.says(
            "<iq type='get' id='1' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>"
            "<iq type='set' id='2' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>"
            "<iq type='get' id='3' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>");
        gateway.says(
            "<iq type='get' id='4' from='gateway.example' to='juliet@home.example/balcony'>"
            "<x xmlns='urn:x'/></iq>");
        juliet.says("<iq type='result' id='2' to='romeo@home.example/orchard'/>");
        romeo.forgets(), gateway.hears();
        juliet.is_cut_off();
        if (managed) {
            EXPECT_THAT(romeo.hears(), IsEmpty());
            house.pass(std::chrono::minutes(6));
        }
        EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("unavailable"),
                                               AllOf(HasSubstr("id='1'"), HasSubstr("recipient-unavailable")),
                                               AllOf(HasSubstr("id='3'"), HasSubstr("recipient-unavailable"))));
        EXPECT_THAT(gateway.hears(),
                    ElementsAre(HasSubstr("type='unavailable'"), AllOf(HasSubstr("id='4'"), HasSubstr("<error"))));
    }
}

TEST(Sessions, T_LEDGER_unacknowledged_messages_go_to_another_resource) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id"),
        chamber(house, "juliet/chamber");
    appears(romeo), appears(juliet), appears(chamber);
    juliet.reads_all();
    romeo.says(
        "<message to='juliet@home.example/balcony' type='chat' id='1'><body>for one</body></message>"
        "<message to='juliet@home.example' type='chat' id='2'><body>for all</body></message>"
        "<message to='juliet@home.example/balcony' type='headline' id='3'><body>news</body></message>"
        "<message to='juliet@home.example/balcony' type='groupchat' id='4'><body>room</body></message>"
        "<message to='juliet@home.example/balcony' type='error' id='5'/>");
    chamber.forgets(), romeo.forgets();
    juliet.is_cut_off();
    romeo.says("<message to='juliet@home.example/balcony' type='normal' id='6'><body>late</body></message>");
    house.pass(std::chrono::minutes(6));
    // `for all` it has had already.
    EXPECT_THAT(chamber.hears(), ElementsAre(HasSubstr("unavailable"), HasSubstr("for one"), HasSubstr("late")));
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='4'"), HasSubstr("service-unavailable"))));
    EXPECT_EQ(house.storage.offline_count("juliet"), 0u);
}

TEST(Sessions, T_LEDGER_unacknowledged_messages_that_were_copied_are_not_given_twice) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id"),
        chamber(house, "juliet/chamber");
    appears(juliet), appears(chamber);
    chamber.says("<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>");
    romeo.says("<message to='juliet@home.example/balcony' type='chat' id='1'><body>for one</body></message>");
    chamber.forgets();
    juliet.is_cut_off();
    house.pass(std::chrono::minutes(6));
    EXPECT_THAT(chamber.hears(), ElementsAre(HasSubstr("unavailable")));
    EXPECT_EQ(house.storage.offline_count("juliet"), 0u);
}

TEST(Sessions, T_LEDGER_unacknowledged_messages_are_kept_offline_once) {
    House house;
    Client romeo(house, "romeo/orchard"), one(house, "juliet/1", "id-one"), two(house, "juliet/2", "id-two");
    appears(one), appears(two);
    one.reads_all(), two.reads_all();
    romeo.says(
        "<message to='juliet@home.example' type='chat' id='1'><body>for both</body></message>"
        "<message to='juliet@home.example/2' type='normal' id='2'><body>for one</body></message>"
        "<message to='juliet@home.example/2' type='chat' id='3'>"
        "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    one.is_cut_off(), two.is_cut_off();
    house.pass(std::chrono::minutes(6));
    const auto kept = house.storage.offline("juliet");
    ASSERT_EQ(kept.size(), 2u);
    EXPECT_THAT(kept[0].stanza, HasSubstr("for both"));
    EXPECT_THAT(kept[1].stanza, HasSubstr("for one"));
    EXPECT_THAT(romeo.hears(), IsEmpty());

    Client again(house, "juliet/3");
    again.says("<presence/>");
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("presence"), AllOf(HasSubstr("for both"), HasSubstr("<delay")),
                                           AllOf(HasSubstr("for one"), HasSubstr("<delay"))));
}

TEST(Sessions, T_LEDGER_messages_that_never_went_out_come_back_or_are_kept) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(juliet);
    juliet.link.stalled = true;
    romeo.says(
        "<message to='juliet@home.example/balcony' type='chat' id='1'><body>kept</body></message>"
        "<message to='juliet@home.example/balcony' type='groupchat' id='2'><body>room</body></message>");
    juliet.is_cut_off();
    EXPECT_EQ(house.storage.offline_count("juliet"), 1u);
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='2'"), HasSubstr("service-unavailable"))));
}

TEST(Sessions, T_LEDGER_what_was_read_to_the_end_is_not_kept) {
    for (const bool proven : {true, false}) {
        House house;
        Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id");
        appears(juliet);
        romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>x</body></message>");
        juliet.leaves(proven);
        EXPECT_EQ(house.storage.offline_count("juliet"), proven ? 0u : 1u);
    }
}

TEST(Sessions, T_LEDGER_what_was_on_its_way_goes_to_the_successor) {
    House house;
    Client romeo(house, "romeo/orchard"), old(house, "juliet/balcony");
    appears(old);
    old.link.stalled = true;
    romeo.says("<message to='juliet@home.example/balcony' type='chat' id='1'><body>x</body></message>");
    Client young(house, "juliet/balcony");
    old.is_cut_off();
    EXPECT_THAT(young.hears(), ElementsAre(HasSubstr("<body>x</body>")));
}

TEST(Sessions, a_message_that_was_kept_before_is_kept_with_its_first_stamp) {
    House house;
    Client romeo(house, "romeo/orchard");
    romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>x</body></message>");
    house.pass(std::chrono::hours(1));
    Client one(house, "juliet/1", "id-one");
    one.says("<presence/>");
    one.is_cut_off();
    house.pass(std::chrono::hours(1));
    Client two(house, "juliet/2");
    two.says("<presence/>");
    const test::Heard heard = two.hears();
    ASSERT_EQ(heard.size(), 2u);
    EXPECT_THAT(heard[1], HasSubstr("stamp='2026-02-03T04:00:00Z'"));
    EXPECT_EQ(heard[1].find("<delay"), heard[1].rfind("<delay"));
}

TEST(Sessions, F05_a_client_that_does_not_read_is_not_waited_for) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(romeo), appears(juliet);
    romeo.forgets();
    juliet.link.piled_up = 5 * 1024 * 1024;
    romeo.says(
        "<message to='juliet@home.example/balcony' type='chat' id='1'><body>x</body></message>"
        "<iq type='get' id='2' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq><presence/>");
    EXPECT_THAT(romeo.hears(),
                ElementsAre(AllOf(HasSubstr("id='1'"), HasSubstr("resource-constraint")),
                            AllOf(HasSubstr("id='2'"), HasSubstr("resource-constraint")), HasSubstr("presence")));
    juliet.link.piled_up = 0;
    juliet.is_cut_off();  // what was refused is not bounced again
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("unavailable")));
}

TEST(Sessions, F05_what_waits_for_a_lost_session_is_bounded) {
    House house;
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id");
    juliet.is_cut_off();
    const std::string text(200'000, 'x');
    for (int i = 0; i < 30; ++i)
        romeo.says("<message to='juliet@home.example/balcony' type='chat'><body>" + text + "</body></message>");
    const std::size_t told = romeo.hears().size();
    EXPECT_GT(told, 5u);
    EXPECT_LT(told, 12u);
}

TEST(Sessions, whoever_asks_too_much_of_one_client_is_told_in_the_end) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(juliet);
    for (int i = 0; i < 10'001; ++i)
        romeo.says("<iq type='get' id='" + std::to_string(i) +
                   "' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>");
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='0'"), HasSubstr("remote-server-timeout"))));
}

// XEP-0352

TEST(Sessions, an_inactive_client_gets_what_can_wait_when_it_is_looked_at) {
    House house;
    house.befriend("juliet", "romeo");
    house.befriend("juliet", "nurse");
    Client romeo(house, "romeo/orchard"), nurse(house, "nurse/hall"), juliet(house, "juliet/balcony");
    appears(romeo), appears(nurse), appears(juliet);
    juliet.sleeps(true);
    romeo.says("<presence><show>away</show></presence><presence><show>xa</show></presence>");
    nurse.says("<presence><show>dnd</show></presence>");
    romeo.says(
        "<message to='juliet@home.example' type='chat'>"
        "<composing xmlns='http://jabber.org/protocol/chatstates'/></message>");
    EXPECT_THAT(juliet.hears(), IsEmpty());
    juliet.sleeps(false);
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("xa"), HasSubstr("dnd"), HasSubstr("composing")));
}

TEST(Sessions, an_inactive_client_is_woken_by_what_matters_and_order_is_kept) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony");
    appears(romeo), appears(juliet);
    juliet.sleeps(true);
    romeo.says(
        "<presence><show>chat</show></presence>"
        "<message to='juliet@home.example' type='chat'><body>Hi</body></message>"
        "<presence><show>away</show></presence>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("<show>chat"), HasSubstr("Hi")));
    romeo.says("<iq type='get' id='1' to='juliet@home.example/balcony'><x xmlns='urn:x'/></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("away"), HasSubstr("id='1'")));
}

TEST(Sessions, who_resumes_is_active) {
    House house;
    house.befriend("juliet", "romeo");
    Client romeo(house, "romeo/orchard"), juliet(house, "juliet/balcony", "resumption-id");
    appears(romeo), appears(juliet);
    juliet.reads_all();
    juliet.sleeps(true);
    romeo.says("<presence><show>away</show></presence>");
    juliet.is_cut_off();
    romeo.says("<presence><show>xa</show></presence>");
    auto left = house.state.sessions.take(House::jid("juliet"), "resumption-id");
    ASSERT_TRUE(left);
    Client again(house, "juliet", *std::move(left));
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("xa")));
    romeo.says("<presence><show>dnd</show></presence>");
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("dnd")));
}

TEST(Sessions, carbons_that_bind_2_asked_for_are_on) {
    House house;
    Client romeo(house, "romeo/orchard"), one(house, "juliet/1"), two(house, "juliet/2");
    two.happens(stream::Opened{.id = "s", .address = two.address(), .carbons = true});
    romeo.says("<message to='juliet@home.example/1' type='chat'><body>x</body></message>");
    EXPECT_THAT(two.hears(), ElementsAre(HasSubstr("urn:xmpp:carbons:2")));
}

}  // namespace
}  // namespace rondel::server
