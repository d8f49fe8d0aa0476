// R045, V25: which names of a certificate fit whom we look for. (RFC 6125 §6.4, RFC 6120 §13.7.1.2.1)
#include "rondel/net/reference_identity.hpp"

#include <memory>
#include <string>

#include "tests/support/authority.hpp"
#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

namespace rondel::net {
namespace {

using rondel::testing::issue;
using rondel::testing::Wish;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

CertificateNames names_in(const Wish& wish) {
    const std::string pem = issue(wish).chain;
    const std::unique_ptr<BIO, decltype(&BIO_free)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                        &BIO_free);
    const std::unique_ptr<X509, decltype(&X509_free)> read(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr),
                                                           &X509_free);
    return names_of(*read);
}

bool dns(const std::string& presented, const std::string& domain) {
    return matches(CertificateNames{.dns = {presented}}, {.domain = domain});
}
bool service(const std::string& presented, const std::string& domain) {
    return matches(CertificateNames{.services = {presented}}, {.domain = domain, .service = "xmpp-client"});
}
bool address(const std::string& presented, const std::string& domain) {
    return matches(CertificateNames{.addresses = {presented}}, {.domain = domain, .service = "xmpp-client"});
}

TEST(CertificateNames, R045_all_four_kinds_are_read) {
    const CertificateNames names =
        names_in({.alternative =
                      "DNS:a.example,DNS:*.b.example,IP:192.0.2.1,IP:2001:db8::1,email:c@d.example,URI:xmpp:e.example,"
                      "otherName:1.3.6.1.5.5.7.8.5;UTF8:f.example,"
                      "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_xmpp-client.g.example"});
    EXPECT_THAT(names.dns, ElementsAre("a.example", "*.b.example"));
    EXPECT_THAT(names.addresses, ElementsAre("f.example"));
    EXPECT_THAT(names.services, ElementsAre("_xmpp-client.g.example"));
    EXPECT_THAT(names.ips, ElementsAre(std::string("\xC0\x00\x02\x01", 4),
                                       std::string("\x20\x01\x0D\xB8\0\0\0\0\0\0\0\0\0\0\0\x01", 16)));
    EXPECT_EQ(describe(names), "DNS a.example, DNS *.b.example, SRV _xmpp-client.g.example, XMPP f.example, …");
}

TEST(CertificateNames, V25_T_CERTID_a_subject_is_no_name) {
    for (const std::string common : {"xmpp.localhost", "x, CN=xmpp.localhost", "x\",OU=\"CN=admin,"})
        EXPECT_TRUE(names_in({.alternative = "", .common_name = common}).empty()) << common;
    EXPECT_EQ(describe(names_in({.alternative = "", .common_name = "a.example"})), "nothing");
}

TEST(CertificateNames, V25_T_CERTID_what_no_name_can_hold_is_none) {
    using namespace std::string_literals;
    for (const std::string& bad : {"a.example\0.evil.example"s, "a.example\n"s, "a.example,b.example"s, "a.example/"s,
                                   "b\xC3\xBC"
                                   "cher.example"s,
                                   " a.example"s, "\0"s})
        EXPECT_THAT(names_in({.name_with_null = bad}).dns, IsEmpty()) << bad;
    // Of the wrong type of string, too.
    EXPECT_TRUE(names_in({.alternative = "otherName:1.3.6.1.5.5.7.8.5;IA5STRING:a.example"}).empty());
    EXPECT_TRUE(names_in({.alternative = "otherName:1.3.6.1.5.5.7.8.7;UTF8:_xmpp-client.a.example"}).empty());
}

TEST(ReferenceIdentity, R045_a_dns_name_is_compared_whole_and_without_case) {
    EXPECT_TRUE(dns("xmpp.example.com", "xmpp.example.com"));
    EXPECT_TRUE(dns("XMPP.Example.COM", "xmpp.example.com"));
    EXPECT_TRUE(dns("localhost", "localhost"));
    EXPECT_FALSE(dns("example.com", "xmpp.example.com"));
    EXPECT_FALSE(dns("xmpp.example.com", "example.com"));
    EXPECT_FALSE(dns("xmpp.example.com.evil.example", "xmpp.example.com"));
    EXPECT_FALSE(dns("xmpp.example.com", ""));
    EXPECT_FALSE(dns("", "xmpp.example.com"));
}

