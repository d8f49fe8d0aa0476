// Our client's stream against a whole domain, byte by byte over its own stream: what the sessions' tests play by hand.
#include "rondel/server/domain.hpp"
#include "rondel/server/memory_storage.hpp"
#include "rondel/stream/client_stream.hpp"

#include <memory>
#include <string>
#include <vector>

#include "tests/support/stanza_text.hpp"
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rondel::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Place {
    Place() {
        for (const char* user : {"juliet", "romeo"}) EXPECT_FALSE(home.add_account(user, "pass"));
    }
    DomainOptions options() {
        DomainOptions options;
        options.name = "home.example"_jid;
        options.iterations = 4;
        options.clock = [this] { return now; };
        options.calendar = [this] {
            return Time(std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch()));
        };
        return options;
    }
    Instant now{std::chrono::hours(100)};
    MemoryStorage storage;
    Switchboard board;
    Domain home{board, storage, options()};
    int ids = 0;
};

// Both ends of one connection. Each pass() carries what there is.
class Wire {
  public:
    Wire(Place& place, const std::string& user, bool managed, stream::Framing framing = stream::Framing::tcp,
         std::optional<stream::Resumption> earlier = std::nullopt)
        : place_(place) {
        stream::AcceptingClientOptions accepting;
        accepting.framing = framing;
        accepting.domain = "home.example";
        accepting.require_tls = accepting.can_start_tls = false;
        accepting.sasl.domain = "home.example";
        accepting.sasl.fake_salt_key = "key";
        stream::ClientStreamOptions connecting;
        connecting.framing = framing;
        connecting.require_tls = false;
        connecting.stream_management = managed;
        connecting.sasl.fewest_iterations = 1;
        connecting.user_agent_id = "d4565fa7-4d72-4749-b3d3-740edbf87770";
        stream::ClientIdentity who;
        who.account = *Jid::parse(user + "@home.example");
        who.resource = "x";
        who.password = "pass";
        server_ = std::make_unique<stream::AcceptingClientStream>(
            place.home, accepting, [&place] { return "stream-id-" + std::to_string(++place.ids); });
        session_ = std::make_unique<ClientSession>(place.home, *server_, [this] { ++touched; });
        client_ = std::make_unique<stream::ClientStream>(who, connecting, std::move(earlier));
        server_->start(place.now);
        client_->start(place.now);
        pass();
    }

    void pass() {
        for (bool moved = true; moved;) moved = carry(*client_, *server_) | carry(*server_, *client_);
    }
    void says(const std::string& text) {
        EXPECT_FALSE(client_->send(Stanza(rondel::test::stanza_of(text))));
        pass();
    }
    std::vector<std::string> hears() {
        pass();
        return std::exchange(heard_, {});
    }
    void is_cut_off() {  // the server notices; the client too
        server_->peer_closed(place_.now), drain(*server_);
        session_.reset();
        client_->peer_closed(place_.now), drain(*client_);
    }
    void leaves() {
        client_->close(place_.now);
        pass();
        session_.reset();
    }
    std::optional<stream::Resumption> take_resumption() { return client_->take_resumption(); }
    std::optional<stream::Opened> opened;
    std::optional<stream::Closed> closed;
    int touched = 0;
    const Jid& address() const { return session_->address(); }

  private:
    bool carry(stream::Stream& from, stream::Stream& to) {
        const std::string bytes(from.output());
        if (bytes.empty()) return false;
        from.wrote(bytes.size());
        to.receive(bytes, place_.now);
        drain(to);
        return true;
    }
    void drain(stream::Stream& stream) {
        while (auto event = stream.next_event()) {
            if (&stream == server_.get()) {
                if (session_) session_->take(*event, place_.now);
            } else if (auto* received = std::get_if<stream::Received>(&*event)) {
                heard_.push_back(xml::to_string(received->stanza.element(), "jabber:client"));
            } else if (auto* open = std::get_if<stream::Opened>(&*event)) {
                opened = *open;
            } else if (auto* end = std::get_if<stream::Closed>(&*event)) {
                closed = *end;
            }
        }
    }
    Place& place_;
    std::unique_ptr<stream::AcceptingClientStream> server_;
    std::unique_ptr<ClientSession> session_;
    std::unique_ptr<stream::ClientStream> client_;
    std::vector<std::string> heard_;
};

const std::string hello = "<message to='juliet@home.example' type='chat'><body>hello</body></message>";

TEST(ClientSession, two_clients_talk_over_their_streams) {
    for (const auto framing : {stream::Framing::tcp, stream::Framing::websocket})
        for (const bool managed : {false, true}) {
            Place place;
            Wire juliet(place, "juliet", managed, framing), romeo(place, "romeo", managed, framing);
            ASSERT_TRUE(juliet.opened && romeo.opened) << (juliet.closed ? juliet.closed->why : "");
            EXPECT_EQ(juliet.address(), juliet.opened->address);
            juliet.says("<presence/>");
            EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("<presence")));
            const int before = juliet.touched;
            romeo.says(hello);
            EXPECT_GT(juliet.touched, before);
            EXPECT_THAT(juliet.hears(), ElementsAre(HasSubstr("<body>hello</body>")));
            EXPECT_EQ(place.home.sessions(), 2u);
            juliet.leaves();
            EXPECT_EQ(place.home.sessions(), 1u);
            romeo.is_cut_off();
            EXPECT_EQ(place.home.sessions(), managed ? 1u : 0u);
        }
}

