// V25, R045: whatever is in a certificate, it is for nobody by its subject, and a wildcard stands for one label.
//
// A byte of 0x30 begins a certificate in DER. Anything else is two lines, a presented name and the domain that is
// looked for, whose fitting is decided here once more, label by label.
#include "rondel/base/idna.hpp"
#include "rondel/net/reference_identity.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

using namespace rondel;
using namespace rondel::test;

namespace {

using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

bool is_plain(std::string_view name) {
    return std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

void require_no_subject(X509& certificate) {
    const net::CertificateNames names = net::names_of(certificate);
    for (const auto* kind : {&names.dns, &names.services})
        for (const std::string& name : *kind) RONDEL_REQUIRE(!name.empty() && is_plain(name));
    RONDEL_REQUIRE(!net::describe(names).empty());
    RONDEL_REQUIRE(net::names_of(certificate) == names);

    // Without its subjectAltName nothing is left, and what the subject says identifies nobody.
    std::vector<std::string> wanted = {"a.example", "example.com", "192.0.2.1"};
    const X509_NAME* subject = X509_get_subject_name(&certificate);
    for (int i = 0; i < X509_NAME_entry_count(subject); ++i) {
        const ASN1_STRING* text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i));
        wanted.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
                            static_cast<std::size_t>(ASN1_STRING_length(text)));
    }
    const Certificate bare(X509_dup(&certificate), &X509_free);
    if (bare == nullptr) return;
    for (int at = 0; (at = X509_get_ext_by_NID(bare.get(), NID_subject_alt_name, -1)) >= 0;)
        X509_EXTENSION_free(X509_delete_ext(bare.get(), at));
    // What was parsed is kept by OpenSSL, so the certificate is read anew.
    unsigned char* der = nullptr;
    const int size = i2d_re_X509_tbs(bare.get(), nullptr) > 0 ? i2d_X509(bare.get(), &der) : 0;
    if (size > 0) {
        const unsigned char* at = der;
        const Certificate anew(d2i_X509(nullptr, &at, size), &X509_free);
        if (anew != nullptr && X509_get_ext_by_NID(anew.get(), NID_subject_alt_name, -1) < 0) {
            const net::CertificateNames none = net::names_of(*anew);
            RONDEL_REQUIRE(none.empty());
            for (const std::string& domain : wanted)
                RONDEL_REQUIRE(!net::matches(none, {.domain = domain, .service = "xmpp-client"}));
        }
    }
    OPENSSL_free(der);

    // Who is looked for is in it, letter for letter, or under a wildcard.
    for (const std::string& domain : wanted)
        RONDEL_REQUIRE(!net::matches(names, {.domain = domain, .service = "xmpp-client"}) || !names.empty());
}

std::vector<std::string> labels(std::string_view name) {
    std::vector<std::string> found(1);
    for (const char c : name)
        if (c == '.')
            found.emplace_back();
        else
            found.back() += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return found;
}

bool is_ip(const std::string& text) {
    in6_addr address{};
    return inet_pton(AF_INET, text.c_str(), &address) == 1 || inet_pton(AF_INET6, text.c_str(), &address) == 1;
}

bool ought_to_fit(std::string_view presented, const std::string& domain) {
    if (is_ip(domain)) return false;
    const auto wanted = domain_to_ascii(domain);
    if (!wanted) return false;
    const std::vector<std::string> one = labels(presented), other = labels(*wanted);
    if (presented.find('*') == presented.npos) return one == other;
    if (one.size() < 3 || one.size() != other.size() || one.front() != "*" || other.front().empty()) return false;
    if (std::count(presented.begin(), presented.end(), '*') != 1) return false;
    return std::equal(one.begin() + 1, one.end(), other.begin() + 1);
}

void require_rules(const std::string& presented, const std::string& domain) {
    if (domain.find('\0') != domain.npos) return;
    const bool fits = ought_to_fit(presented, domain);
    RONDEL_REQUIRE(net::matches({.dns = {presented}}, {.domain = domain}) == fits);
    // For this service, and for no other; an address has no wildcard.
    const net::CertificateNames service{.services = {"_xmpp-client." + presented}};
    RONDEL_REQUIRE(net::matches(service, {.domain = domain, .service = "xmpp-client"}) == fits);
    RONDEL_REQUIRE(!net::matches(service, {.domain = domain, .service = "xmpp-server"}));
    RONDEL_REQUIRE(!net::matches(service, {.domain = domain}));
    const net::CertificateNames address{.addresses = {presented}};
    if (presented.find('*') != presented.npos)
        RONDEL_REQUIRE(!net::matches(address, {.domain = domain, .service = "xmpp-client"}));
    RONDEL_REQUIRE(!net::matches(address, {.domain = domain}));
    RONDEL_REQUIRE(!net::matches({}, {.domain = domain, .service = "xmpp-client"}));
    if (is_ip(domain)) RONDEL_REQUIRE(net::server_name({.domain = domain}).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0 && data[0] == 0x30) {
        const unsigned char* at = data;
        const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(size)), &X509_free);
        if (certificate != nullptr) require_no_subject(*certificate);
        ERR_clear_error();
        return 0;
    }
    Input input(data, size);
    const std::string presented(input.until('\n'));
    require_rules(presented, std::string(input.rest()));
    return 0;
}
