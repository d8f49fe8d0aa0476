// T-LEDGER with stream management: streams are lost and sessions go on, or are gone, and at the end both books agree.
#include "rondel/service/ledger.hpp"

#include <deque>
#include <map>
#include <optional>
#include <random>
#include <set>

#include "tests/support/hand_driven.hpp"
#include "tests/support/sparse.hpp"
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace std::chrono_literals;
using rondel::testing::HandDriven;
using rondel::testing::stanza;

// One session of our stream and the twin that it ends at. Stanzas are counted from the beginning of the session.
class Session final : public Link {
  public:
    std::error_code transmit(Stanza& out) override {
        sent.push_back(rondel::testing::text(out));
        bytes += sent.back().size();
        return {};
    }
    std::size_t backlog() const override { return bytes; }
    bool is_managed() const override { return true; }

    std::deque<std::string> sent;  // all of the session
    std::size_t written = 0;       // of them, to the transport of the stream that there is now
    std::size_t taken = 0;         // by the twin
    std::size_t acknowledged = 0;  // as we know
    std::size_t base = 0;          // acknowledged when the last stream was lost: what the entity counts from
    std::size_t bytes = 0;         // not written
};

class Soak {
  public:
    Soak(unsigned seed, std::uint64_t stanzas) : random_(seed), left_(stanzas) {
        EntityOptions options;
        options.queue_stanzas = 200;
        options.queue_bytes = 100'000;
        options.high_water = 5'000;
        options.any_from = true;
        options.queue_policy = static_cast<QueuePolicy>(seed % 3);
        hand_ = std::make_unique<HandDriven>("juliet@capulet.example", Router(), options);
    }

    void run() {
        while (left_ > 0) step();
        if (state_ == Is::suspended) resume();
        if (state_ == Is::down) open();
        for (int i = 0; i < 300; ++i) write(1000), take(1000), acknowledge(), hand_->run();
        hand_->advance(2min);
        hand_->entity->closing(true, hand_->now);
        hand_->entity->lost({"The test said so.", true, true}, true, 0, hand_->now);
        hand_->entity->stop(hand_->now);
        hand_->run();
    }

    void check() const {
        const Ledger& ledger = hand_->entity->ledger();
        EXPECT_EQ(ledger.open(), 0u);
        EXPECT_EQ(ends_.size(), issued_) << "Everybody who asked was told …";
        EXPECT_EQ(twice_, 0u) << "… and once.";
        EXPECT_EQ(duplicates_, 0u);
        EXPECT_EQ(inversions_, 0u);
        std::map<Outcome, std::uint64_t> told;
        for (const auto& [number, outcome] : ends_) {
            ++told[outcome];
            const bool arrived = taken_.contains(number);
            if (outcome == Outcome::acked || outcome == Outcome::answered_result) {
                EXPECT_TRUE(arrived) << number;
            }
            if (outcome == Outcome::undelivered || outcome == Outcome::rejected) {
                EXPECT_FALSE(arrived) << number << " " << to_string(outcome);
            }
        }
        for (const std::uint64_t number : taken_) EXPECT_TRUE(ends_.contains(number));
        EXPECT_GT(told[Outcome::acked], 0u);
        EXPECT_GT(told[Outcome::answered_result], 0u);
        EXPECT_LT(told[Outcome::indeterminate], told[Outcome::acked] / 4) << "Doubt is the exception.";
        if (test::sparseness() > 1) return;  // what is rare need not come up in few steps
        EXPECT_GT(told[Outcome::undelivered], 0u);
        EXPECT_GT(told[Outcome::indeterminate], 0u);
    }

  private:
    enum class Is { down, open, suspended };
    std::uint64_t chance(std::uint64_t below) { return random_() % below; }

    void step() {
        switch (chance(12)) {
            case 0:
            case 1:
            case 2:
            case 3:
                return send();
            case 4:
                return ask();
            case 5:
            case 6:
                return write(chance(40));
            case 7:
            case 8:
                return take(chance(40));
            case 9:
                if (chance(3) == 0) acknowledge();
                return;
            case 10:
                return hand_->advance(std::chrono::milliseconds(chance(30)));
            default:
                if (state_ == Is::down) return open();
                if (state_ == Is::open && chance(20) == 0) return suspend();
                if (state_ != Is::suspended || chance(3) == 0) return;
                const std::uint64_t kind = chance(12);
                if (kind == 0)
                    forsake(true);
                else if (kind == 1)
                    forsake(false);
                else if (kind == 2)
                    lose();
                else
                    resume();
        }
    }

