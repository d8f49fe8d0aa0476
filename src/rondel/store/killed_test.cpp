// F14: a server with a store is killed (SIGKILL) at any time, again and again. Whatever it had acknowledged on the
// wire, the result of an iq or a message that it took over (XEP-0198), is there when it starts again, and nothing by
// half.
//
// The server runs in a child, with a client on a stream in memory; whatever that client has been told goes through a
// pipe to the parent, which kills. RONDEL_KILLS=1000 is what ./test --long does.
#include "rondel/server/domain.hpp"
#include "rondel/store/sqlite.hpp"
#include "rondel/stream/client_stream.hpp"
#include "rondel/xml/writer.hpp"

#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <random>

#include "tests/support/folder.hpp"
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rondel::store {
namespace {

using Step = std::uint64_t;  // what the client does, one after the other; over all lives of the server

enum class Deed { add_contact, change_contact, remove_contact, write_message };
constexpr std::uint64_t contacts = 40;

// Everything about a step follows from its number, so that the parent knows what to look for.
Deed deed(Step step) { return static_cast<Deed>(step * 7 / 3 % 4); }
std::string contact(Step step) { return fmt::format("c{}@capulet.lit", step * 31 % contacts); }
std::string name(Step step) { return fmt::format("{} {}", step, std::string(step * 131 % 1000, 'n')); }
std::string body(Step step) { return fmt::format("{} {}", step, std::string(step * 137 % 5000, 'b')); }

// The domain, its server side of one stream, and the client: joined by nothing but their bytes.
class Server {
  public:
    explicit Server(server::Storage& storage)
        : domain_(board_, storage, options()), server_(domain_, server_options(), [] { return random_token(128); }) {
        if (!storage.account("romeo")) {
            domain_.set_password("romeo", "secret");
            domain_.set_password("juliet", "secret");
        }
        server_.start(now_);
        client_.start(now_);
        exchange([this] { return client_.is_open(); });
    }

    // Done when the client has been told so.
    void run(Step step) {
        answered_ = false;
        may_be_refused_ = deed(step) == Deed::remove_contact;  // there may be none
        if (deed(step) == Deed::write_message) {
            Message message("juliet@home.example"_jid, body(step));
            message.set_type(MessageType::chat);
            check(client_.send(message));
            ++sent_;
            exchange([this] { return client_.stanzas_acknowledged() >= sent_; });
            return;
        }
        Iq iq(IqType::set, Jid());
        iq.set_id(fmt::format("s{}", step));
        xml::ElementRef item = iq.add("query", "jabber:iq:roster").append("item");
        item.set("jid", contact(step));
        if (deed(step) == Deed::remove_contact)
            item.set("subscription", "remove");
        else
            item.set("name", name(step));
        check(client_.send(iq));
        ++sent_;
        exchange([this] { return answered_; });
    }

  private:
    server::DomainOptions options() {
        server::DomainOptions made;
        made.name = "home.example"_jid;
        made.iterations = 4096;
        made.most_offline = 1'000'000;
        made.clock = [this] { return now_; };
        made.calendar = [] { return server::Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)); };
        return made;
    }
    static stream::AcceptingClientOptions server_options() {
        stream::AcceptingClientOptions made;
        made.domain = "home.example";
        made.require_tls = made.can_start_tls = false;
        return made;
    }
    static stream::ClientStreamOptions client_options() {
        stream::ClientStreamOptions made;
        made.require_tls = made.start_tls = false;
        made.want_token = false;
        return made;
    }
    static void check(std::error_code refused) {
        if (refused) throw std::runtime_error("The client cannot send: " + refused.message());
    }

    template <class Done>
    void exchange(Done done) {
        for (int idle = 0; !done(); ++idle) {
            if (idle == 100) throw std::runtime_error("The server does not answer.");
            if (carry(client_, server_, lent_[0]) || carry(server_, client_, lent_[1])) idle = 0;
            take_events();
        }
    }
    static bool carry(stream::Stream& from, stream::Stream& to, std::string& bytes) {
        if (from.output().empty()) return false;
        bytes = from.output();  // lent, until all events have been taken
        from.wrote(bytes.size());
        to.receive(bytes, Instant(std::chrono::hours(1)));
        return true;
    }
    void take_events() {
        while (auto event = server_.next_event()) {
            if (std::holds_alternative<stream::Opened>(*event)) session_.emplace(domain_, server_, [] {});
            if (session_) session_->take(*event, now_);
        }
        while (auto event = client_.next_event()) {
            if (const auto* closed = std::get_if<stream::Closed>(&*event)) throw std::runtime_error(closed->why);
            const auto* received = std::get_if<stream::Received>(&*event);
            if (received == nullptr || received->stanza.kind() != StanzaKind::iq) continue;
            if (received->stanza.type() == "error" && !may_be_refused_)
                throw std::runtime_error("The server refused: " + xml::to_string(received->stanza.element()));
            if (received->stanza.type() == "result" || received->stanza.type() == "error") answered_ = true;
        }
    }

    const Instant now_{std::chrono::hours(1)};
    server::Switchboard board_;
    server::Domain domain_;
    stream::AcceptingClientStream server_;
    std::optional<server::ClientSession> session_;
    stream::ClientStream client_{{"romeo@home.example"_jid, "balcony", "secret", {}, {}}, client_options()};
    std::array<std::string, 2> lent_;
    bool answered_ = false, may_be_refused_ = false;
    std::uint64_t sent_ = 0;
};

