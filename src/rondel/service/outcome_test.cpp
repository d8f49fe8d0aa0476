#include "rondel/service/outcome.hpp"

#include "rondel/service/ledger.hpp"
#include "rondel/service/request.hpp"

#include <set>

#include <gtest/gtest.h>

namespace rondel {
namespace {

using namespace rondel::literals;

TEST(Outcome, each_has_a_name_of_its_own) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < outcome_count; ++i) names.insert(to_string(static_cast<Outcome>(i)));
    EXPECT_EQ(names.size(), outcome_count);
    EXPECT_EQ(names.count(""), 0u);
}

TEST(SendFault, each_is_a_sentence_for_whoever_sent) {
    std::set<std::string> sentences;
    for (int fault = 1; fault <= static_cast<int>(SendFault::empty); ++fault) {
        const std::string sentence = make_error_code(static_cast<SendFault>(fault)).message();
        EXPECT_EQ(sentence.back(), '.');
        sentences.insert(sentence);
    }
    EXPECT_EQ(sentences.size(), static_cast<std::size_t>(SendFault::empty));
    EXPECT_FALSE(make_error_code(static_cast<SendFault>(99)).message().empty());
    EXPECT_STREQ(make_error_code(SendFault::empty).category().name(), "rondel.service");
}

TEST(Ledger, open_is_what_was_issued_and_has_not_ended) {
    Ledger ledger;
    for (int i = 0; i < 10; ++i) ledger.issue();
    ledger.end(Outcome::acked, 4);
    ledger.end(Outcome::timed_out);
    EXPECT_EQ(ledger.issued(), 10u);
    EXPECT_EQ(ledger.open(), 5u);
    EXPECT_EQ(ledger.ended(Outcome::acked), 4u);
}

TEST(Answer, knows_its_outcome_by_the_type_of_the_iq) {
    Iq result(IqType::result, "a@b.example"_jid);
    EXPECT_TRUE(Answer(std::move(result)));
    Iq error(IqType::error, "a@b.example"_jid);
    StanzaError(Condition::forbidden).write(error.add("error", xml::stanza_ns));
    const Answer refused(std::move(error));
    EXPECT_FALSE(refused);
    EXPECT_EQ(refused.outcome(), Outcome::answered_error);
    EXPECT_EQ(refused.error().condition(), Condition::forbidden);
}

TEST(Answer, gives_an_error_to_throw_for_every_other_end) {
    for (const Outcome outcome :
         {Outcome::timed_out, Outcome::indeterminate, Outcome::undelivered, Outcome::cancelled, Outcome::acked})
        EXPECT_EQ(Answer(outcome).error().condition(), Condition::remote_server_timeout) << to_string(outcome);
    const Answer rejected(Outcome::rejected, SendFault::queue_full);
    EXPECT_EQ(rejected.error().condition(), Condition::internal_server_error);
    EXPECT_EQ(rejected.why(), SendFault::queue_full);
}

TEST(Answer, V45_an_error_without_a_condition_is_still_an_error) {
    EXPECT_EQ(Answer(Iq(IqType::error, "a@b.example"_jid)).error().condition(), Condition::undefined_condition);
}

}  // namespace
}  // namespace rondel
