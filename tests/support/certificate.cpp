#include "tests/support/certificate.hpp"

#include "rondel/base/encoding.hpp"

#include <array>
#include <memory>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace rondel::testing {

namespace {

template <class T, void (*free)(T*)>
struct Freed {
    void operator()(T* thing) const { free(thing); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Cert = std::unique_ptr<X509, Freed<X509, X509_free>>;

template <class Write>
std::string pem(Write write) {
    BIO* bio = BIO_new(BIO_s_mem());
    write(bio);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

}  // namespace

Certificate make_certificate(const std::vector<std::string>& names, int days) {
    const Key key(EVP_EC_gen("P-256"));
    const Cert cert(X509_new());
    X509_set_version(cert.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), 1);
    constexpr long day = 24L * 60 * 60;
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), -day + (days < 0 ? days * day : 0));
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), days * day);
    X509_set_pubkey(cert.get(), key.get());
    X509_NAME* name = X509_get_subject_name(cert.get());
    const std::string common = names.empty() ? "test" : names.front();
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(common.data()),
                               static_cast<int>(common.size()), -1, 0);
    X509_set_issuer_name(cert.get(), name);
    std::string alternative;
    for (const std::string& each : names) {
        const bool address = each.find_first_not_of("0123456789.") == std::string::npos;
        alternative += (alternative.empty() ? "" : ",") + std::string(address ? "IP:" : "DNS:") + each;
    }
    if (!alternative.empty()) {
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative.c_str());
        X509_add_ext(cert.get(), extension, -1);
        X509_EXTENSION_free(extension);
    }
    X509_sign(cert.get(), key.get(), EVP_sha256());

    Certificate made;
    made.chain = pem([&](BIO* bio) { PEM_write_bio_X509(bio, cert.get()); });
    made.key = pem([&](BIO* bio) { PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr); });
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    X509_digest(cert.get(), EVP_sha256(), digest.data(), &size);
    made.fingerprint = "sha256:" + to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
    return made;
}

}  // namespace rondel::testing
