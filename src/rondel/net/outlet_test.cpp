#include "rondel/net/outlet.hpp"

#include "rondel/stream/component_stream.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace rondel::net {
namespace {

using ::testing::HasSubstr;

// Takes so many bytes of each write, then nothing, or fails.
class Narrow final : public Transport {
  public:
    Result<std::size_t> write(std::string_view bytes) override {
        if (fails && takes == 0) return std::make_error_code(std::errc::broken_pipe);
        return std::min(bytes.size(), std::exchange(takes, 0));
    }
    void read(std::span<char>, ReadCallback) override {}
    void on_writable(std::function<void()>) override {}
    void end_output() override {}
    void close() override {}
    bool secure() const override { return true; }
    std::string description() const override { return "a narrow one"; }

    std::size_t takes = 0;
    bool fails = false;
};

struct OutletTest : ::testing::Test {
    OutletTest() { stream.start(begin); }  // which says its header
    bool write(Instant now) { return outlet.write(stream, transport, now, error); }

    static constexpr Duration limit = std::chrono::seconds(10);
    const Instant begin = Instant() + std::chrono::hours(1);
    stream::ComponentStream stream{stream::ComponentCredentials{"echo.localhost"_jid, "pass"}};
    Narrow transport;
    Outlet outlet{limit};
    std::error_code error;
};

TEST_F(OutletTest, who_takes_all_has_no_deadline) {
    transport.takes = stream.output().size();
    EXPECT_TRUE(write(begin));
    EXPECT_EQ(outlet.deadline(), never);
    EXPECT_FALSE(write(begin)) << "there is nothing more";
}

TEST_F(OutletTest, who_takes_nothing_is_stuck_when_the_limit_has_passed_however_often_it_is_tried) {
    EXPECT_FALSE(write(begin));
    EXPECT_FALSE(write(begin + limit / 2));
    EXPECT_EQ(outlet.deadline(), begin + limit);
    EXPECT_FALSE(outlet.is_stuck(begin + limit - Duration(1)));
    EXPECT_TRUE(outlet.is_stuck(begin + limit));
    EXPECT_THAT(outlet.why(), HasSubstr("in 10000 ms it took nothing"));
}

TEST_F(OutletTest, who_takes_a_byte_has_the_whole_limit_again) {
    write(begin);
    transport.takes = 1;
    EXPECT_TRUE(write(begin + limit / 2));
    EXPECT_EQ(outlet.deadline(), begin + limit / 2 + limit);
}

TEST_F(OutletTest, what_went_out_before_an_error_is_told_with_it) {
    transport.takes = 1;
    transport.fails = true;
    EXPECT_TRUE(write(begin));
    EXPECT_EQ(error, std::errc::broken_pipe);
    EXPECT_EQ(outlet.deadline(), never);
}

}  // namespace
}  // namespace rondel::net
