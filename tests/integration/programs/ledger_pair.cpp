// Two hosts of ours at one server that is not ours, which send each other numbered messages and requests, while
// somebody kills the server now and then; and the books of it in the end.
//
//   ledger_pair COUNT component DOMAIN SECRET HOST:PORT DOMAIN SECRET HOST:PORT
//   ledger_pair COUNT client    JID PASSWORD HOST:PORT  JID PASSWORD HOST:PORT  CA-FILE
//
// COUNT messages and COUNT requests in all. Prints "handed over N" now and then, for whoever kills, and one line of
// JSON at its end. Every stanza must have ended once, as its sender was told, and agree with what the other one heard.
//
// What comes twice is a fault of ours if we said it twice, or heard it twice where it came once: the lines are watched,
// too. A server that is killed may give what it kept for somebody to them once more when it is there again; that is
// counted apart.
#include "rondel/net/client.hpp"
#include "rondel/net/component.hpp"
#include "rondel/xep/delay.hpp"

#include <charconv>
#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace {

using namespace rondel;
using namespace std::chrono_literals;

constexpr std::string_view ns = "urn:rondel:soak";
constexpr std::size_t open_at_most = 200;  // of one side
constexpr std::uint8_t none = 255;

struct Entry {
    std::uint8_t outcome = none;
    bool request = false;
    bool received = false;
    bool returned = false;
    bool told_twice = false;
    std::uint8_t written = 0, read = 0, heard = 0;  // how often
    bool came_stamped = false;                      // with the time when the server got it: it had been kept
};

struct Books {
    std::vector<Entry> entries;  // of number 1, 2, …
    std::size_t messages_left = 0, requests_left = 0;
    std::size_t inversions = 0, strangers = 0, kept = 0;
    std::size_t resumed = 0;  // sessions: what is said again then is seen by nobody who watches the line

    Entry* find(std::size_t number) { return number != 0 && number <= entries.size() ? &entries[number - 1] : nullptr; }
};