    void told(std::uint64_t number, Outcome outcome) { twice_ += ends_.emplace(number, outcome).second ? 0 : 1; }
    std::uint64_t next() { return --left_, ++issued_; }

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
        hand_->entity->request(
            std::move(iq), [this, number](const Answer& answer) { told(number, answer.outcome()); },
            RequestOptions().timeout(500ms));
    }

    void write(std::uint64_t most) {
        if (state_ != Is::open) return;
        for (; most > 0 && session_.written < session_.sent.size(); --most)
            session_.bytes -= session_.sent[session_.written++].size();
        hand_->entity->wrote(session_.written - session_.base, hand_->now);
    }

    void take(std::uint64_t most) {
        for (; state_ == Is::open && most > 0 && session_.taken < session_.written; --most) {
            const Stanza out = stanza(session_.sent[session_.taken++]);
            const std::uint64_t number = std::stoull(std::string(out.payload("n", "urn:example:n").text()));
            duplicates_ += taken_.insert(number).second ? 0 : 1;
            std::uint64_t& last = last_of_[std::string(out.to().str())];
            inversions_ += number > last ? 0 : 1;
            last = number;
            if (out.kind() == StanzaKind::iq && chance(4) != 0)
                hand_->entity->receive(
                    stanza(fmt::format("<iq from='{}' type='result' id='{}'/>", out.to().str(), *out.id())),
                    hand_->now);
        }
        hand_->run();
    }

    void acknowledge() {
        if (state_ != Is::open) return;
        session_.acknowledged = session_.taken;
        hand_->entity->acknowledged(session_.acknowledged - session_.base, hand_->now);
    }

    void open() {
        state_ = Is::open;
        session_ = {};
        hand_->entity->connected(hand_->now);
        hand_->entity->opened(session_, hand_->now);
        hand_->run();
    }

    // What the kernel held is gone, or the twin has read it: it knows, we do not.
    void suspend() {
        if (chance(2)) take(chance(100));
        state_ = Is::suspended;
        session_.base = session_.acknowledged;
        hand_->entity->closing(false, hand_->now);
        hand_->entity->suspended({"The test said so.", true, false}, hand_->now);
    }

    void resume() {
        state_ = Is::open;
        session_.written = session_.acknowledged = session_.taken;
        session_.bytes = 0;
        for (std::size_t i = session_.written; i < session_.sent.size(); ++i) session_.bytes += session_.sent[i].size();
        hand_->entity->connected(hand_->now);
        hand_->entity->resumed(session_, hand_->now);
        hand_->entity->wrote(session_.written - session_.base, hand_->now);
        hand_->entity->acknowledged(session_.acknowledged - session_.base, hand_->now);
        hand_->run();
    }

    void forsake(bool with_count) {
        state_ = Is::down;
        hand_->entity->forsaken(with_count ? std::optional(session_.taken - session_.base) : std::nullopt, hand_->now);
        open();
    }

    void lose() {
        state_ = Is::down;
        hand_->entity->lost({"The test said so.", false, false}, false, 0, hand_->now);
    }

    std::mt19937_64 random_;
    std::uint64_t left_;
    std::uint64_t issued_ = 0;
    std::uint64_t twice_ = 0;
    std::uint64_t duplicates_ = 0;
    std::uint64_t inversions_ = 0;
    std::map<std::uint64_t, Outcome> ends_;
    std::set<std::uint64_t> taken_;
    std::map<std::string, std::uint64_t> last_of_;
    Is state_ = Is::down;
    Session session_;
    std::unique_ptr<HandDriven> hand_;
};

class ManagedLedgerSoak : public ::testing::TestWithParam<unsigned> {};

TEST_P(ManagedLedgerSoak, T_LEDGER_R128_both_books_agree_over_sessions_that_outlive_their_streams) {
    Soak soak(GetParam(), static_cast<std::uint64_t>(test::drawn(20'000)));
    soak.run();
    soak.check();
}

INSTANTIATE_TEST_SUITE_P(Seeds, ManagedLedgerSoak, ::testing::Values(0U, 1U, 2U, 3U, 4U, 5U));

}  // namespace
}  // namespace rondel
