// F16: what the DNS may answer, or not, and what becomes of it.
#include "rondel/net/resolver.hpp"

#include <cerrno>
#include <memory>
#include <optional>
#include <string>

#include "tests/support/dns_server.hpp"
#include "tests/support/loopback.hpp"
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <sys/epoll.h>

namespace {
thread_local int refusals = 0;  // so many descriptors more are not watched
}

// Between us and the C library.
extern "C" int epoll_ctl(int poll, int operation, int on, epoll_event* event) noexcept {
    using Call = int (*)(int, int, int, epoll_event*);
    static const auto real = reinterpret_cast<Call>(dlsym(RTLD_NEXT, "epoll_ctl"));
    if (operation != EPOLL_CTL_ADD || refusals == 0) return real(poll, operation, on, event);
    --refusals;
    errno = ENOSPC;
    return -1;
}

namespace rondel::net {
namespace {

using rondel::testing::DnsServer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

class ResolverTest : public rondel::testing::LoopbackTest {
  protected:
    ResolverTest() { options.servers = {dns.here()}; }
    SrvAnswer srv(const std::string& domain) {
        if (resolver == nullptr) resolver = std::make_unique<Resolver>(io.get_executor(), options);
        std::optional<SrvAnswer> found;
        resolver->srv("_xmpp-client._tcp", domain, [&](SrvAnswer answer) { found = std::move(answer); });
        EXPECT_FALSE(found) << "not from inside";
        EXPECT_TRUE(until([&] { return found.has_value(); }));
        return found.value_or(SrvAnswer{{}, "nothing came"});
    }
    std::vector<std::string> addresses(const std::string& host, Family family) {
        if (resolver == nullptr) resolver = std::make_unique<Resolver>(io.get_executor(), options);
        std::optional<std::vector<std::string>> found;
        resolver->addresses(host, family, [&](std::vector<boost::asio::ip::address> all, std::string said) {
            found.emplace();
            for (const auto& each : all) found->push_back(each.to_string());
            why = std::move(said);
        });
        EXPECT_FALSE(found) << "not from inside";
        EXPECT_TRUE(until([&] { return found.has_value(); }));
        EXPECT_EQ(why.empty(), !found->empty());
        return *found;
    }

