#include "rondel/stream/state.hpp"

#include <map>
#include <set>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>

namespace rondel::stream {
namespace {

constexpr int states = 9;
constexpr int turns = 10;

// Every turn that can be taken, and where it leads: the whole life of a stream in one table.
const std::map<std::pair<State, Turn>, State> ways{
    {{State::idle, Turn::started}, State::awaiting_header},
    {{State::idle, Turn::ended}, State::ended},
    {{State::awaiting_header, Turn::greeted}, State::negotiating},
    {{State::awaiting_header, Turn::greeted_without_id}, State::awaiting_reason},
    {{State::awaiting_header, Turn::ended}, State::ended},
    {{State::awaiting_reason, Turn::ended}, State::ended},
    {{State::negotiating, Turn::restarted}, State::awaiting_header},
    {{State::negotiating, Turn::tls_wanted}, State::awaiting_tls},
    {{State::negotiating, Turn::opened}, State::open},
    {{State::negotiating, Turn::ended}, State::ended},
    {{State::awaiting_tls, Turn::secured}, State::awaiting_header},
    {{State::awaiting_tls, Turn::ended}, State::ended},
    {{State::open, Turn::closed_by_us}, State::closing},
    {{State::open, Turn::ended}, State::ended},
    {{State::closing, Turn::ended}, State::ended},
    {{State::ended, Turn::reported}, State::over},
};

TEST(State, takes_the_turns_of_the_table_and_no_others) {
    for (int s = 0; s < states; ++s) {
        for (int t = 0; t < turns; ++t) {
            const auto state = static_cast<State>(s);
            const auto turn = static_cast<Turn>(t);
            const auto way = ways.find({state, turn});
            if (way == ways.end())
                EXPECT_THROW(after(state, turn), std::logic_error) << to_string(state) << " " << t;
            else
                EXPECT_EQ(after(state, turn), way->second) << to_string(state) << " " << t;
        }
    }
}

TEST(State, R123_is_open_only_by_way_of_the_handshake) {
    for (const auto& [from, to] : ways) {
        if (to == State::open) {
            EXPECT_EQ(from, std::pair(State::negotiating, Turn::opened));
        }
    }
}

TEST(State, once_ended_is_never_left_but_to_be_over) {
    std::set<State> reached{State::ended};
    for (int round = 0; round < states; ++round)
        for (const auto& [from, to] : ways)
            if (reached.contains(from.first)) reached.insert(to);
    EXPECT_EQ(reached, (std::set<State>{State::ended, State::over}));
}

TEST(State, listens_from_the_start_to_the_end) {
    EXPECT_FALSE(is_live(State::idle));
    EXPECT_FALSE(is_live(State::ended));
    EXPECT_FALSE(is_live(State::over));
    for (const State state :
         {State::awaiting_header, State::negotiating, State::awaiting_reason, State::awaiting_tls}) {
        EXPECT_TRUE(is_live(state));
        EXPECT_TRUE(is_opening(state));
    }
    for (const State state : {State::open, State::closing}) {
        EXPECT_TRUE(is_live(state));
        EXPECT_FALSE(is_opening(state));
    }
}

}  // namespace
}  // namespace rondel::stream
