#include "rondel/sasl/scram_message.hpp"

#include "rondel/base/encoding.hpp"
#include "rondel/base/utf8.hpp"

#include <algorithm>
#include <limits>

namespace rondel::sasl {

namespace {

constexpr std::size_t most_salt = 1024;  // nobody has more; a hash over a megabyte would be the peer's to ask for

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_printable(std::string_view text) {  // an attribute is never empty, and holds no comma
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x21 && c <= 0x7E; });
}

bool is_message(std::string_view text) { return text.find('\0') == std::string_view::npos && is_utf8(text); }

// saslname: '=' only as "=2C" and "=3D"
std::optional<std::string> unescape_name(std::string_view name) {
    if (name.empty()) return std::nullopt;
    std::string out;
    for (std::size_t i = 0; i < name.size(); ++i) {
        if (name[i] != '=') {
            out += name[i];
            continue;
        }
        const std::string_view code = name.substr(i, 3);
        if (code != "=2C" && code != "=3D") return std::nullopt;
        out += code == "=2C" ? ',' : '=';
        i += 2;
    }
    return out;
}

std::optional<std::string> decode(std::string_view base64) {
    Result<std::string> bytes = parse_base64(base64);
    if (!bytes || bytes->empty()) return std::nullopt;
    return *std::move(bytes);
}

// Attributes one after the other. What is wrong once stays wrong.
class Attributes {
  public:
    explicit Attributes(std::string_view text) : rest_(text), more_(true), good_(is_message(text)) {}

    // The next one must have this name.
    std::string_view take(char name) {
        const auto [found, value] = take_any();
        if (found != name) good_ = false;
        return good_ ? value : std::string_view();
    }

    // Optional extensions up to the end, which are ignored; `known` is told of one that is not. No name twice, and none
    // that means something elsewhere: a message that says a thing twice is read differently by different readers.
    template <class Known>
    void take_extensions(Known known) {
        std::string seen = "amnrcsipve";
        while (good_ && more_) {
            const auto [name, value] = take_any();
            if (seen.find(name) != std::string::npos) good_ = false;
            seen += name;
            if (good_) known(name, value);
        }
    }
    void take_extensions() {
        take_extensions([](char, std::string_view) {});
    }

    char next_name() const { return rest_.empty() ? '\0' : rest_[0]; }
    bool is_good() const { return good_; }
    bool at_end() const { return good_ && !more_; }

  private:
    std::pair<char, std::string_view> take_any() {
        const std::size_t end = std::min(rest_.find(','), rest_.size());
        const std::string_view attribute = rest_.substr(0, end);
        good_ = good_ && more_ && attribute.size() >= 3 && is_letter(attribute[0]) && attribute[1] == '=';
        more_ = end < rest_.size();
        rest_.remove_prefix(more_ ? end + 1 : end);
        if (!good_) return {'\0', {}};
        return {attribute[0], attribute.substr(2)};
    }

    std::string_view rest_;
    bool more_;  // an attribute must follow
    bool good_;
};

std::optional<Gs2Header> parse_gs2_header(std::string_view message) {
    const std::size_t first = message.find(',');
    const std::size_t second = first == std::string_view::npos ? first : message.find(',', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const std::string_view flag = message.substr(0, first);
    const std::string_view authzid = message.substr(first + 1, second - first - 1);
    Gs2Header header;
    header.text = message.substr(0, second + 1);
    if (flag == "n" || flag == "y") {
        header.flag = flag[0];
    } else {
        if (!flag.starts_with("p=") || flag.size() == 2) return std::nullopt;
        const auto allowed = [](char c) { return is_letter(c) || is_digit(c) || c == '.' || c == '-'; };
        if (!std::all_of(flag.begin() + 2, flag.end(), allowed)) return std::nullopt;
        header.flag = 'p';
        header.binding_type = flag.substr(2);
    }
    if (authzid.empty()) return header;
    if (!authzid.starts_with("a=")) return std::nullopt;
    std::optional<std::string> name = unescape_name(authzid.substr(2));
    if (!name) return std::nullopt;
    header.authzid = *std::move(name);
    return header;
}

std::optional<std::uint64_t> parse_count(std::string_view text) {
    if (text.empty() || text[0] == '0' || !std::all_of(text.begin(), text.end(), is_digit)) return std::nullopt;
    constexpr std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t count = 0;
    for (const char c : text) {
        if (count > (most - 9) / 10) return most;
        count = count * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return count;
}

}  // namespace

std::string escape_name(std::string_view name) {
    std::string out;
    for (const char c : name) {
        if (c == ',')
            out += "=2C";
        else if (c == '=')
            out += "=3D";
        else
            out += c;
    }
    return out;
}

std::string write_gs2_header(char flag, std::string_view binding_type, std::string_view authzid) {
    std::string out(1, flag);
    if (flag == 'p') out.append("=").append(binding_type);
    out += ',';
    if (!authzid.empty()) out.append("a=").append(escape_name(authzid));
    return out + ',';
}

std::optional<ClientFirst> parse_client_first(std::string_view message) {
    std::optional<Gs2Header> header = is_message(message) ? parse_gs2_header(message) : std::nullopt;
    if (!header) return std::nullopt;
    ClientFirst first{.gs2 = *std::move(header), .username = {}, .nonce = {}, .bare = {}};
    first.bare = message.substr(first.gs2.text.size());
    Attributes attributes(first.bare);
    const std::optional<std::string> username = unescape_name(attributes.take('n'));
    first.nonce = attributes.take('r');
    attributes.take_extensions();
    if (!attributes.at_end() || !username || !is_printable(first.nonce)) return std::nullopt;
    first.username = *username;
    return first;
}

std::optional<ServerFirst> parse_server_first(std::string_view message) {
    Attributes attributes(message);
    ServerFirst first;
    first.nonce = attributes.take('r');
    const std::optional<std::string> salt = decode(attributes.take('s'));
    const std::optional<std::uint64_t> iterations = parse_count(attributes.take('i'));
    attributes.take_extensions([&](char name, std::string_view value) {
        if (name == 'h') first.offer_hash = value;
    });
    if (!attributes.at_end() || !is_printable(first.nonce) || !salt || salt->size() > most_salt || !iterations)
        return std::nullopt;
    first.salt = *salt;
    first.iterations = *iterations;
    return first;
}

std::optional<ClientFinal> parse_client_final(std::string_view message) {
    const std::size_t proof_at = message.rfind(",p=");
    if (proof_at == std::string_view::npos) return std::nullopt;
    ClientFinal final;
    final.without_proof = message.substr(0, proof_at);
    Attributes attributes(final.without_proof);
    final.binding = attributes.take('c');
    final.nonce = attributes.take('r');
    attributes.take_extensions();
    Attributes last(message.substr(proof_at + 1));
    const std::optional<std::string> proof = decode(last.take('p'));
    if (!attributes.at_end() || !last.at_end() || !is_printable(final.nonce) || !proof) return std::nullopt;
    final.proof = *proof;
    return final;
}

std::optional<ServerFinal> parse_server_final(std::string_view message) {
    Attributes attributes(message);
    ServerFinal final;
    final.is_error = attributes.next_name() == 'e';
    if (final.is_error) {
        attributes.take('e');
    } else if (std::optional<std::string> signature = decode(attributes.take('v'))) {
        final.signature = *std::move(signature);
    } else {
        return std::nullopt;
    }
    attributes.take_extensions();
    if (!attributes.at_end()) return std::nullopt;
    return final;
}

}  // namespace rondel::sasl
