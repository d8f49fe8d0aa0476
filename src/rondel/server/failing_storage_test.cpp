// A storage that fails (F12): whoever wanted something is told, and what was there is there still.
#include "tests/support/house.hpp"

namespace rondel::server {
namespace {

using test::Heard;
using test::plain;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct FailingStorage final : MemoryStorage {
    FailingStorage() {
        for (const char* user : {"juliet", "romeo"}) put_account({user, {}, false});
    }
    void check() const {
        if (fails) throw StorageError("The disk is full.");
    }
    std::uint64_t put_item(std::string_view user, const RosterItem& item) override {
        return check(), MemoryStorage::put_item(user, item);
    }
    std::uint64_t remove_item(std::string_view user, const Jid& jid) override {
        return check(), MemoryStorage::remove_item(user, jid);
    }
    void keep_offline(std::string_view user, Time stamp, std::string_view stanza) override {
        check(), MemoryStorage::keep_offline(user, stamp, stanza);
    }
    void archive(std::string_view user, const Entry& entry) override { check(), MemoryStorage::archive(user, entry); }
    void put_preferences(std::string_view user, const Preferences& preferences) override {
        check(), MemoryStorage::put_preferences(user, preferences);
    }
    void put_vcard(std::string_view user, std::string_view card) override {
        check(), MemoryStorage::put_vcard(user, card);
    }
    void put_blocked(std::string_view user, const std::vector<Jid>& jids) override {
        check(), MemoryStorage::put_blocked(user, jids);
    }
    void put_last_seen(std::string_view user, const Seen& seen) override {
        check(), MemoryStorage::put_last_seen(user, seen);
    }
    std::vector<Kept> offline(std::string_view user) const override { return check(), MemoryStorage::offline(user); }
    bool fails = false;
};

class FailingStorageTest : public testing::Test {
  protected:
    struct Seat final : ClientLink {
        Seat(Home& home, Sessions& sessions, const std::string& user) : seat(home, sessions, *this) {
            const Jid address = *Jid::parse(user);
            home.run([&] { sessions.bind({address.bare(), std::string(address.resource()), {}}); });
            stream::Event opened = stream::Opened{.id = "s", .address = address};
            seat.take(opened);
        }
        void says(std::string_view text) {
            for (xml::Element& element : test::elements(text)) {
                stream::Event event = stream::Received{*Stanza::parse(element)};
                seat.take(event);
            }
        }
        Heard hears() { return std::exchange(heard, {}); }
        std::error_code send(const Stanza& stanza) override {
            return heard.push_back(plain(stanza.element())), std::error_code();
        }
        std::size_t backlog() const override { return 0; }
        void end(const stream::StreamError&) override {}
        std::string_view resumption_id() const override { return {}; }
        std::optional<stream::Resumption> take_resumption() override { return std::nullopt; }
        stream::Unsent take_unsent() override { return {}; }
        Heard heard;
        ClientSeat seat;
    };

    DomainOptions options() {
        DomainOptions options;
        options.name = "home.example"_jid;
        options.clock = [] { return Instant(); };
        options.calendar = [] { return Time(); };
        options.log = [this](LogLevel, std::string_view line) { log.emplace_back(line); };
        return options;
    }
    std::vector<std::string> log;
    Switchboard board;
    FailingStorage storage;
    Domain::State state{board, storage, options()};
    Seat juliet{state.home, state.sessions, "juliet@home.example/balcony"},
        romeo{state.home, state.sessions, "romeo@home.example/orchard"};
};

TEST_F(FailingStorageTest, F12_requests_are_answered_with_internal_server_error) {
    storage.put_item("juliet", {.jid = "old@x.example"_jid});
    storage.fails = true;
    for (const char* request :
         {"<query xmlns='jabber:iq:roster'><item jid='a@x.example'/></query>",
          "<query xmlns='jabber:iq:roster'><item jid='old@x.example' subscription='remove'/></query>",
          "<vCard xmlns='vcard-temp'><FN>J</FN></vCard>",
          "<block xmlns='urn:xmpp:blocking'><item jid='a@x.example'/></block>",
          "<prefs xmlns='urn:xmpp:mam:2' default='never'/>"}) {
        juliet.says("<iq type='set' id='1'>" + std::string(request) + "</iq>");
        EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("id='1'"), HasSubstr("internal-server-error"))))
            << request;
    }
    EXPECT_EQ(log.size(), 5u);
    storage.fails = false;
    juliet.says(
        "<iq type='get' id='2'><query xmlns='jabber:iq:roster'/></iq>"
        "<iq type='get' id='3'><blocklist xmlns='urn:xmpp:blocking'/></iq>");
    EXPECT_THAT(juliet.hears(), ElementsAre(AllOf(HasSubstr("old@x.example"), testing::Not(HasSubstr("a@x.example"))),
                                            HasSubstr("<blocklist xmlns='urn:xmpp:blocking'/>")));
}

TEST_F(FailingStorageTest, F12_messages_come_back) {
    storage.fails = true;
    romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>x</body></message>");
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='1'"), HasSubstr("internal-server-error"))));
    romeo.says(
        "<message to='juliet@home.example' type='chat' id='2'><body>x</body>"
        "<no-permanent-store xmlns='urn:xmpp:hints'/></message>");
    EXPECT_THAT(romeo.hears(), ElementsAre(AllOf(HasSubstr("id='2'"), HasSubstr("internal-server-error"))));
    storage.fails = false;
    romeo.says("<message to='juliet@home.example' type='chat' id='3'><body>x</body></message>");
    EXPECT_THAT(romeo.hears(), IsEmpty());
    EXPECT_EQ(storage.offline_count("juliet"), 1u);
}

TEST_F(FailingStorageTest, F12_subscriptions_that_cannot_be_kept_are_refused) {
    storage.fails = true;
    romeo.says("<presence to='juliet@home.example' type='subscribe' id='1'/>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("internal-server-error")));
    storage.fails = false;
    EXPECT_THAT(storage.roster("romeo").items, IsEmpty());
    EXPECT_THAT(storage.roster("juliet").items, IsEmpty());
}

TEST_F(FailingStorageTest, F12_who_cannot_get_the_offline_messages_now_gets_them_later) {
    romeo.says("<message to='juliet@home.example' type='chat' id='1'><body>x</body></message>");
    storage.fails = true;
    juliet.says("<presence/>");
    juliet.hears();
    storage.fails = false;
    juliet.says("<presence type='unavailable'/><presence/>");
    EXPECT_THAT(juliet.hears(), testing::Contains(HasSubstr("<body>x")));
}

TEST_F(FailingStorageTest, F12_others_are_told_that_somebody_left) {
    storage.put_item("juliet", {.jid = "romeo@home.example"_jid, .from = true});
    juliet.says("<presence/>"), romeo.says("<presence/>");
    romeo.hears();
    storage.fails = true;
    juliet.says("<presence type='unavailable'/>");
    EXPECT_THAT(romeo.hears(), ElementsAre(HasSubstr("unavailable")));
}

}  // namespace
}  // namespace rondel::server
