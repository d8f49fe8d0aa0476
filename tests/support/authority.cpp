#include "tests/support/authority.hpp"

#include "rondel/base/encoding.hpp"

#include <array>
#include <memory>
#include <stdexcept>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
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
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION, X509_EXTENSION_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES, GENERAL_NAMES_free>>;
using Time = std::unique_ptr<ASN1_TIME, Freed<ASN1_TIME, ASN1_TIME_free>>;
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

Bio reading(const std::string& text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

Cert certificate_of(const Certificate& whose) {
    return Cert(PEM_read_bio_X509(reading(whose.chain).get(), nullptr, nullptr, nullptr));
}
Key key_of(const Certificate& whose) {
    return Key(PEM_read_bio_PrivateKey(reading(whose.key).get(), nullptr, nullptr, nullptr));
}

std::string written(const Bio& bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

void add(X509* cert, int kind, const std::string& value) {
    if (value.empty()) return;
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
    if (extension == nullptr) throw std::invalid_argument("No such extension: " + value);
    X509_add_ext(cert, extension.get(), -1);
}

void add_name_with_null(X509* cert, const std::string& name) {
    const Names names(GENERAL_NAMES_new());
    GENERAL_NAME* each = GENERAL_NAME_new();
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    ASN1_STRING_set(text, name.data(), static_cast<int>(name.size()));
    GENERAL_NAME_set0_value(each, GEN_DNS, text);
    sk_GENERAL_NAME_push(names.get(), each);
    X509_add1_ext_i2d(cert, NID_subject_alt_name, names.get(), 0, 0);
}

void add_unknown_critical(X509* cert) {
    ASN1_OBJECT* kind = OBJ_txt2obj("1.3.6.1.4.1.32473.1", 1);  // for examples (RFC 5612)
    ASN1_OCTET_STRING* value = ASN1_OCTET_STRING_new();
    ASN1_OCTET_STRING_set(value, reinterpret_cast<const unsigned char*>("\x05\x00"), 2);
    const Extension extension(X509_EXTENSION_create_by_OBJ(nullptr, kind, 1, value));
    X509_add_ext(cert, extension.get(), -1);
    ASN1_OCTET_STRING_free(value);
    ASN1_OBJECT_free(kind);
}

}  // namespace

Certificate issue(const Wish& wish, const Certificate* issuer) {
    const Key key(wish.weak_key  ? EVP_RSA_gen(1024U)
                  : wish.ed25519 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")
                                 : EVP_EC_gen("P-256"));
    const Cert cert(X509_new());
    X509_set_version(cert.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert.get()), wish.serial);
    constexpr long day = 24L * 60 * 60;
    X509_gmtime_adj(X509_getm_notBefore(cert.get()), wish.first_day * day);
    X509_gmtime_adj(X509_getm_notAfter(cert.get()), wish.last_day * day);
    X509_set_pubkey(cert.get(), key.get());
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(wish.common_name.data()),
                               static_cast<int>(wish.common_name.size()), -1, 0);
    if (wish.name_with_null.empty())
        add(cert.get(), NID_subject_alt_name, wish.alternative);
    else
        add_name_with_null(cert.get(), wish.name_with_null);
    add(cert.get(), NID_basic_constraints, wish.constraints);
    add(cert.get(), NID_ext_key_usage, wish.usage);
    add(cert.get(), NID_name_constraints, wish.permitted);
    if (wish.unknown_critical) add_unknown_critical(cert.get());

    const EVP_MD* digest = wish.weak_digest ? EVP_sha1() : EVP_sha256();
    if (issuer == nullptr) {
        X509_set_issuer_name(cert.get(), X509_get_subject_name(cert.get()));
        X509_sign(cert.get(), key.get(), wish.ed25519 ? nullptr : digest);
    } else {
        const Cert above = certificate_of(*issuer);
        const Key signing = key_of(*issuer);
        X509_set_issuer_name(cert.get(), X509_get_subject_name(above.get()));
        X509_sign(cert.get(), signing.get(), digest);
    }

    Certificate made;
    const Bio chain(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(chain.get(), cert.get());
    made.chain = written(chain);
    const Bio secret(BIO_new(BIO_s_mem()));
    PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    made.key = written(secret);
    std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
    unsigned int size = 0;
    X509_digest(cert.get(), EVP_sha256(), hash.data(), &size);
    made.fingerprint = "sha256:" + to_hex(std::string_view(reinterpret_cast<const char*>(hash.data()), size));
    ERR_clear_error();
    return made;
}

std::string revoke(const std::vector<long>& serials, const Certificate& issuer, int last_day) {
    const std::unique_ptr<X509_CRL, Freed<X509_CRL, X509_CRL_free>> list(X509_CRL_new());
    const Cert above = certificate_of(issuer);
    const Key signing = key_of(issuer);
    X509_CRL_set_version(list.get(), 1);
    X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(above.get()));
    constexpr long day = 24L * 60 * 60;
    const Time from(X509_gmtime_adj(nullptr, -40 * day));
    const Time until(X509_gmtime_adj(nullptr, last_day * day));
    X509_CRL_set1_lastUpdate(list.get(), from.get());
    X509_CRL_set1_nextUpdate(list.get(), until.get());
    for (const long serial : serials) {
        X509_REVOKED* one = X509_REVOKED_new();
        ASN1_INTEGER* number = ASN1_INTEGER_new();
        ASN1_INTEGER_set(number, serial);
        X509_REVOKED_set_serialNumber(one, number);
        X509_REVOKED_set_revocationDate(one, from.get());
        ASN1_INTEGER_free(number);
        X509_CRL_add0_revoked(list.get(), one);
    }
    X509_CRL_sort(list.get());
    X509_CRL_sign(list.get(), signing.get(), EVP_sha256());
    const Bio text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509_CRL(text.get(), list.get());
    return written(text);
}

}  // namespace rondel::testing
