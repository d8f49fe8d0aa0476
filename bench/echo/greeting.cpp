#include "greeting.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "reply_text.hpp"
#include <openssl/evp.h>

namespace echo_bench {

namespace {

constexpr std::string_view stream_id = "3BF96D32";

std::string digest_of(const std::string& text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
    unsigned size = 0;
    EVP_Digest(text.data(), text.size(), bytes.data(), &size, EVP_sha1(), nullptr);
    std::string digits;
    for (unsigned at = 0; at < size; ++at) {
        digits += "0123456789abcdef"[bytes[at] >> 4];
        digits += "0123456789abcdef"[bytes[at] & 15];
    }
    return digits;
}

bool say(const Socket& peer, std::string_view text) {
    const iovec bytes{const_cast<char*>(text.data()), text.size()};
    return peer.write({&bytes, 1}) == static_cast<std::ptrdiff_t>(text.size());  // the socket is empty: it has room
}

bool hear(const Socket& peer, std::string& text, Clock::time_point until) {
    std::array<char, 4096> block;
    if (!peer.wait(false, until)) return false;
    const std::ptrdiff_t size = peer.read(block, false);
    if (size > 0) text.append(block.data(), static_cast<std::size_t>(size));
    return size >= 0;
}

}  // namespace

std::string greet(const Socket& peer, const Options& options, std::string& rest) {
    const auto until = Clock::now() + std::chrono::duration_cast<Clock::duration>(options.wait_for);
    std::string heard;
    std::size_t header = std::string::npos, end = std::string::npos;
    while (header == std::string::npos || (end = heard.find('>', header)) == std::string::npos) {
        if (!hear(peer, heard, until)) return "The component said no stream header.";
        header = heard.find("<stream:stream");
    }
    heard.erase(0, end + 1);
    const std::string answer =
        "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/"
        "streams' from='" +
        options.domain + "' id='" + std::string(stream_id) + "'>";
    if (!say(peer, answer)) return "The component hung up.";

    ReplyText handshake;
    std::size_t size = 0;
    for (Cut cut; (cut = read_reply(heard, handshake, size)) != Cut::whole;) {
        if (cut != Cut::incomplete) return "The component said no handshake.";
        if (!hear(peer, heard, until)) return "The component said no handshake.";
    }
    std::string said = handshake.text;
    std::transform(said.begin(), said.end(), said.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (handshake.kind != "handshake" || said != digest_of(std::string(stream_id) + options.secret)) {
        say(peer,
            "<stream:error><not-authorized xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
            "</stream:stream>");
        return "The component's handshake is wrong.";
    }
    rest = heard.substr(size);
    return say(peer, "<handshake/>") ? "" : "The component hung up.";
}

}  // namespace echo_bench
