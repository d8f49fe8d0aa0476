// Plays every tests/conversations/*.chat, with each cast that it allows, whole and byte by byte.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/support/chat_player.hpp"
#include <gtest/gtest.h>

namespace rondel::test {
namespace {

struct Play {
    std::filesystem::path file;
    Casting casting;
};

std::vector<Play> all_plays() {
    std::vector<Play> plays;
    for (const auto& entry : std::filesystem::directory_iterator(RONDEL_CONVERSATIONS)) {
        if (entry.path().extension() != ".chat") continue;
        for (const bool byte_by_byte : {false, true})
            for (const auto& [component, server] : {std::pair(true, false), {false, true}, {true, true}})
                plays.push_back({entry.path(), {component, server, byte_by_byte}});
    }
    std::sort(plays.begin(), plays.end(), [](const Play& a, const Play& b) { return a.file < b.file; });
    return plays;
}

std::string name_of(const ::testing::TestParamInfo<Play>& play) {
    const Casting& casting = play.param.casting;
    std::string name = play.param.file.stem().string() + "_with_our" + (casting.component ? "_component" : "") +
                       (casting.server ? "_server" : "") + (casting.byte_by_byte ? "_byte_by_byte" : "");
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

class Conversations : public ::testing::TestWithParam<Play> {};

TEST_P(Conversations, is_as_written) {
    std::ifstream in(GetParam().file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const ChatScript script = ChatScript::parse(GetParam().file.filename().string(), text);
    if ((GetParam().casting.component && script.initiator().by_hand()) ||
        (GetParam().casting.server && script.role("server").by_hand()))
        return;  // the file says why
    EXPECT_EQ(play(script, GetParam().casting), "");
}

INSTANTIATE_TEST_SUITE_P(Chat, Conversations, ::testing::ValuesIn(all_plays()), name_of);

}  // namespace
}  // namespace rondel::test
