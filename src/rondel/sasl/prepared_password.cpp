#include "rondel/sasl/prepared_password.hpp"

#include "rondel/base/precis.hpp"
#include "rondel/base/utf8.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <openssl/crypto.h>
#include <unicode/errorcode.h>
#include <unicode/unistr.h>
#include <unicode/usprep.h>
#include <unicode/ustring.h>

namespace rondel::sasl {

namespace {

using Profile = std::unique_ptr<UStringPrepProfile, decltype(&usprep_close)>;

struct Opening final : icu::ErrorCode {
    void handleFailure() const override { throw std::runtime_error("ICU has no tables for SASLprep (RFC 4013)."); }
};

Profile open_saslprep() {
    Opening status;
    Profile profile(usprep_openByType(USPREP_RFC4013_SASLPREP, status), &usprep_close);
    status.assertSuccess();
    return profile;
}

bool is_plain_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c <= 0x7E; });
}

void wipe(std::u16string& text) { OPENSSL_cleanse(text.data(), text.size() * sizeof(char16_t)); }

}  // namespace

std::optional<std::string> saslprep(std::string_view text) {
    if (text.empty() || !is_utf8(text)) return std::nullopt;
    if (is_plain_ascii(text)) return std::string(text);
    const Profile profile = open_saslprep();
    std::u16string in(text.size(), u'\0');
    UErrorCode status = U_ZERO_ERROR;
    std::int32_t size = 0;
    u_strFromUTF8(in.data(), static_cast<std::int32_t>(in.size()), &size, text.data(),
                  static_cast<std::int32_t>(text.size()), &status);
    in.resize(static_cast<std::size_t>(size));
    // NFKC makes no text longer than eighteen times.
    std::u16string out(in.size() * 18 + 1, u'\0');
    size = usprep_prepare(profile.get(), in.data(), static_cast<std::int32_t>(in.size()), out.data(),
                          static_cast<std::int32_t>(out.size()), USPREP_DEFAULT, nullptr, &status);
    std::optional<std::string> prepared;
    if (U_SUCCESS(status) && size != 0) {
        prepared.emplace().reserve(3 *
                                   static_cast<std::size_t>(size));  // so that it leaves no piece behind as it grows
        icu::UnicodeString(false, out.data(), size).toUTF8String(*prepared);
    }
    wipe(in);
    wipe(out);
    return prepared;
}

std::vector<Secret> prepared_passwords(const Secret& password) {
    if (!password.empty() && is_plain_ascii(password.reveal())) return {password};  // in both profiles
    std::vector<Secret> prepared;
    for (const auto prepare : {saslprep, opaque_string}) {
        std::optional<std::string> text = prepare(password.reveal());
        if (!text) continue;
        Secret secret = Secret::take(*text);
        if (std::find(prepared.begin(), prepared.end(), secret) == prepared.end())
            prepared.push_back(std::move(secret));
    }
    return prepared;
}

}  // namespace rondel::sasl
