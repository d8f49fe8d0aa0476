// The configuration of `rondel serve`: whatever is in the file, it is taken or refused in one sentence for the person
// who wrote it, with file and line, without a byte that a terminal would act on; and what was taken is whole.
#include "rondel/base/utf8.hpp"
#include "rondel/tool/serve_options.hpp"

#include <cstdint>
#include <limits>
#include <string>

#include "tests/fuzz/require.hpp"

using namespace rondel;
using namespace rondel::tool;

// No file but this one is there: a fuzzer would read all that it can name.
boost::system::result<SecretFile, SecretFileError> rondel::read_secret_file(const std::string& path) {
    if (path == "secret") return SecretFile{Secret("of the file"), {}};
    return SecretFileError{"Cannot open the secret file " + sanitize_for_log(path) + ": it is not there."};
}
void rondel::throw_exception_from_error(const SecretFileError& error, const boost::source_location&) {
    throw std::runtime_error(error.sentence);
}

namespace {

void require_whole(const ServeOptions& options) {
    for (const auto& account : options.accounts)
        RONDEL_REQUIRE(!account.jid.empty() && !account.password.empty() && account.where.starts_with("serve.toml:"));
    for (const auto& component : options.components)
        RONDEL_REQUIRE(!component.domain.empty() && !component.secret.empty() &&
                       component.where.starts_with("serve.toml:"));
    for (const auto& place : options.places)
        RONDEL_REQUIRE(!to_string(place.kind).empty() && place.where.starts_with("serve.toml:"));
    RONDEL_REQUIRE(static_cast<std::int64_t>(options.limits.connections) <= std::numeric_limits<int>::max());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        ServeOptions options;
        parse_config(text, "serve.toml", options);
        require_whole(options);
        ServeOptions again;
        parse_config(text, "serve.toml", again);
        RONDEL_REQUIRE(again.accounts.size() == options.accounts.size() &&
                       again.places.size() == options.places.size() && again.domains == options.domains &&
                       again.data == options.data);
    } catch (const ConfigError& error) {
        const std::string_view sentence = error.what();
        RONDEL_REQUIRE(sentence.starts_with("serve.toml") && sentence.ends_with("."));
        RONDEL_REQUIRE(is_xml_text(sentence));
        for (const char c : sentence) RONDEL_REQUIRE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    }
    return 0;
}
