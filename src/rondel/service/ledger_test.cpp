// T-LEDGER: the accounting contract. A twin of the peer writes down every stanza that reached it, by number, while
// sessions come and go, and at the end both books are compared: unknown = 0, duplicates = 0, inversions = 0.
#include "rondel/service/ledger.hpp"

#include <deque>
#include <map>
#include <random>
#include <set>

#include "tests/support/hand_driven.hpp"
#include "tests/support/sparse.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;
using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using rondel::testing::stanza;

struct Sent {
    std::uint64_t number = 0;  // ours; 0: an answer to the twin
    std::string text;
};

// What lies between: what our stream holds, what the kernel holds, and what the twin has read.
class Between final : public Link {
  public:
    std::error_code transmit(Stanza& out) override {
        Sent sent;
        sent.text = rondel::testing::text(out);
        const ElementView mark = out.payload("n", "urn:example:n");
        if (mark) sent.number = std::stoull(std::string(mark.text()));
        bytes += sent.text.size();
        stream.push_back(std::move(sent));
        return {};
    }
    std::size_t backlog() const override { return bytes; }

    std::deque<Sent> stream;
    std::deque<Sent> kernel;
    std::size_t bytes = 0;
    std::uint64_t written = 0;  // in this session
};

class Soak {
  public:
    explicit Soak(unsigned seed, std::uint64_t stanzas) : random_(seed), left_(stanzas) {
        Router router;
        router.answer(IqType::get, "work", "urn:example:n",
                      [](const Iq&, Entity& self) -> task<> { co_await self.sleep(20ms); });
        router.on_message([](const Message&) {});
        EntityOptions options;
        options.queue_stanzas = 200;
        options.queue_bytes = 100'000;
        options.high_water = 5'000;
        options.queue_policy = static_cast<QueuePolicy>(seed % 3);
        hand_ = std::make_unique<HandDriven>("echo.example.com", std::move(router), options);
    }

    void run() {
        while (left_ > 0 || open_) step();
        for (int i = 0; i < 3; ++i) {  // and let what is under way end
            open();
            for (int j = 0; j < 200; ++j) move(1000), read(1000), hand_->run();
            hand_->advance(2min);
        }
        lose(true);
        hand_->entity->stop(hand_->now);
        hand_->run();
    }

    void check() const {
        const Ledger& ledger = hand_->entity->ledger();
        std::uint64_t ended = 0;
        for (std::size_t i = 0; i < outcome_count; ++i) ended += ledger.ended(static_cast<Outcome>(i));
        EXPECT_EQ(ledger.issued(), ended);
        EXPECT_EQ(ledger.open(), 0u);
        EXPECT_EQ(ends_.size(), issued_) << "Everybody who asked was told …";
        std::map<Outcome, std::uint64_t> told;
        for (const auto& [number, outcome] : ends_) {
            ++told[outcome];
            const bool arrived = received_.contains(number);
            if (outcome == Outcome::acked || outcome == Outcome::answered_result ||
                outcome == Outcome::answered_error) {
                EXPECT_TRUE(arrived) << number << " " << to_string(outcome);
            }
            if (outcome == Outcome::undelivered || outcome == Outcome::rejected) {
                EXPECT_FALSE(arrived) << number << " " << to_string(outcome);
            }
        }
        for (const std::uint64_t number : received_) EXPECT_TRUE(ends_.contains(number));
        EXPECT_EQ(twice_, 0u) << "… and once.";
        EXPECT_EQ(duplicates_, 0u);
        EXPECT_EQ(inversions_, 0u);
        EXPECT_EQ(ledger.iqs_received(), asked_by_twin_);
        EXPECT_EQ(ledger.iqs_received(), ledger.iqs_replied() + ledger.replies_dropped());
        EXPECT_GT(told[Outcome::acked], 0u);
        EXPECT_GT(told[Outcome::answered_result], 0u);
        if (test::sparseness() > 1) return;  // what is rare need not come up in few steps
        EXPECT_GT(told[Outcome::indeterminate], 0u);
    }

  private:
    std::uint64_t chance(std::uint64_t below) { return random_() % below; }

    void step() {
        switch (chance(12)) {
            case 0:
            case 1:
            case 2:
            case 3:
                send();
                break;
            case 4:
                ask();
                break;
            case 5:
            case 6:
                move(chance(40));
                break;
            case 7:
            case 8:
                read(chance(40));
                break;
            case 9:
                twin_asks();
                break;
            case 10:
                hand_->advance(std::chrono::milliseconds(chance(30)));
                break;
            default:
                if (!open_)
                    open();
                else if (chance(60) == 0)
                    lose(chance(3) == 0);
        }
        if (left_ == 0 && open_ && chance(50) == 0) lose(true);
    }

