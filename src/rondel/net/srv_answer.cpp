#include "rondel/net/srv_answer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include <ares.h>

namespace rondel::net {

namespace {

constexpr std::uint16_t class_in = 1, type_cname = 5, type_srv = 33;
constexpr std::size_t most_aliases = 8;  // one behind the other

// Names are compared without case (RFC 4343), and without the dot of the root.
bool same_name(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (a.ends_with('.')) a.remove_suffix(1);
    if (b.ends_with('.')) b.remove_suffix(1);
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [&](char x, char y) { return lower(x) == lower(y); });
}

// Reads from the front; once something is missing, everything is.
class Packet {
  public:
    explicit Packet(std::string_view bytes) : bytes_(bytes) {}

    bool broken() const { return broken_; }
    std::size_t at() const { return at_; }
    void skip(std::size_t count) {
        if (bytes_.size() - at_ < count)
            broken_ = true;
        else
            at_ += count;
    }
    void go_to(std::size_t at) { at_ = at; }
    std::uint16_t sixteen() {
        skip(2);
        if (broken_) return 0;
        const auto byte = [this](std::size_t back) { return static_cast<unsigned char>(bytes_[at_ - back]); };
        return static_cast<std::uint16_t>(byte(2) << 8 | byte(1));
    }
    std::string name() {
        const auto* all = reinterpret_cast<const unsigned char*>(bytes_.data());
        char* text = nullptr;
        long size = 0;
        if (broken_ || at_ >= bytes_.size() ||
            ares_expand_name(all + at_, all, static_cast<int>(bytes_.size()), &text, &size) != ARES_SUCCESS) {
            broken_ = true;
            return {};
        }
        std::string name(text);
        ares_free_string(text);
        skip(static_cast<std::size_t>(size));
        return name;
    }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    bool broken_ = false;
};

struct Alias {
    std::string name, target;
};
struct Found {
    std::string name;
    SrvRecord record;
};

void take_record(Packet& packet, std::vector<Alias>& aliases, std::vector<Found>& found) {
    std::string owner = packet.name();
    const std::uint16_t type = packet.sixteen();
    const std::uint16_t in = packet.sixteen();
    packet.skip(4);  // how long it may be kept
    const std::uint16_t size = packet.sixteen();
    const std::size_t begin = packet.at();
    packet.skip(size);
    if (packet.broken() || in != class_in || (type != type_cname && type != type_srv)) return;
    const std::size_t end = packet.at();
    packet.go_to(begin);
    if (type == type_cname) {
        aliases.push_back({std::move(owner), packet.name()});
    } else {
        Found one{std::move(owner), {}};
        one.record.priority = packet.sixteen();
        one.record.weight = packet.sixteen();
        one.record.port = packet.sixteen();
        one.record.target = packet.name();
        found.push_back(std::move(one));
    }
    if (packet.at() > end) packet.skip(SIZE_MAX);  // longer than it said
    packet.go_to(end);
}

}  // namespace

SrvAnswer parse_srv_answer(std::string_view answer, std::string_view asked) {
    Packet packet(answer);
    packet.skip(4);
    const std::uint16_t questions = packet.sixteen();
    const std::uint16_t answers = packet.sixteen();
    packet.skip(4);
    for (std::uint16_t i = 0; i < questions && !packet.broken(); ++i) {
        static_cast<void>(packet.name());
        packet.skip(4);
    }
    std::vector<Alias> aliases;
    std::vector<Found> found;
    for (std::uint16_t i = 0; i < answers && !packet.broken(); ++i) take_record(packet, aliases, found);
    if (packet.broken()) return {{}, ares_strerror(ARES_EBADRESP)};

    std::string name(asked);
    for (std::size_t i = 0; i < most_aliases; ++i) {
        const auto alias =
            std::find_if(aliases.begin(), aliases.end(), [&](const Alias& each) { return same_name(each.name, name); });
        if (alias == aliases.end()) break;
        name = alias->target;
    }
    SrvAnswer mine;
    for (Found& each : found)
        if (same_name(each.name, name)) mine.records.push_back(std::move(each.record));
    return mine;
}

}  // namespace rondel::net