    DnsServer dns{io};
    ResolverOptions options;
    std::unique_ptr<Resolver> resolver;
    std::string why;
};

TEST_F(ResolverTest, srv_records_are_read) {
    dns.srv("_xmpp-client._tcp.example.com", 5, 7, 5222, "xmpp.example.com");
    dns.srv("_xmpp-client._tcp.example.com", 9, 0, 80, "b.example.com");
    const SrvAnswer answer = srv("example.com");
    EXPECT_EQ(answer.failure, "");
    EXPECT_THAT(answer.records,
                IsSupersetOf({SrvRecord{5, 7, 5222, "xmpp.example.com"}, SrvRecord{9, 0, 80, "b.example.com"}}));
}

TEST_F(ResolverTest, F16_names_that_do_not_exist_or_have_nothing_of_this_kind) {
    EXPECT_THAT(srv("example.com").records, IsEmpty());
    EXPECT_EQ(srv("example.com").failure, "") << "that is an answer";
    dns.a("_xmpp-client._tcp.a.example", "192.0.2.1");
    EXPECT_EQ(srv("a.example").failure, "");
    EXPECT_THAT(addresses("nowhere.example", Family::ipv4), IsEmpty());
    EXPECT_THAT(why, HasSubstr("not found"));
}

// There is a limit of descriptors that are watched (max_user_watches). c-ares, which is C, knows no exceptions.
TEST_F(ResolverTest, F09_where_the_system_watches_no_more_descriptors_it_is_as_if_nobody_answered) {
    dns.a("xmpp.example.com", "192.0.2.1");
    options.limit = std::chrono::milliseconds(300);
    refusals = 1000;
    EXPECT_THAT(addresses("xmpp.example.com", Family::ipv4), IsEmpty());
    EXPECT_NE(srv("example.com").failure, "");
    refusals = 0;
    resolver.reset();
    EXPECT_THAT(addresses("xmpp.example.com", Family::ipv4), ElementsAre("192.0.2.1"));
}

TEST_F(ResolverTest, F16_a_server_that_fails) {
    dns.broken = {"_xmpp-client._tcp.example.com"};
    EXPECT_NE(srv("example.com").failure, "");
}

TEST_F(ResolverTest, F16_a_server_that_does_not_answer) {
    options.first_try = std::chrono::milliseconds(20);
    dns.silent = {"_xmpp-client._tcp.example.com"};
    EXPECT_THAT(srv("example.com").failure, HasSubstr("Timeout"));
    EXPECT_THAT(dns.asked, ::testing::SizeIs(3)) << "and is asked again";
}

TEST_F(ResolverTest, F16_the_whole_is_bounded_in_time) {
    options.first_try = std::chrono::hours(1);
    options.limit = std::chrono::milliseconds(20);
    dns.silent = {"_xmpp-client._tcp.example.com"};
    EXPECT_EQ(srv("example.com").failure, "no answer in time");
}

TEST_F(ResolverTest, F16_R001_a_dot) {
    dns.srv("_xmpp-client._tcp.example.com", 0, 0, 0, ".");
    const SrvAnswer answer = srv("example.com");
    EXPECT_EQ(answer.failure, "");
    ASSERT_THAT(answer.records, ::testing::SizeIs(1));
    EXPECT_TRUE(plan("example.com", {}, answer).unavailable);
}

TEST_F(ResolverTest, F16_a_hundred_records_come_by_tcp) {
    for (std::uint16_t i = 0; i < 100; ++i)
        dns.srv("_xmpp-client._tcp.example.com", i, 0, 5222, "xmpp" + std::to_string(i) + ".example.com");
    EXPECT_THAT(srv("example.com").records, ::testing::SizeIs(100));
    EXPECT_THAT(dns.asked,
                ElementsAre("_xmpp-client._tcp.example.com SRV", "_xmpp-client._tcp.example.com SRV by TCP"));
}

TEST_F(ResolverTest, addresses_of_both_families) {
    dns.a("xmpp.example.com", "192.0.2.1");
    dns.a("xmpp.example.com", "192.0.2.2");
    dns.aaaa("xmpp.example.com", "2001:db8::1");
    EXPECT_THAT(addresses("xmpp.example.com", Family::ipv4), ::testing::UnorderedElementsAre("192.0.2.1", "192.0.2.2"));
    EXPECT_THAT(addresses("xmpp.example.com", Family::ipv6), ElementsAre("2001:db8::1"));
    EXPECT_THAT(dns.asked, Contains("xmpp.example.com AAAA"));
}

TEST_F(ResolverTest, addresses_through_an_alias) {
    dns.cname("xmpp.example.com", "host.example.com");
    dns.a("host.example.com", "192.0.2.7");
    EXPECT_THAT(addresses("xmpp.example.com", Family::ipv4), ElementsAre("192.0.2.7"));
}

TEST_F(ResolverTest, F16_a_loop_of_aliases_comes_to_an_end) {
    dns.cname("a.example.com", "b.example.com");
    dns.cname("b.example.com", "a.example.com");
    EXPECT_THAT(addresses("a.example.com", Family::ipv4), IsEmpty());
    dns.cname("_xmpp-client._tcp.example.com", "_xmpp-client._tcp.example.com");
    EXPECT_THAT(srv("example.com").records, IsEmpty());
}

TEST_F(ResolverTest, what_needs_no_dns_is_not_asked_for) {
    EXPECT_THAT(addresses("127.0.0.1", Family::ipv4), ElementsAre("127.0.0.1"));
    EXPECT_THAT(addresses("127.0.0.1", Family::ipv6), IsEmpty());
    EXPECT_THAT(addresses("::1", Family::ipv6), ElementsAre("::1"));
    EXPECT_THAT(addresses("localhost", Family::ipv4), ElementsAre("127.0.0.1"));
    EXPECT_THAT(addresses("xmpp.LOCALHOST", Family::ipv6), ElementsAre("::1"));
    EXPECT_THAT(dns.asked, IsEmpty());
    addresses("notlocalhost", Family::ipv4);
    EXPECT_THAT(dns.asked, ::testing::Not(IsEmpty()));
}

TEST_F(ResolverTest, international_names_are_asked_for_as_dns_writes_them) {
    dns.srv("_xmpp-client._tcp.xn--bcher-kva.example", 0, 0, 5222, "x.example");
    EXPECT_THAT(srv("b\xC3\xBC"
                    "cher.example")
                    .records,
                ::testing::SizeIs(1));
}

TEST_F(ResolverTest, servers_that_are_none_are_told) {
    options.servers = {"not a server"};
    EXPECT_THAT(srv("example.com").failure, HasSubstr("no addresses of name servers"));
    EXPECT_THAT(addresses("example.com", Family::ipv4), IsEmpty());
    EXPECT_THAT(addresses("127.0.0.1", Family::ipv4), ElementsAre("127.0.0.1"));
}

TEST_F(ResolverTest, one_that_is_gone_says_nothing_more) {
    dns.silent = {"xmpp.example.com"};
    auto soon_gone = std::make_unique<Resolver>(io.get_executor(), options);
    bool told = false;
    soon_gone->addresses("xmpp.example.com", Family::ipv4, [&](auto, auto) { told = true; });
    soon_gone->srv("_xmpp-client._tcp", "example.com", [&](auto) { told = true; });
    ASSERT_TRUE(until([&] { return !dns.asked.empty(); }));
    soon_gone.reset();
    io.run_for(std::chrono::milliseconds(1));
    EXPECT_FALSE(told);
}

}  // namespace
}  // namespace rondel::net