std::size_t number_of(std::string_view text) {
    std::size_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// What stands behind `mark`.
std::size_t number_behind(std::string_view mark, std::string_view text) {
    const std::size_t at = text.find(mark);
    return at == text.npos ? 0 : number_of(text.substr(at + mark.size()));
}

// Messages and requests on a line: not what came back, nor answers.
net::TrafficSink watcher(Books& books) {
    return [&books](net::Direction direction, std::string_view xml) {
        const std::string_view head = xml.substr(0, xml.find('>'));
        if (head.find(" type='error'") != head.npos) return;
        const bool message = head.starts_with("<message ");
        Entry* entry =
            books.find(message ? number_behind(" id='", head) : number_behind("<now xmlns='urn:rondel:soak'>", xml));
        if (entry == nullptr) return;
        ++(direction == net::Direction::out ? entry->written : entry->read);
        if (direction == net::Direction::in && xml.find("urn:xmpp:delay") != xml.npos) entry->came_stamped = true;
    };
}

// One of the two: says, hears, and answers.
class Side {
  public:
    Side(Books& books, boost::asio::io_context& io, std::uint32_t seed) : books_(books), random_(seed), timer_(io) {}
    Side(const Side&) = delete;
    Side& operator=(const Side&) = delete;

    Router router() {
        Router made;
        made.on_message([this](const Message& in) { hear(in); });
        made.on_error([this](const Stanza& in) {
            if (in.kind() != StanzaKind::message) return;
            if (Entry* entry = find(number_of(in.id().value_or("")))) entry->returned = true;
        });
        made.answer(IqType::get, "now", ns, [this](const Iq& in) {
            const std::string_view number = in.payload("now", ns).text();
            if (!number.empty()) note(number_of(number), false);  // or somebody wants a proof
        });
        return made;
    }

    void begin(Entity& self, std::string peer) {
        self_ = &self;
        peer_ = std::move(peer);
        tick();
    }
    void end() {
        ended_ = true;
        timer_.cancel();
    }
    std::size_t open() const { return open_; }
    void describe(std::string_view name) const {
        const Ledger& ledger = self_->ledger();
        fmt::print(stderr, "{}: {}, {} open, of them {} requests; issued {}, received {}, asked {}, replied {}\n", name,
                   self_->in_session() ? "in session" : "away", open_, open_requests_, ledger.issued(),
                   ledger.received(), ledger.iqs_received(), ledger.iqs_replied());
    }

  private:
    // Not in a loop of its own ends: an end may come before send() has returned.
    void tick() {
        if (ended_) return;
        while (self_->in_session() && open_ < open_at_most && speak()) {
        }
        // Where nobody acknowledges, only an answer proves what went before it.
        if (self_->in_session() && open_ >= open_at_most && open_requests_ == 0) ask_for_proof();
        timer_.expires_after(self_->in_session() ? 2ms : 50ms);
        timer_.async_wait([this](boost::system::error_code error) {
            if (!error) tick();
        });
    }

    bool speak() {
        if (books_.messages_left == 0 && books_.requests_left == 0) return false;
        const bool request = books_.messages_left == 0 || (books_.requests_left != 0 && random_() % 2 == 0);
        --(request ? books_.requests_left : books_.messages_left);
        Entry entry;
        entry.request = request;
        books_.entries.push_back(entry);
        const std::size_t number = books_.entries.size();
        if (number % 1000 == 0) fmt::print("handed over {}\n", number), std::fflush(stdout);
        ++open_;
        if (request) {
            Iq iq(IqType::get, *Jid::parse(peer_));
            iq.add("now", ns).text(std::to_string(number));
            ++open_requests_;
            self_->request(std::move(iq), [this, number](const Answer& answer) {
                --open_requests_;
                ended(number, answer.outcome());
            });
        } else {
            Message message(*Jid::parse(peer_), std::string(1 + random_() % 300, 'x'));
            message.set_type(MessageType::chat);
            message.set_id(std::to_string(number));
            self_->send(std::move(message), [this, number](Outcome outcome) { ended(number, outcome); });
        }
        return true;
    }

    void ask_for_proof() {
        Iq iq(IqType::get, *Jid::parse(peer_));
        iq.add("now", ns);
        ++open_requests_;
        self_->request(std::move(iq), [this](const Answer&) { --open_requests_; });
    }

    void ended(std::size_t number, Outcome outcome) {
        --open_;
        Entry& entry = books_.entries[number - 1];
        if (entry.outcome != none) entry.told_twice = true;
        entry.outcome = static_cast<std::uint8_t>(outcome);
    }

    void hear(const Message& in) {
        const bool stamped = static_cast<bool>(in.payload("delay", "urn:xmpp:delay"));
        if (stamped) ++books_.kept;
        note(number_of(in.id().value_or("")), stamped);
    }
    void note(std::size_t number, bool stamped) {
        Entry* entry = find(number);
        if (entry == nullptr) return;
        entry->received = true;
        ++entry->heard;
        if (stamped) return;  // it was kept for a while, and says so
        if (number < last_) ++books_.inversions;
        last_ = std::max(last_, number);
    }

    Entry* find(std::size_t number) {
        Entry* entry = books_.find(number);
        if (entry == nullptr) ++books_.strangers;
        return entry;
    }

    Books& books_;
    std::mt19937 random_;
    boost::asio::steady_timer timer_;
    Entity* self_ = nullptr;
    std::string peer_;
    std::size_t open_ = 0;
    std::size_t open_requests_ = 0;  // of these
    std::size_t last_ = 0;           // heard from the other
    bool ended_ = false;
};

void print(const Books& books, const std::vector<const Ledger*>& ledgers) {
    std::map<std::string, std::size_t> outcomes;
    std::size_t duplicates = 0, doubled = 0, doubled_kept = 0;
    std::size_t unaccounted = 0, contradicted = 0, lost_with_server = 0, twice = 0, ledger_open = 0;
    for (const Entry& entry : books.entries) {
        twice += entry.told_twice ? 1 : 0;
        if (entry.written > 1 || entry.heard > entry.read || (entry.read > 1 && books.resumed != 0)) {
            ++duplicates;
        } else if (entry.read > 1) {
            ++doubled;
            doubled_kept += entry.came_stamped ? 1 : 0;
        }
        if (entry.outcome == none) {
            ++unaccounted;
            continue;
        }
        const auto outcome = static_cast<Outcome>(entry.outcome);
        ++outcomes[std::string(to_string(outcome))];
        const bool arrived = entry.received || entry.returned;
        if ((outcome == Outcome::rejected || outcome == Outcome::undelivered) && arrived) ++contradicted;
        if (outcome == Outcome::answered_result && !entry.received) ++contradicted;
        if (outcome == Outcome::acked && !arrived) ++lost_with_server;
    }
    for (const Ledger* ledger : ledgers) ledger_open += ledger->open();
    std::string how;
    for (const auto& [name, count] : outcomes) how += fmt::format("{}\"{}\": {}", how.empty() ? "" : ", ", name, count);
    fmt::print(
        "{{\"stanzas\": {}, \"unaccounted\": {}, \"told_twice\": {}, \"ledger_open\": {}, \"duplicates\": {}, "
        "\"inversions\": {}, \"strangers\": {}, \"contradicted\": {}, \"acked_and_lost_by_server\": {}, "
        "\"doubled_by_server\": {}, \"of_them_kept\": {}, \"resumed\": {}, \"kept\": {}, \"outcomes\": {{{}}}}}\n",
        books.entries.size(), unaccounted, twice, ledger_open, duplicates, books.inversions, books.strangers,
        contradicted, lost_with_server, doubled, doubled_kept, books.resumed, books.kept, how);
}

template <class Host>
int run_pair(Host& one, Host& two, Books& books, const std::string& address_one, const std::string& address_two,
             std::size_t count) {
    books.messages_left = books.requests_left = count;
    books.entries.reserve(2 * count);
    boost::asio::io_context io(1);
    Side first(books, io, 1), second(books, io, 2);
    int ended = 0, status = 0;
    const auto over = [&](const Ending& ending) {
        if (ending.failed) fmt::print(stderr, "{}\n", ending.why), status = 1;
        ++ended;
    };
    const auto say = [&books](LogLevel level, std::string_view sentence) {
        if (sentence == "The session goes on where it was.") ++books.resumed;
        if (level != LogLevel::debug) fmt::print(stderr, "{}\n", sentence);
    };
    one.log_to(say), two.log_to(say);
    one.start(io.get_executor(), over);
    two.start(io.get_executor(), over);
    one.entity().take(first.router());
    two.entity().take(second.router());
    first.begin(one.entity(), address_two);
    second.begin(two.entity(), address_one);
    // What has no proof yet when all is said gets it from the orderly end of the stream.
    Instant quiet_since = Clock::now();
    std::size_t open_before = 0;
    Instant told = Clock::now();
    boost::asio::steady_timer watch(io);
    bool draining = false;
    const std::function<void()> look = [&] {
        const std::size_t open = first.open() + second.open();
        if (books.messages_left + books.requests_left != 0 || open != open_before) quiet_since = Clock::now();
        open_before = open;
        if (!draining && Clock::now() - quiet_since > 5s) {
            draining = true;
            first.end(), second.end();
            one.drain(), two.drain();
        }
        if (ended == 2) return;
        if (Clock::now() - told > 10s) {  // for whoever wonders why nothing goes on
            told = Clock::now();
            first.describe("first"), second.describe("second");
        }
        watch.expires_after(100ms);
        watch.async_wait([&](boost::system::error_code) { look(); });
    };
    look();
    io.run();
    print(books, {&one.entity().ledger(), &two.entity().ledger()});
    return status;
}

ComponentOptions component(char** of, Books& books) {
    ComponentOptions made;
    made.traffic = watcher(books);
    made.domain = of[0];
    made.secret = of[1];
    made.server = of[2];
    made.reconnect_first = 200ms;
    made.reconnect_most = 2s;
    return made;
}

ClientOptions client(char** of, const char* ca, Books& books) {
    ClientOptions made;
    made.traffic = watcher(books);
    made.jid = of[0];
    made.password = of[1];
    made.server = of[2];
    made.tls.ca_file = ca;
    made.reconnect_first = 200ms;
    made.reconnect_most = 2s;
    return made;
}

}  // namespace

int main(int count, char** arguments) {
    std::signal(SIGPIPE, SIG_IGN);
    const std::string_view kind = count > 2 ? arguments[2] : "";
    const std::size_t many = count > 1 ? std::stoull(arguments[1]) : 0;
    Books books;
    if (kind == "component" && count == 9) {
        Component one(component(arguments + 3, books), Router()), two(component(arguments + 6, books), Router());
        return run_pair(one, two, books, arguments[3], arguments[6], many);
    }
    if (kind == "client" && count == 10) {
        Client one(client(arguments + 3, arguments[9], books), Router());
        Client two(client(arguments + 6, arguments[9], books), Router());
        return run_pair(one, two, books, arguments[3], arguments[6], many);
    }
    fmt::print(stderr, "Usage: ledger_pair COUNT component|client ADDRESS SECRET SERVER ADDRESS SECRET SERVER [CA]\n");
    return 2;
}