TEST(ClientSession, R128_a_session_is_resumed_and_nothing_is_lost_or_said_twice) {
    for (const auto framing : {stream::Framing::tcp, stream::Framing::websocket})
        for (const auto next : {stream::Framing::tcp, stream::Framing::websocket}) {
            Place place;
            auto juliet = std::make_unique<Wire>(place, "juliet", true, framing);
            Wire romeo(place, "romeo", true);
            juliet->says("<presence/>");
            juliet->hears();
            romeo.says(hello);  // on its way to her, and never carried
            juliet->is_cut_off();
            romeo.says("<message to='juliet@home.example' type='chat'><body>waiting</body></message>");
            EXPECT_EQ(place.home.sessions(), 2u);
            Wire again(place, "juliet", true, next, juliet->take_resumption());
            ASSERT_TRUE(again.opened) << (again.closed ? again.closed->why : "");
            EXPECT_TRUE(again.opened->resumed);
            EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("hello"), HasSubstr("waiting")));
            romeo.says(hello);
            EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("hello")));
            EXPECT_EQ(place.home.sessions(), 2u);
        }
}

TEST(ClientSession, R128_a_session_that_is_over_leaves_its_messages_to_the_next) {
    Place place;
    auto juliet = std::make_unique<Wire>(place, "juliet", true, stream::Framing::websocket);
    Wire romeo(place, "romeo", true);
    juliet->says("<presence/>");
    juliet->hears();
    romeo.says(hello);
    juliet->is_cut_off();
    romeo.says("<message to='juliet@home.example' type='chat'><body>waiting</body></message>");
    EXPECT_NE(place.home.deadline(), never);
    place.now += std::chrono::minutes(6);
    place.home.expire(place.now);
    EXPECT_EQ(place.home.sessions(), 1u);
    Wire again(place, "juliet", true, stream::Framing::tcp, juliet->take_resumption());
    ASSERT_TRUE(again.opened);
    EXPECT_FALSE(again.opened->resumed);
    again.says("<presence/>");
    EXPECT_THAT(again.hears(), ElementsAre(HasSubstr("<presence"), HasSubstr("hello"), HasSubstr("waiting")));
}

TEST(ClientSession, R071_the_displaced_stream_gets_conflict) {
    Place place;
    Wire old(place, "juliet", false);
    Wire young(place, "juliet", false);
    old.pass();
    EXPECT_EQ(old.address(), young.address());
    ASSERT_TRUE(old.closed && old.closed->error);
    EXPECT_EQ(old.closed->error->condition, stream::StreamCondition::conflict);
}

TEST(ClientSession, V28_a_wrong_password_and_an_unknown_user_get_no_session) {
    Place place;
    place.home.set_password("juliet", "another");
    for (const char* user : {"juliet", "nobody"}) {
        Wire wire(place, user, false);
        EXPECT_FALSE(wire.opened);
        ASSERT_TRUE(wire.closed);
        EXPECT_EQ(wire.closed->cause, stream::CloseCause::refused);
    }
    EXPECT_EQ(place.home.sessions(), 0u);
}

TEST(ClientSession, requests_of_a_client_that_is_cut_off_are_bounced) {
    Place place;
    Wire juliet(place, "juliet", false), romeo(place, "romeo", false);
    place.storage.put_item("juliet", {.jid = "romeo@home.example"_jid, .from = true});
    juliet.says("<presence/>");
    romeo.says("<iq type='get' id='q' to='" + juliet.address().str() + "'><x xmlns='urn:x'/></iq>");
    juliet.is_cut_off();
    EXPECT_THAT(romeo.hears(), testing::Contains(testing::AllOf(HasSubstr("id='q'"), HasSubstr("type='error'"))));
}

TEST(Domain, wants_a_name_a_clock_and_a_place) {
    Place place;
    EXPECT_THROW(Domain(place.board, place.storage, place.options()), std::invalid_argument);  // taken
    DomainOptions options = place.options();
    options.name = "user@home.example"_jid;
    EXPECT_THROW(Domain(place.board, place.storage, options), std::invalid_argument);
    options.name = "other.example"_jid;
    {
        const Domain other(place.board, place.storage, options);
        EXPECT_TRUE(place.board.is_taken("other.example"));
    }
    EXPECT_FALSE(place.board.is_taken("other.example"));
    options.clock = {};
    EXPECT_THROW(Domain(place.board, place.storage, options), std::invalid_argument);
    EXPECT_THROW(place.home.set_password("juliet", ""), std::invalid_argument);
    EXPECT_TRUE(place.home.serves("home.example"));
    EXPECT_FALSE(place.home.serves("elsewhere.example"));
    EXPECT_FALSE(place.home.registration_open());
}

}  // namespace
}  // namespace rondel::server
