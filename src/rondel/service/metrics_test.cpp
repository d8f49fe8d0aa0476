#include "rondel/service/metrics.hpp"

#include <array>

#include <gmock/gmock.h>

namespace rondel {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

TEST(Metrics, T_LEDGER_everything_that_a_ledger_counts_is_there_under_its_name) {
    Ledger ledger;
    for (int i = 0; i < 100; ++i) ledger.issue();
    for (std::size_t i = 0; i < outcome_count; ++i) ledger.end(static_cast<Outcome>(i), i + 1);  // 36 in all
    const auto times = [](int count, auto call) {
        while (count-- > 0) call();
    };
    times(11, [&] { ledger.receive(); });
    times(12, [&] { ledger.refuse(); });
    times(13, [&] { ledger.exceed_share(); });
    times(14, [&] { ledger.merge_presence(); });
    times(15, [&] { ledger.receive_iq(); });
    times(16, [&] { ledger.reply(true); });
    times(17, [&] { ledger.reply(false); });
    times(18, [&] { ledger.late_answer(); });
    const NamedLedger one{"echo.example.com", &ledger};
    const std::string text = to_prometheus({&one, 1});
    for (const char* line : {"stanzas_issued_total{entity=\"echo.example.com\"} 100\n",
                             "stanzas_received_total{entity=\"echo.example.com\"} 11\n",
                             "stanzas_refused_total{entity=\"echo.example.com\"} 12\n",
                             "stanzas_over_share_total{entity=\"echo.example.com\"} 13\n",
                             "presences_merged_total{entity=\"echo.example.com\"} 14\n",
                             "queries_received_total{entity=\"echo.example.com\"} 15\n",
                             "queries_replied_total{entity=\"echo.example.com\"} 16\n",
                             "replies_dropped_total{entity=\"echo.example.com\"} 17\n",
                             "answers_late_total{entity=\"echo.example.com\"} 18\n",
                             "stanzas_ended_total{entity=\"echo.example.com\",outcome=\"answered_result\"} 1\n",
                             "stanzas_ended_total{entity=\"echo.example.com\",outcome=\"answered_error\"} 2\n",
                             "stanzas_ended_total{entity=\"echo.example.com\",outcome=\"timed_out\"} 3\n",
                             "stanzas_ended_total{entity=\"echo.example.com\",outcome=\"rejected\"} 4\n",
                             "stanzas_ended_total{entity=\"echo.example.com\",outcome=\"undelivered\"} 5\n",
                             "stanzas_ended_total{entity=\"echo.example.com\",outcome=\"indeterminate\"} 6\n",
                             "stanzas_ended_total{entity=\"echo.example.com\",outcome=\"acked\"} 7\n",
                             "stanzas_ended_total{entity=\"echo.example.com\",outcome=\"cancelled\"} 8\n",
                             "stanzas_open{entity=\"echo.example.com\"} 64\n"})
        EXPECT_THAT(text, HasSubstr("\nrondel_" + std::string(line)));
}

TEST(Metrics, T_LEDGER_several_are_told_apart_and_each_name_is_explained_once) {
    Ledger first, second;
    second.issue();
    const std::array<NamedLedger, 2> both = {{{"one.example", &first}, {"two@example.com/a \"b\"\\\nc", &second}}};
    const std::string text = to_prometheus(both);
    EXPECT_THAT(text, AllOf(HasSubstr("rondel_stanzas_open{entity=\"one.example\"} 0\n"),
                            HasSubstr("rondel_stanzas_open{entity=\"two@example.com/a \\\"b\\\"\\\\\\nc\"} 1\n")));
    for (std::size_t at = 0, line_end; at < text.size(); at = line_end + 1) {
        line_end = text.find('\n', at);
        const std::string line = text.substr(at, line_end - at);
        if (!line.starts_with("# TYPE ")) continue;
        EXPECT_EQ(text.find(line, line_end), std::string::npos) << line;
        EXPECT_TRUE(line.ends_with(" counter") || line.ends_with(" gauge")) << line;
    }
}

}  // namespace
}  // namespace rondel
