#include "rondel/base/secret.hpp"

#include <cstdio>
#include <sstream>
#include <string>
#include <type_traits>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rondel {
namespace {

TEST(Secret, V47_T_LOG_prints_nothing_of_itself) {
    const Secret secret("hunter2");
    std::ostringstream out;
    out << secret;
    EXPECT_EQ(out.str(), "***");
    EXPECT_EQ(fmt::format("[{}] {}", secret, Secret()), "[***] ***") << "not even whether there is one";
    EXPECT_EQ(testing::PrintToString(secret), "***");
}

TEST(Secret, is_a_value) {
    struct Credentials {
        Secret secret;
    };
    const Credentials credentials{.secret = "pass"};
    EXPECT_EQ(credentials.secret.reveal(), "pass");
    Secret a = credentials.secret;
    EXPECT_EQ(a, credentials.secret);
    Secret b = std::move(a);
    EXPECT_EQ(b.reveal(), "pass");
    EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is the promise
    EXPECT_EQ(a.reveal(), "");
    a = std::string("other");
    EXPECT_FALSE(a == b);
    b = b;  // NOLINT(clang-diagnostic-self-assign-overloaded)
    EXPECT_EQ(b.reveal(), "pass");
    EXPECT_TRUE(Secret("") == Secret());
    static_assert(std::is_nothrow_move_constructible_v<Secret>);
}

TEST(Secret, take_wipes_what_it_took) {
    std::string text = "a secret that is too long to be kept inside of the string";
    const char* memory = text.data();
    const Secret secret = Secret::take(text);
    EXPECT_TRUE(text.empty());
    EXPECT_EQ(text.data(), memory);
    EXPECT_EQ(text.capacity() > 1 ? memory[1] : 0, 0);
    EXPECT_EQ(secret.reveal(), "a secret that is too long to be kept inside of the string");
}

// A file in a directory of its own, gone at the end.
class SecretFileTest : public testing::Test {
  protected:
    SecretFileTest() : directory_(testing::TempDir() + "rondel-secret-XXXXXX") {
        if (mkdtemp(directory_.data()) == nullptr) std::abort();
    }
    ~SecretFileTest() override {
        unlink(path().c_str());
        rmdir(directory_.c_str());
    }
    std::string path() const { return directory_ + "/secret"; }
    std::string write(std::string_view content, mode_t mode = 0600) const {
        std::FILE* file = std::fopen(path().c_str(), "wb");
        std::fwrite(content.data(), 1, content.size(), file);
        std::fclose(file);
        chmod(path().c_str(), mode);
        return path();
    }
    std::string directory_;
};

TEST_F(SecretFileTest, gives_the_content_without_its_line_break) {
    EXPECT_EQ(read_secret_file(write("pass")).value().secret.reveal(), "pass");
    EXPECT_EQ(read_secret_file(write("pass\n")).value().secret.reveal(), "pass");
    EXPECT_EQ(read_secret_file(write("pass\r\n")).value().secret.reveal(), "pass");
    EXPECT_EQ(read_secret_file(write(" pa ss \n\n")).value().secret.reveal(), " pa ss \n");
    EXPECT_EQ(read_secret_file(write(std::string(4096, 'a'))).value().secret.reveal().size(), 4096u);
}

TEST_F(SecretFileTest, warns_if_everybody_can_read_it) {
    EXPECT_EQ(read_secret_file(write("pass", 0600)).value().warning, "");
    EXPECT_EQ(read_secret_file(write("pass", 0640)).value().warning, "");
    const auto open = read_secret_file(write("pass", 0644));
    EXPECT_EQ(open.value().secret.reveal(), "pass");
    EXPECT_NE(open.value().warning.find(path()), std::string::npos) << open.value().warning;
}

TEST_F(SecretFileTest, says_what_is_wrong_in_a_sentence_that_names_the_file) {
    const auto sentence = [](const auto& result) { return result ? std::string() : result.error().sentence; };
    EXPECT_EQ(sentence(read_secret_file(path())),
              "Cannot open the secret file " + path() + ": No such file or directory.");
    EXPECT_EQ(sentence(read_secret_file(write(""))), "The secret file " + path() + " is empty.");
    EXPECT_EQ(sentence(read_secret_file(write("\n"))), "The secret file " + path() + " is empty.");
    EXPECT_EQ(sentence(read_secret_file(write(std::string(4097, 'a')))),
              "The secret file " + path() + " is longer than 4096 bytes; is it the right file?");
    EXPECT_EQ(sentence(read_secret_file(directory_)),
              "Cannot read the secret file " + directory_ + ": Is a directory.");
}

}  // namespace
}  // namespace rondel
