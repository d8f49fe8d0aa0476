// F09: a program that may open no more files and sockets, while its hosts want to connect. They wait, say why, and come
// when there are descriptors again; what was handed over meanwhile is said then, once.
#include "rondel/net/descriptors.hpp"

#include "rondel/net/listener.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "tests/support/client_house.hpp"
#include "tests/support/descriptor_limit.hpp"
#include "tests/support/dns_server.hpp"
#include "tests/support/hand_server.hpp"
#include "tests/support/lone_component.hpp"
#include "tests/support/tampering_relay.hpp"
#include <gmock/gmock.h>

namespace rondel::net {
namespace {

using rondel::testing::DescriptorLimit;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view none_left = "Too many open files; the limit of this program may be too low: ulimit -n";

TEST(Descriptors, F09_that_there_are_none_is_noticed_and_said_with_what_can_be_done) {
    EXPECT_FALSE(out_of_descriptors());
    DescriptorLimit limit;
    ASSERT_TRUE(limit.leave(0));
    EXPECT_TRUE(out_of_descriptors());
    ASSERT_TRUE(limit.leave(1));
    EXPECT_FALSE(out_of_descriptors()) << "asking takes none for good";
    EXPECT_FALSE(out_of_descriptors());
    using boost::system::errc::make_error_code;
    EXPECT_THAT(words_for(make_error_code(boost::system::errc::too_many_files_open)), HasSubstr(none_left));
    EXPECT_EQ(words_for(make_error_code(boost::system::errc::connection_refused)), "Connection refused");
}

class ComponentDescriptorsTest : public rondel::testing::LoneComponentTest {
  protected:
    bool was_said(std::string_view part) const {
        return std::any_of(said.begin(), said.end(),
                           [&](const std::string& each) { return each.find(part) != each.npos; });
    }
    // A thousand turns of the loop, none of which waits: how many callbacks ran in them.
    std::size_t turn() {
        std::size_t ran = 0;
        for (int i = 0; i < 1000; ++i) {
            io.restart();
            ran += io.poll();
        }
        return ran;
    }
};

TEST_F(ComponentDescriptorsTest, F09_what_is_sent_while_there_are_none_waits_and_is_said_once) {
    rondel::testing::HandServer server(io);
    start(options(server.here()));
    ASSERT_TRUE(until([&] { return sessions == 1; }));
    server.reset();
    ASSERT_TRUE(until([&] { return was_said("connection was lost"); }));
    DescriptorLimit limit;
    ASSERT_TRUE(limit.leave(0));
    for (std::size_t n = 0; n < 3; ++n) EXPECT_TRUE(send(n));
    ASSERT_TRUE(until([&] { return was_said(none_left); }));
    EXPECT_LT(turn(), 500U) << "one try each turn would be spinning";
    EXPECT_FALSE(ending.has_value());
    EXPECT_EQ(component->entity().ledger().open(), 3U);
    EXPECT_THAT(outcomes, IsEmpty());
    EXPECT_EQ(std::count_if(said.begin(), said.end(),
                            [](const std::string& each) { return each.find("Trying again") != each.npos; }),
              2)
        << "for the loss, and for the descriptors: each is told once";

    limit.lift();
    ASSERT_TRUE(until([&] { return sessions == 2; }));
    component->drain();
    ASSERT_TRUE(until([&] { return ending.has_value(); }));
    EXPECT_THAT(numbers(server.heard), ElementsAre(0, 1, 2));
    EXPECT_EQ(component->entity().ledger().ended(Outcome::acked), 3U);
    EXPECT_EQ(component->entity().ledger().open(), 0U);
}

TEST_F(ComponentDescriptorsTest, F09_at_its_start_by_tcp_and_by_a_unix_socket) {
    test::Folder folder;
    server::Switchboard board;
    server::ComponentBook book(board);
    book.add("echo.localhost"_jid, "pass");
    Listener listener(io.get_executor(), board, book);
    for (const std::string& place : {std::string("127.0.0.1:0"), "unix:" + folder.path() + "/door"}) {
        const Result<Endpoint> here = listener.listen(*Endpoint::parse(place));
        ASSERT_TRUE(here);
        DescriptorLimit limit;
        ASSERT_TRUE(limit.leave(0));
        said.clear();
        sessions = 0;
        start(options(here->str()));
        ASSERT_TRUE(until([&] { return was_said(none_left); })) << place;
        EXPECT_FALSE(ending.has_value());
        limit.lift();
        ASSERT_TRUE(until([&] { return sessions == 1; })) << place;
        component.reset();
        ASSERT_TRUE(until([&] { return listener.connections() == 0; }));
    }
}

// The authorities are read when it begins: without them it cannot even ask whether the server is the right one.
TEST_F(ComponentDescriptorsTest, F09_with_tls_too) {
    const auto certificate = rondel::testing::make_certificate({"localhost"});
    test::Folder folder;
    std::ofstream(folder.path() + "/ca.pem") << certificate.chain;
    server::Switchboard board;
    server::ComponentBook book(board);
    book.add("echo.localhost"_jid, "pass");
    ListenerOptions how;
    how.certificate = {certificate.chain, certificate.key};
    Listener listener(io.get_executor(), board, book, std::move(how));
    ComponentOptions with =
        options("localhost:" + std::to_string(listener.listen(*Endpoint::parse("127.0.0.1:0"))->port));
    with.tls = {.mode = TlsOptions::Mode::verify, .ca_file = folder.path() + "/ca.pem"};
    DescriptorLimit limit;
    ASSERT_TRUE(limit.leave(0));
    start(with);
    ASSERT_TRUE(until([&] { return was_said(none_left) || ending.has_value(); }));
    EXPECT_FALSE(ending.has_value()) << ending->why;
    limit.lift();
    ASSERT_TRUE(until([&] { return sessions == 1; }));
}

class ClientDescriptorsTest : public rondel::testing::ClientHouseTest {};

// Each of its files may be the one for which there is no descriptor: none of them is wrong for that.
TEST_F(ClientDescriptorsTest, F09_at_its_start_whatever_file_it_wants) {
    ClientOptions by_authority = options();
    ClientOptions by_list = options();
    by_list.tls.ca_file.clear();
    by_list.tls.crl_file = folder.path() + "/crl.pem";
    std::ofstream(by_list.tls.crl_file) << rondel::testing::revoke({}, authority);
    ClientOptions by_certificate = options();
    const auto own = rondel::testing::issue({}, &authority);
    by_certificate.tls.mode = TlsOptions::Mode::insecure;
    by_certificate.certificate_file = folder.path() + "/own.pem";
    std::ofstream(by_certificate.certificate_file) << own.chain << own.key;
    for (const ClientOptions& with : {by_authority, by_list, by_certificate}) {
        said.clear();
        DescriptorLimit limit;
        ASSERT_TRUE(limit.leave(0));
        const auto juliet = start(with);
        ASSERT_TRUE(until([&] { return was_said(none_left) || juliet->ending; }));
        EXPECT_FALSE(juliet->ending) << juliet->ending->why;
        EXPECT_TRUE(was_said("could not be read from " + folder.path()));
        limit.lift();
        if (!with.tls.crl_file.empty()) continue;  // nobody vouches for the server
        ASSERT_TRUE(until([&] { return juliet->sessions == 1 || juliet->ending; }));
        EXPECT_FALSE(juliet->ending);
    }
}

TEST_F(ClientDescriptorsTest, F09_a_session_that_was_cut_goes_on_when_there_are_some_again) {
    rondel::testing::TamperingRelay relay(io, starttls_port);
    ClientOptions through = options("juliet@capulet.example/balcony");
    through.server = relay.here();
    const auto juliet = enter(through);
    const auto romeo = enter(options("romeo@capulet.example/orchard", "jul13t"));
    relay.cut();
    ASSERT_TRUE(until([&] { return was_said("The connection was lost"); }));
    DescriptorLimit limit;
    ASSERT_TRUE(limit.leave(0));
    juliet->tell("romeo@capulet.example/orchard"_jid, "later");
    ASSERT_TRUE(until([&] { return was_said(none_left) || juliet->ending; }));
    EXPECT_FALSE(juliet->ending) << juliet->ending->why;
    limit.lift();
    ASSERT_TRUE(until([&] { return !romeo->heard.empty() || juliet->ending; }));
    EXPECT_THAT(romeo->heard, ElementsAre("later"));
    EXPECT_EQ(juliet->sessions, 1) << "the same one";
}

TEST_F(ClientDescriptorsTest, F09_who_asks_the_dns_is_told_that_it_was_not_the_dns) {
    rondel::testing::DnsServer dns(io);
    dns.srv("_xmpp-client._tcp.capulet.example", 5, 0, starttls_port, "host.elsewhere.example");
    dns.a("host.elsewhere.example", "127.0.0.1");
    ClientOptions found = options();
    found.server.clear();
    found.tls.mode = TlsOptions::Mode::insecure;  // which reads no file
    found.dns_servers = {dns.here()};
    DescriptorLimit limit;
    ASSERT_TRUE(limit.leave(0));
    const auto juliet = start(found);
    ASSERT_TRUE(until([&] { return was_said(none_left) || juliet->ending; }));
    EXPECT_FALSE(juliet->ending) << juliet->ending->why;
    limit.lift();
    ASSERT_TRUE(until([&] { return juliet->sessions == 1; }));
}

// The connection, on both of its sides, takes the last ones; the system's authorities are looked up later.
TEST_F(ClientDescriptorsTest, F09_a_certificate_that_could_not_be_looked_up_is_not_said_to_be_wrong) {
    ClientOptions with = options();
    with.tls.ca_file.clear();
    with.server = here(tls_port);
    with.direct_tls = true;
    DescriptorLimit limit;
    ASSERT_TRUE(limit.leave(2));
    const auto juliet = start(with);
    ASSERT_TRUE(until([&] { return was_said("its certificate could not be checked"); }));
    EXPECT_TRUE(was_said(none_left));
    EXPECT_FALSE(was_said("refused"));
    limit.lift();
    ASSERT_TRUE(until([&] { return was_said("its certificate was refused"); }))
        << "nobody of the system vouches for it";
    EXPECT_FALSE(juliet->ending);
}

// A file that was there once is being replaced: that is no reason to end for a program that has run for weeks.
TEST_F(ClientDescriptorsTest, F17_a_file_of_the_options_that_is_gone_for_a_moment_is_waited_for) {
    rondel::testing::TamperingRelay relay(io, starttls_port);
    ClientOptions through = options("juliet@capulet.example/balcony");
    through.server = relay.here();
    const auto juliet = enter(through);
    std::filesystem::rename(folder.path() + "/ca.pem", folder.path() + "/ca.pem.old");
    relay.cut();
    ASSERT_TRUE(until([&] { return was_said("could not be read from") || juliet->ending; }));
    EXPECT_FALSE(juliet->ending) << juliet->ending->why;
    EXPECT_TRUE(was_said("Trying again until it works."));
    juliet->tell(juliet->self().address(), "later");
    std::filesystem::rename(folder.path() + "/ca.pem.old", folder.path() + "/ca.pem");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty() || juliet->ending; }));
    EXPECT_FALSE(juliet->ending);
}

TEST_F(ClientDescriptorsTest, F09_a_certificate_that_cannot_be_changed_now_stays_as_it_was) {
    client_ca_file = options().tls.ca_file;
    const auto first = rondel::testing::issue({.alternative = "DNS:capulet.example"}, &authority);
    open(first);
    const auto other = rondel::testing::issue({.alternative = "DNS:elsewhere.example"}, &authority);
    {
        DescriptorLimit limit;
        ASSERT_TRUE(limit.leave(0));
        std::string why;
        EXPECT_TRUE(listener->use({other.chain, other.key}, why));
        EXPECT_THAT(why, HasSubstr("Too many open files"));
    }
    enter(options());
    ClientOptions direct = options();
    direct.server = here(tls_port);
    direct.direct_tls = true;
    enter(direct);
}

}  // namespace
}  // namespace rondel::net