TEST(ReferenceIdentity, R045_a_wildcard_stands_for_one_label_at_the_left) {
    EXPECT_TRUE(dns("*.example.com", "xmpp.example.com"));
    EXPECT_FALSE(dns("*.example.com", "example.com"));
    EXPECT_FALSE(dns("*.example.com", "a.b.example.com"));
    EXPECT_FALSE(dns("*.*.example.com", "a.b.example.com"));
    EXPECT_FALSE(dns("a.*.example.com", "a.b.example.com"));
    EXPECT_FALSE(dns("x*.example.com", "xmpp.example.com"));
    EXPECT_FALSE(dns("*p.example.com", "xmpp.example.com"));
    EXPECT_FALSE(dns("xn--*.example.com", "xn--bcher-kva.example.com"));
    EXPECT_FALSE(dns("*.com", "example.com"));
    EXPECT_FALSE(dns("*", "localhost"));
    EXPECT_FALSE(dns("*.", "localhost"));
    EXPECT_FALSE(dns("*..com", "a..com"));
    EXPECT_FALSE(dns("*.example.com", ".example.com"));
}

TEST(ReferenceIdentity, R045_an_international_domain_is_compared_as_dns_writes_it) {
    EXPECT_TRUE(dns("xn--bcher-kva.example",
                    "b\xC3\xBC"
                    "cher.example"));
    EXPECT_TRUE(dns("xn--bcher-kva.example", "xn--bcher-kva.example"));
    EXPECT_TRUE(dns("*.example.com",
                    "b\xC3\xBC"
                    "cher.example.com"));
    EXPECT_FALSE(dns("bcher.example",
                     "b\xC3\xBC"
                     "cher.example"));
}

TEST(ReferenceIdentity, R045_a_service_name_is_for_that_service_only) {
    EXPECT_TRUE(service("_xmpp-client.example.com", "example.com"));
    EXPECT_TRUE(service("_XMPP-Client.EXAMPLE.com", "example.com"));
    EXPECT_TRUE(service("_xmpp-client.*.example.com", "im.example.com"));
    EXPECT_FALSE(service("_xmpp-server.example.com", "example.com"));
    EXPECT_FALSE(service("_imaps.example.com", "example.com"));
    EXPECT_FALSE(service("xmpp-client.example.com", "example.com"));
    EXPECT_FALSE(service("_xmpp-client.example.com", "im.example.com"));
    EXPECT_FALSE(service("_xmpp-client", "example.com"));
    EXPECT_FALSE(matches({.services = {"_xmpp-client.example.com"}}, {.domain = "example.com"})) << "not asked for";
}

TEST(ReferenceIdentity, R045_an_xmpp_address_is_the_domain_itself) {
    EXPECT_TRUE(address("example.com", "example.com"));
    EXPECT_TRUE(address("Example.COM", "example.com"));
    EXPECT_TRUE(
        address("b\xC3\xBC"
                "cher.example",
                "b\xC3\xBC"
                "cher.example"));
    EXPECT_TRUE(address("xn--bcher-kva.example",
                        "b\xC3\xBC"
                        "cher.example"));
    EXPECT_FALSE(address("juliet@example.com", "example.com"));
    EXPECT_FALSE(address("example.com/x", "example.com"));
    EXPECT_FALSE(address("*.example.com", "im.example.com")) << "no wildcards here";
    EXPECT_FALSE(matches({.addresses = {"example.com"}}, {.domain = "example.com"})) << "not asked for";
}

TEST(ReferenceIdentity, R045_an_ip_address_is_compared_as_such) {
    const CertificateNames v4{.dns = {"192.0.2.1"}, .ips = {std::string("\xC0\x00\x02\x02", 4)}};
    EXPECT_TRUE(matches(v4, {.domain = "192.0.2.2"}));
    EXPECT_FALSE(matches(v4, {.domain = "192.0.2.1"})) << "a DNS name that looks like one";
    const CertificateNames v6{.ips = {std::string("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01", 16)}};
    EXPECT_TRUE(matches(v6, {.domain = "::1"}));
    EXPECT_TRUE(matches(v6, {.domain = "[::1]"}));
    EXPECT_FALSE(matches(v6, {.domain = "::2"}));
    EXPECT_FALSE(dns("*.0.2.1", "192.0.2.1"));
}

TEST(ReferenceIdentity, the_name_for_the_server_is_as_dns_writes_it) {
    EXPECT_EQ(server_name({.domain = "b\xC3\xBC"
                                     "cher.example"}),
              "xn--bcher-kva.example");
    EXPECT_EQ(server_name({.domain = "xmpp.example.com"}), "xmpp.example.com");
    EXPECT_EQ(server_name({.domain = "192.0.2.1"}), "") << "RFC 6066 §3: no addresses";
    EXPECT_EQ(server_name({.domain = "[::1]"}), "");
}

}  // namespace
}  // namespace rondel::net
