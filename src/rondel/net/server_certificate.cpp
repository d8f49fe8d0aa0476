#include "rondel/net/server_certificate.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/base/idna.hpp"
#include "rondel/base/random.hpp"
#include "rondel/net/reference_identity.hpp"
#include "rondel/net/tls_transport.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include <boost/asio/ip/address.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <unistd.h>

namespace rondel::net {

namespace {

template <class T, void (*free)(T*)>
struct Freed {
    void operator()(T* thing) const { free(thing); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY, EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509, X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO, BIO_vfree>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION, X509_EXTENSION_free>>;

constexpr long ten_years = 10L * 365 * 24 * 60 * 60;

void require(bool fine) {
    if (!fine) throw std::runtime_error("OpenSSL could not make a certificate.");
}

template <class Write>
std::string pem(Write write) {
    const Bio bio(BIO_new(BIO_s_mem()));
    require(bio != nullptr && write(bio.get()) == 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

// Of a chain, that of the server.
Certificate first_of(const ServerCertificate& certificate) {
    const Bio bio(BIO_new_mem_buf(certificate.chain.data(), static_cast<int>(certificate.chain.size())));
    return Certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

std::string text_of(const ASN1_TIME* time) {
    const Bio bio(BIO_new(BIO_s_mem()));
    if (bio == nullptr || ASN1_TIME_print(bio.get(), time) != 1) return "an unknown time";
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &data);
    return {data, static_cast<std::size_t>(size)};
}

// "DNS:example.com,DNS:xn--…,IP:127.0.0.1". A domain of a JID has none of the signs that mean something here.
std::string alternative_names(const std::vector<Jid>& domains) {
    std::string names;
    for (const Jid& domain : domains) {
        std::string name(domain.domain());
        if (name.starts_with('[')) name = name.substr(1, name.size() - 2);
        boost::system::error_code not_an_address;
        boost::asio::ip::make_address(name, not_an_address);
        const auto ascii = not_an_address ? domain_to_ascii(name) : name;
        if (!ascii) throw std::runtime_error(fmt::format("{} is no name for a certificate.", name));
        names += (names.empty() ? "" : ",") + std::string(not_an_address ? "DNS:" : "IP:") + *ascii;
    }
    return names;
}

void add(X509* certificate, int kind, const std::string& text) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, kind, text.c_str()));
    require(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1);
}

void set_random_serial(X509* certificate) {
    std::array<unsigned char, 16> bytes{};
    fill_random(bytes);
    bytes[0] &= 0x7F;  // RFC 5280 §4.1.2.2: positive
    BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
    const bool fine = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
    BN_free(number);
    require(fine);
}

std::string read(const std::string& path) {
    errno = 0;
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();  // a folder can be opened, but not read
    if (text.str().empty())
        throw std::runtime_error(
            fmt::format("{} could not be read ({}).", path, errno == 0 ? "it is empty" : std::strerror(errno)));
    return std::move(text).str();
}

void write(const std::string& path, const std::string& text, mode_t mode) {
    const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
    bool fine = file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (file >= 0) fine = ::close(file) == 0 && fine;
    if (fine) return;
    const int why = errno;
    if (file >= 0) ::unlink(path.c_str());  // half a file would be taken for one that is there
    throw std::runtime_error(fmt::format("{} could not be written ({}).", path, std::strerror(why)));
}

bool is_there(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

}  // namespace

ServerCertificate make_self_signed(const std::vector<Jid>& domains) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    require(key != nullptr && certificate != nullptr && !domains.empty());
    X509_set_version(certificate.get(), 2);  // which is version 3
    set_random_serial(certificate.get());
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60L * 60);  // for clocks that are a little behind
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), ten_years);
    require(X509_set_pubkey(certificate.get(), key.get()) == 1);
    X509_NAME* name = X509_get_subject_name(certificate.get());
    const std::string title = "rondel, self-signed";  // for people: names are in subjectAltName only
    require(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(title.data()),
                                       static_cast<int>(title.size()), -1, 0) == 1);
    require(X509_set_issuer_name(certificate.get(), name) == 1);
    add(certificate.get(), NID_subject_alt_name, alternative_names(domains));
    add(certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    add(certificate.get(), NID_key_usage, "critical,digitalSignature");
    add(certificate.get(), NID_ext_key_usage, "serverAuth");
    require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
    return {pem([&](BIO* bio) { return PEM_write_bio_X509(bio, certificate.get()); }), pem([&](BIO* bio) {
                return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
            })};
}

std::string fingerprint_of(const ServerCertificate& certificate) {
    const Certificate read = first_of(certificate);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    if (read == nullptr || X509_digest(read.get(), EVP_sha256(), digest.data(), &size) != 1) return {};
    return "sha256:" + to_hex(std::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

std::vector<std::string> faults_of(const ServerCertificate& certificate, const std::vector<Jid>& domains) {
    const Certificate read = first_of(certificate);
    if (read == nullptr) return {};
    std::vector<std::string> faults;
    if (X509_cmp_current_time(X509_get0_notBefore(read.get())) > 0)
        faults.push_back(fmt::format("The certificate begins to be valid at {} only: clients refuse it until then.",
                                     text_of(X509_get0_notBefore(read.get()))));
    if (X509_cmp_current_time(X509_get0_notAfter(read.get())) < 0)
        faults.push_back(
            fmt::format("The certificate ended at {}: clients refuse it. Put a new one in its place, and "
                        "send SIGHUP.",
                        text_of(X509_get0_notAfter(read.get()))));
    for (const Jid& domain : domains)
        if (!matches(names_of(*read), {std::string(domain.domain()), "xmpp-client"}))
            faults.push_back(
                fmt::format("The certificate is not for {}: who has an account there refuses it.", domain.str()));
    return faults;
}

KeptCertificate keep_certificate(const std::string& chain_file, const std::string& key_file,
                                 const std::vector<Jid>& domains) {
    const bool has_chain = is_there(chain_file), has_key = is_there(key_file);
    if (has_chain != has_key)
        throw std::runtime_error(fmt::format("{} is there, and {} is not: give both, or neither for a new certificate.",
                                             has_chain ? chain_file : key_file, has_chain ? key_file : chain_file));
    if (!has_chain) {
        ServerCertificate made = make_self_signed(domains);
        write(key_file, made.key, 0600);
        try {
            write(chain_file, made.chain, 0644);
        } catch (...) {
            ::unlink(key_file.c_str());  // a key without its certificate would be refused from now on
            throw;
        }
        return {std::move(made), true};
    }
    ServerCertificate found{read(chain_file), read(key_file)};
    if (const auto context = make_server_context(found.chain, found.key); !context)
        throw std::runtime_error(fmt::format("{} and {} are no certificate with its key, in PEM ({}).", chain_file,
                                             key_file, context.error().message()));
    return {std::move(found), false};
}

}  // namespace rondel::net
