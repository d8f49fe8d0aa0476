#include "rondel/sasl/prepared_password.hpp"

#include "rondel/base/precis.hpp"
#include "rondel/base/utf8.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include <unicode/errorcode.h>
#include <unicode/unistr.h>
#include <unicode/usprep.h>

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

}  // namespace

std::optional<std::string> saslprep(std::string_view text) {
    if (text.empty() || !is_utf8(text)) return std::nullopt;
    if (is_plain_ascii(text)) return std::string(text);
    const Profile profile = open_saslprep();
    const icu::UnicodeString in =
        icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    std::u16string out(static_cast<std::size_t>(in.length()) * 4 + 16, u'\0');
    UErrorCode status = U_ZERO_ERROR;
    const auto prepare = [&] {
        status = U_ZERO_ERROR;
        return usprep_prepare(profile.get(), in.getBuffer(), in.length(), out.data(),
                              static_cast<std::int32_t>(out.size()), USPREP_DEFAULT, nullptr, &status);
    };
    std::int32_t size = prepare();
    if (status == U_BUFFER_OVERFLOW_ERROR) {  // NFKC can make text eighteen times as long
        out.resize(static_cast<std::size_t>(size) + 1);
        size = prepare();
    }
    if (U_FAILURE(status) || size == 0) return std::nullopt;
    std::string prepared;
    icu::UnicodeString(out.data(), size).toUTF8String(prepared);
    return prepared;
}

std::vector<Secret> prepared_passwords(const Secret& password) {
    std::vector<Secret> prepared;
    for (auto& text : {saslprep(password.reveal()), opaque_string(password.reveal())}) {
        if (!text) continue;
        std::string copy = *text;
        Secret secret = Secret::take(copy);
        if (std::find(prepared.begin(), prepared.end(), secret) == prepared.end())
            prepared.push_back(std::move(secret));
    }
    return prepared;
}

}  // namespace rondel::sasl
