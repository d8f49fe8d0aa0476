#include "rondel/net/server_certificate.hpp"

#include <filesystem>
#include <fstream>
#include <memory>

#include "tests/support/certificate.hpp"
#include "tests/support/descriptor_limit.hpp"
#include "tests/support/folder.hpp"
#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

namespace rondel::net {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::shared_ptr<X509> read(const ServerCertificate& certificate) {
    BIO* bio = BIO_new_mem_buf(certificate.chain.data(), static_cast<int>(certificate.chain.size()));
    std::shared_ptr<X509> found(PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), X509_free);
    BIO_free(bio);
    return found;
}

bool is_for(X509* certificate, const std::string& name) {
    return X509_check_host(certificate, name.data(), name.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, nullptr) == 1;
}

TEST(ServerCertificate, a_self_signed_one_is_for_its_domains_and_no_other) {
    const auto certificate = read(make_self_signed({"example.com"_jid, "bücher.example"_jid, "127.0.0.1"_jid}));
    ASSERT_NE(certificate, nullptr);
    EXPECT_TRUE(is_for(certificate.get(), "example.com"));
    EXPECT_TRUE(is_for(certificate.get(), "xn--bcher-kva.example"));
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.1", 0), 1);
    EXPECT_FALSE(is_for(certificate.get(), "sub.example.com"));
    EXPECT_FALSE(is_for(certificate.get(), "example.net"));
    EXPECT_EQ(X509_check_ca(certificate.get()), 0) << "it can sign nothing";
}

TEST(ServerCertificate, it_lasts_for_ten_years_and_two_have_nothing_in_common) {
    const auto one = read(make_self_signed({"localhost"_jid})), two = read(make_self_signed({"localhost"_jid}));
    int days = 0, seconds = 0;
    ASSERT_EQ(ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(one.get())), 1);
    EXPECT_NEAR(days, 3650, 1);
    EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(one.get()), X509_get0_serialNumber(two.get())), 0);
}

TEST(ServerCertificate, its_fingerprint_is_what_a_pin_is) {
    const ServerCertificate made = make_self_signed({"localhost"_jid});
    EXPECT_THAT(fingerprint_of(made), StartsWith("sha256:"));
    EXPECT_EQ(fingerprint_of(made).size(), 7U + 64);
    EXPECT_EQ(fingerprint_of({}), "");
}

TEST(ServerCertificate, V33_what_clients_will_refuse_it_for_is_told_to_the_operator) {
    const auto faults = [](int days, const std::vector<Jid>& domains) {
        const auto made = rondel::testing::make_certificate({"a.example"}, days);
        return faults_of({made.chain, made.key}, domains);
    };
    EXPECT_THAT(faults(30, {"a.example"_jid}), IsEmpty());
    EXPECT_THAT(faults(-1, {"a.example"_jid}), ElementsAre(StartsWith("The certificate ended at ")));
    EXPECT_THAT(faults(30, {"a.example"_jid, "b.example"_jid}),
                ElementsAre("The certificate is not for b.example: who has an account there refuses it."));
    EXPECT_THAT(
        faults_of(make_self_signed({"bücher.example"_jid, "127.0.0.1"_jid}), {"bücher.example"_jid, "127.0.0.1"_jid}),
        IsEmpty());
}

class KeptCertificateTest : public ::testing::Test {
  protected:
    std::string refusal() {
        try {
            keep_certificate(chain, key, {"localhost"_jid});
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return {};
    }
    test::Folder folder;
    std::string chain = folder.path() + "/chain.pem";
    std::string key = folder.path() + "/key.pem";
};

TEST_F(KeptCertificateTest, is_made_once_and_found_again) {
    const KeptCertificate first = keep_certificate(chain, key, {"localhost"_jid});
    EXPECT_TRUE(first.made);
    struct stat found = {};
    ASSERT_EQ(stat(key.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
    const KeptCertificate second = keep_certificate(chain, key, {"localhost"_jid});
    EXPECT_FALSE(second.made);
    EXPECT_EQ(second.certificate.chain, first.certificate.chain);
    EXPECT_EQ(second.certificate.key, first.certificate.key);
}

TEST_F(KeptCertificateTest, is_never_made_beside_half_of_another) {
    std::ofstream(chain) << make_self_signed({"localhost"_jid}).chain;
    EXPECT_EQ(refusal(), chain + " is there, and " + key + " is not: give both, or neither for a new certificate.");
    EXPECT_FALSE(std::filesystem::exists(key));
}

TEST_F(KeptCertificateTest, must_fit_its_key) {
    std::ofstream(chain) << make_self_signed({"localhost"_jid}).chain;
    std::ofstream(key) << make_self_signed({"localhost"_jid}).key;
    EXPECT_THAT(refusal(), HasSubstr("are no certificate with its key"));
    std::ofstream(key) << "nonsense";
    EXPECT_THAT(refusal(), HasSubstr("are no certificate with its key"));
}

TEST_F(KeptCertificateTest, what_cannot_be_read_is_told_with_the_reason) {
    chain = key = folder.path();
    EXPECT_EQ(refusal(), chain + " could not be read (Is a directory).");
    chain = key = folder.path() + "/empty.pem";
    std::ofstream(chain).flush();
    EXPECT_EQ(refusal(), chain + " could not be read (it is empty).");
}

TEST_F(KeptCertificateTest, F09_without_descriptors_it_is_told_and_nothing_is_made_in_its_place) {
    const auto refusal_now = [this] {
        rondel::testing::DescriptorLimit limit;
        EXPECT_TRUE(limit.leave(0));
        return refusal();
    };
    EXPECT_EQ(refusal_now(), key + " could not be written (Too many open files).");
    const KeptCertificate made = keep_certificate(chain, key, {"localhost"_jid});
    EXPECT_EQ(refusal_now(), chain + " could not be read (Too many open files).");
    EXPECT_EQ(keep_certificate(chain, key, {"localhost"_jid}).certificate.chain, made.certificate.chain);
}

// A key alone would be refused by each start from then on.
TEST_F(KeptCertificateTest, one_that_can_be_kept_by_half_only_is_not_kept) {
    const std::string wanted = std::exchange(chain, folder.path() + "/no/chain.pem");
    EXPECT_EQ(refusal(), chain + " could not be written (No such file or directory).");
    EXPECT_FALSE(std::filesystem::exists(key));
    chain = wanted;
    EXPECT_TRUE(keep_certificate(chain, key, {"localhost"_jid}).made);
}

TEST_F(KeptCertificateTest, a_folder_that_is_not_there_is_told) {
    chain = folder.path() + "/no/chain.pem";
    key = folder.path() + "/no/key.pem";
    EXPECT_EQ(refusal(), key + " could not be written (No such file or directory).");
}

}  // namespace
}  // namespace rondel::net
