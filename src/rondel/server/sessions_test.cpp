#include "rondel/server/sessions.hpp"

#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Client;
using test::House;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

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

// XEP-0386 §4: its connection may be half dead, and the client knows that it is gone.
TEST(Sessions, the_next_session_of_a_client_ends_its_earlier_one) {
    for (const auto policy :
         {ResourceConflict::replace_old, ResourceConflict::refuse_new, ResourceConflict::rename_new}) {
        House house(with(policy));
        const auto bind = [&house](const std::string& tag, const std::string& client) {
            std::variant<Jid, Condition> bound = Condition::bad_request;
            house.state.home.run([&] { bound = house.state.sessions.bind({House::jid("juliet"), "", tag, client}); });
            return std::get<Jid>(bound);
        };
        const Jid first = bind("Gajim", "a-phone");
        EXPECT_TRUE(first.resource().starts_with("Gajim."));
        EXPECT_THAT(std::string(first.resource()), testing::Not(HasSubstr("phone")));
        EXPECT_NE(bind("Gajim", "a-phone"), first) << "It is reserved, and nobody has it yet.";
        house.pass(std::chrono::hours(1));
        Client phone(house, first.str());
        ASSERT_EQ(phone.address(), first);
        EXPECT_NE(bind("Gajim", "a-tablet"), first);
        EXPECT_FALSE(phone.link.error);
        EXPECT_EQ(bind("Gajim", "a-phone"), first);
        EXPECT_EQ(phone.link.error, stream::StreamCondition::conflict);
    }
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
    EXPECT_EQ(house.state.sessions.deadline(), house.now + std::chrono::minutes(5));
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
    EXPECT_EQ(house.state.sessions.deadline(), never);
    juliet.is_cut_off();
    EXPECT_EQ(told, 2);
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