// What is in the store after so many steps.
struct Contents {
    std::map<std::string, std::string> roster;  // name by JID
    std::vector<Step> messages;                 // that were kept, the oldest first
    friend bool operator==(const Contents&, const Contents&) = default;

    void take(Step step) {
        if (deed(step) == Deed::write_message)
            messages.push_back(step);
        else if (deed(step) == Deed::remove_contact)
            roster.erase(contact(step));
        else
            roster[contact(step)] = name(step);
    }
};

class KilledTest : public ::testing::Test {
  protected:
    // Runs steps in a child from `next` on, and kills it after some that were acknowledged, and a bit. How many were.
    std::uint64_t run_and_kill(Step next, std::uint64_t least, std::chrono::microseconds then) {
        int ends[2];
        if (pipe(ends) != 0) throw std::runtime_error("no pipe");
        const pid_t child = fork();
        if (child == 0) {
            ::close(ends[0]);
            try {
                Sqlite storage(path);
                Server server(storage);
                for (Step step = next;; ++step) {
                    server.run(step);
                    if (::write(ends[1], &step, sizeof step) != sizeof step) break;
                }
            } catch (const std::exception& error) {
                std::fprintf(stderr, "In the server: %s\n", error.what());
            }
            _exit(1);
        }
        ::close(ends[1]);
        std::uint64_t acknowledged = 0;
        Step step = 0;
        while (acknowledged < least && ::read(ends[0], &step, sizeof step) == sizeof step) ++acknowledged;
        const auto until = std::chrono::steady_clock::now() + then;
        while (std::chrono::steady_clock::now() < until) continue;
        kill(child, SIGKILL);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself";
        while (::read(ends[0], &step, sizeof step) == sizeof step) ++acknowledged;
        ::close(ends[0]);
        EXPECT_TRUE(acknowledged == 0 || step == next + acknowledged - 1) << step;
        return acknowledged;
    }

    Contents look() {
        Contents found;
        const Sqlite storage(path);
        for (const server::RosterItem& item : storage.roster("romeo").items)
            found.roster[std::string(item.jid.str())] = item.name;
        for (const auto& kept : storage.offline("juliet")) {
            const std::size_t begin = kept.stanza.find("<body>") + 6;
            const Step step = std::stoull(kept.stanza.substr(begin));
            EXPECT_NE(kept.stanza.find("<body>" + body(step) + "</body>"), std::string::npos) << kept.stanza;
            found.messages.push_back(step);
        }
        return found;
    }

    bool is_sound() const {
        sqlite3* handle = nullptr;
        EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
        std::string said;
        sqlite3_exec(
            handle, "PRAGMA integrity_check",
            [](void* to, int, char** columns, char**) {
                *static_cast<std::string*>(to) += columns[0];
                return 0;
            },
            &said, nullptr);
        sqlite3_close(handle);
        return said == "ok";
    }

    rondel::test::Folder folder;
    std::string path = folder.path() + "/data.sqlite";
};

TEST_F(KilledTest, F14_whatever_was_acknowledged_is_there_after_any_kill) {
    const char* wanted = std::getenv("RONDEL_KILLS");
    const int kills = wanted == nullptr ? 20 : std::atoi(wanted);
    std::mt19937_64 random(14);
    Contents expected;
    Step next = 0;
    std::uint64_t in_flight = 0, all = 0, lost = 0;
    for (int round = 0; round < kills; ++round) {
        SCOPED_TRACE(fmt::format("kill {}", round));
        const std::uint64_t acknowledged =
            run_and_kill(next, random() % 20, std::chrono::microseconds(random() % 6000));
        all += acknowledged;
        for (const Step end = next + acknowledged; next < end; ++next) expected.take(next);
        const Contents found = look();
        Contents one_more = expected;
        one_more.take(next);
        if (found != expected) {  // done, and killed before it could say so: it did not lie
            lost += found == one_more ? 0 : 1;
            ASSERT_EQ(found.messages, one_more.messages);
            ASSERT_EQ(found.roster, one_more.roster);
            expected = std::move(one_more);
            ++next;
            ++in_flight;
        }
        ASSERT_TRUE(is_sound());
        if (expected.messages.size() > 200) {  // or it would take ever longer to look
            Sqlite storage(path);
            storage.drop_offline("juliet", storage.offline("juliet").back().number);
            expected.messages.clear();
        }
    }
    EXPECT_GT(all, static_cast<std::uint64_t>(kills));
    std::printf("FIGURE store-kills %d\n", kills);
    std::printf("FIGURE store-acknowledged %llu\n", static_cast<unsigned long long>(all));
    std::printf("FIGURE store-acknowledged-lost %llu\n", static_cast<unsigned long long>(lost));
    std::printf("%d kills, %llu acknowledged, %llu done and not acknowledged any more\n", kills,
                static_cast<unsigned long long>(all), static_cast<unsigned long long>(in_flight));
}

}  // namespace
}  // namespace rondel::store
