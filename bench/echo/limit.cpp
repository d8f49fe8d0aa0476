// echo_limit HOST PORT DOMAIN SECRET: the byte-level limit, against which the others are measured. It echoes without
// reading XML: knows where the feeder puts the addresses, and looks for '<' until a stanza ends. Reads blocks of 16 KiB
// and writes once for each; waits in the kernel, never spins. Nothing that a component must do could be left out of it,
// but the reading of XML.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

constexpr std::size_t block_size = 16 * 1024;

[[noreturn]] void fail(const char* why) {
    std::fprintf(stderr, "echo_limit: %s\n", why);
    std::exit(1);
}

void write_all(int file, const char* at, std::size_t size) {
    while (size != 0) {
        const ssize_t written = ::send(file, at, size, MSG_NOSIGNAL);
        if (written <= 0) std::exit(0);
        at += written;
        size -= static_cast<std::size_t>(written);
    }
}

void write_all(int file, std::string_view text) { write_all(file, text.data(), text.size()); }

std::string read_until(int file, std::string_view what) {
    std::string text;
    char c = 0;
    while (!text.ends_with(what)) {
        if (::read(file, &c, 1) != 1) fail("The server hung up.");
        text += c;
    }
    return text;
}

int connect_to(const char* host, const char* port) {
    const int file = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(port)));
    if (::inet_pton(AF_INET, host, &address.sin_addr) != 1) fail("The host must be an IPv4 address.");
    if (::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("Nobody is there.");
    const int on = 1;
    ::setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return file;
}

void authenticate(int file, const std::string& domain, const std::string& secret) {
    write_all(file,
              "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='" +
                  domain + "'>");
    std::string header = read_until(file, " id='");
    header += read_until(file, "'>");
    const std::size_t id = header.rfind(" id='") + 5;
    const std::string text = header.substr(id, header.size() - 2 - id) + secret;
    std::array<unsigned char, 20> digest;
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
    std::string digits;
    for (const unsigned char byte : digest) {
        digits += "0123456789abcdef"[byte >> 4];
        digits += "0123456789abcdef"[byte & 15];
    }
    write_all(file, "<handshake>" + digits + "</handshake>");
    if (read_until(file, ">") != "<handshake/>") fail("The server refused the handshake.");
}

// Where the stanza at the beginning ends; nullptr: not in these bytes.
const char* stanza_end(const char* at, const char* end) {
    const std::string_view tag = at[1] == 'm' ? "</message>" : at[1] == 'p' ? "</presence>" : "</iq>";
    while ((at = static_cast<const char*>(std::memchr(at, '<', static_cast<std::size_t>(end - at)))) != nullptr) {
        if (end - at < static_cast<std::ptrdiff_t>(tag.size())) return nullptr;
        if (at[1] == '/' && std::memcmp(at, tag.data(), tag.size()) == 0) return at + tag.size();
        ++at;
    }
    return nullptr;
}

const char* quote(const char* at, const char* end) {
    return static_cast<const char*>(std::memchr(at, '\'', static_cast<std::size_t>(end - at)));
}

char* put(char* to, const char* from, const char* end) {
    std::memcpy(to, from, static_cast<std::size_t>(end - from));
    return to + (end - from);
}

template <std::size_t size>
char* put(char* to, const char (&text)[size]) {
    std::memcpy(to, text, size - 1);
    return to + size - 1;
}

// `<message from='A' to='B' …` → `<message from='B' to='A' …`; of a ping, the type and no child.
char* answer(const char* at, const char* end, char* to) {
    if (at[1] == 'p') return to;
    const std::size_t name = at[1] == 'm' ? 9 : 4;  // "<message " or "<iq "
    const char* const from = at + name + 6;
    const char* const from_end = quote(from, end);
    const char* const other = from_end + 6;  // ' to='
    const char* const other_end = quote(other, end);
    to = put(to, at, from);
    to = put(to, other, other_end);
    to = put(to, "' to='");
    to = put(to, from, from_end);
    if (name == 9) return put(to, other_end, end);
    const char* const id = other_end + 16;  // "' type='get' id='"
    to = put(to, "' type='result' id='");
    to = put(to, id + 1, quote(id + 1, end));
    return put(to, "'/>");
}

void echo(int file) {
    std::string in(2 * block_size, ' '), out(4 * block_size, ' ');
    std::size_t filled = 0;
    for (;;) {
        if (in.size() < filled + block_size) in.resize(2 * in.size());
        const ssize_t size = ::recv(file, in.data() + filled, block_size, 0);
        if (size <= 0) return;
        filled += static_cast<std::size_t>(size);
        if (out.size() < 2 * filled) out.resize(2 * filled);  // an answer is at most so much longer
        const char* at = in.data();
        const char* const end = at + filled;
        char* to = out.data();
        while (end - at > 2 && at[0] == '<' && at[1] != '/') {
            const char* const next = stanza_end(at, end);
            if (next == nullptr) break;
            to = answer(at, next, to);
            at = next;
        }
        if (to != out.data()) write_all(file, out.data(), static_cast<std::size_t>(to - out.data()));
        filled = static_cast<std::size_t>(end - at);
        std::memmove(in.data(), at, filled);
    }
}

}  // namespace

int main(int count, char** words) {
    if (count != 5) fail("Usage: echo_limit HOST PORT DOMAIN SECRET");
    const int file = connect_to(words[1], words[2]);
    authenticate(file, words[3], words[4]);
    echo(file);
}