    std::uint64_t next() {
        --left_;
        ++issued_;
        return issued_;
    }

    void told(std::uint64_t number, Outcome outcome) { twice_ += ends_.emplace(number, outcome).second ? 0 : 1; }

    void send() {
        if (left_ == 0) return;
        const std::uint64_t number = next();
        Message message(Jid::parse(fmt::format("peer{}@x.example", number % 3)).value(), "text");
        message.add("n", "urn:example:n").text(std::to_string(number));
        hand_->entity->send(std::move(message), [this, number](Outcome outcome) { told(number, outcome); });
    }

    void ask() {
        if (left_ == 0) return;
        const std::uint64_t number = next();
        Iq iq(IqType::get, Jid::parse(fmt::format("peer{}@x.example", number % 3)).value());
        iq.add("n", "urn:example:n").text(std::to_string(number));
        const std::uint64_t request = hand_->entity->request(
            std::move(iq), [this, number](const Answer& answer) { told(number, answer.outcome()); },
            RequestOptions().timeout(500ms));
        if (chance(50) == 0) hand_->entity->cancel(request);
    }

    void twin_asks() {
        if (!open_ || !hand_->entity->wants_to_read()) return;
        ++asked_by_twin_;
        hand_->entity->receive(
            stanza(fmt::format("<iq from='peer{}@x.example' to='echo.example.com' type='get' id='t{}'>"
                               "<work xmlns='urn:example:n'/></iq>",
                               chance(3), asked_by_twin_)),
            hand_->now);
        hand_->run();
    }

    void move(std::uint64_t most) {  // from our stream into the kernel
        if (!open_) return;
        for (; most > 0 && !link_.stream.empty(); --most) {
            link_.bytes -= link_.stream.front().text.size();
            link_.kernel.push_back(std::move(link_.stream.front()));
            link_.stream.pop_front();
            ++link_.written;
        }
        hand_->entity->wrote(link_.written, hand_->now);
    }

    void read(std::uint64_t most) {  // by the twin, in order
        for (; open_ && most > 0 && !link_.kernel.empty(); --most) {
            const Sent sent = std::move(link_.kernel.front());
            link_.kernel.pop_front();
            if (sent.number == 0) continue;
            duplicates_ += received_.insert(sent.number).second ? 0 : 1;
            const Stanza out = stanza(sent.text);
            std::uint64_t& last = last_of_[std::string(out.to().str())];
            inversions_ += sent.number > last ? 0 : 1;
            last = sent.number;
            if (out.kind() == StanzaKind::iq && chance(4) != 0)
                hand_->entity->receive(stanza(fmt::format("<iq from='{}' to='echo.example.com' type='{}' id='{}'/>",
                                                          out.to().str(), chance(2) ? "result" : "error", *out.id())),
                                       hand_->now);
        }
        hand_->run();
    }

    void open() {
        if (open_) return;
        open_ = true;
        link_.written = 0;
        hand_->entity->connected(hand_->now);
        hand_->entity->opened(link_, hand_->now);
        hand_->run();
    }

    void lose(bool in_order) {
        if (!open_) return;
        bool proven = false;
        if (in_order) {
            read(1'000'000);
            proven = link_.kernel.empty();
        }
        open_ = false;
        link_.kernel.clear();  // what was in it, nobody knows
        const std::size_t kept = chance(2) ? chance(link_.stream.size() + 1) : 0;
        link_.stream.erase(link_.stream.begin(), link_.stream.end() - static_cast<std::ptrdiff_t>(kept));
        link_.bytes = 0;
        for (const Sent& sent : link_.stream) link_.bytes += sent.text.size();
        hand_->entity->lost({"The test said so.", true, false}, proven, kept, hand_->now);
        hand_->run();
    }

    std::mt19937_64 random_;
    std::uint64_t left_;
    std::uint64_t issued_ = 0;
    std::uint64_t asked_by_twin_ = 0;
    std::uint64_t twice_ = 0;
    std::uint64_t duplicates_ = 0;
    std::uint64_t inversions_ = 0;
    std::map<std::uint64_t, Outcome> ends_;
    std::set<std::uint64_t> received_;
    std::map<std::string, std::uint64_t> last_of_;
    bool open_ = false;
    Between link_;
    std::unique_ptr<HandDriven> hand_;
};

class LedgerSoak : public ::testing::TestWithParam<unsigned> {};

TEST_P(LedgerSoak, T_LEDGER_F07_both_books_agree) {
    Soak soak(GetParam(), static_cast<std::uint64_t>(test::drawn(20'000)));
    soak.run();
    soak.check();
}

INSTANTIATE_TEST_SUITE_P(Seeds, LedgerSoak, ::testing::Values(0U, 1U, 2U, 3U, 4U, 5U));

}  // namespace
}  // namespace rondel
