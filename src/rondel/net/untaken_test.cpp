// F10: a stanza for which there never is enough memory does not come again with each session that is resumed, for ever:
// the second time it is answered, and what follows it arrives (docs/decisions/0009-memory.md).
#include <new>

#include "tests/support/client_house.hpp"
#include <gmock/gmock.h>

namespace rondel {
namespace {

using ::testing::ElementsAre;

class UntakenTest : public rondel::testing::ClientHouseTest {
  protected:
    // One for whom memory ends wherever GIANT comes in, so many times.
    ClientOptions poor(int times) {
        ClientOptions with = options("juliet@capulet.example/balcony");
        with.traffic = [this, times](net::Direction direction, std::string_view xml) {
            if (direction == net::Direction::in && xml.find("GIANT") != xml.npos && ++came <= times)
                throw std::bad_alloc();
        };
        return with;
    }
    std::unique_ptr<Running> enter_romeo() {
        Router router;
        router.on_error([this](const Stanza& in) {
            const auto error = static_cast<const Message&>(in).error();
            errors.push_back(error ? error->condition() : Condition::undefined_condition);
        });
        return enter(options("romeo@capulet.example/orchard", "jul13t"), std::move(router));
    }

    const Jid balcony = Jid::parse("juliet@capulet.example/balcony").value();
    int came = 0;
    std::vector<Condition> errors;
};

TEST_F(UntakenTest, F10_a_message_that_never_fits_is_answered_and_what_follows_arrives) {
    const auto juliet = enter(poor(1000));  // not even to tell of its refusal
    const auto romeo = enter_romeo();
    romeo->tell(balcony, "before");
    romeo->tell(balcony, "GIANT");
    romeo->tell(balcony, "after");
    ASSERT_TRUE(until([&] { return juliet->heard.size() == 2 && !errors.empty(); }));
    EXPECT_THAT(juliet->heard, ElementsAre("before", "after"));
    EXPECT_THAT(errors, ElementsAre(Condition::resource_constraint));
    EXPECT_EQ(came, 3) << "it was tried twice, and refused";
    EXPECT_EQ(juliet->sessions, 1) << "the same session all the time";
}

TEST_F(UntakenTest, F10_what_is_refused_is_in_the_ledger) {
    const auto juliet = enter(poor(2));
    const auto romeo = enter_romeo();
    romeo->tell(balcony, "GIANT");
    romeo->tell(balcony, "after");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty() && !errors.empty(); }));
    EXPECT_THAT(errors, ElementsAre(Condition::resource_constraint));
    EXPECT_EQ(juliet->self().ledger().refused(), 1U);
}

TEST_F(UntakenTest, F10_a_request_that_never_fits_is_answered_once) {
    const auto juliet = enter(poor(1000));
    const auto herself = enter(options("juliet@capulet.example/chamber"));  // of strangers it is not even asked
    Iq query(IqType::get, balcony);
    query.add("query", "urn:example").text("GIANT");
    std::vector<Condition> answers;
    herself->self().request(std::move(query), [&](const Answer& answer) {
        EXPECT_EQ(answer.outcome(), Outcome::answered_error);
        answers.push_back(answer.error().condition());
    });
    herself->tell(balcony, "after");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty() && !answers.empty(); }));
    EXPECT_THAT(answers, ElementsAre(Condition::resource_constraint));
    EXPECT_EQ(came, 3);
    EXPECT_EQ(juliet->sessions, 1);
}

TEST_F(UntakenTest, F10_one_that_fits_the_second_time_is_taken) {
    const auto juliet = enter(poor(1));
    const auto romeo = enter_romeo();
    romeo->tell(balcony, "GIANT");
    ASSERT_TRUE(until([&] { return !juliet->heard.empty(); }));
    EXPECT_THAT(juliet->heard, ElementsAre("GIANT"));
    EXPECT_EQ(juliet->sessions, 1);
    EXPECT_TRUE(errors.empty());
}

}  // namespace
}  // namespace rondel
