// R001, V34: whatever a name server answers, what comes of it is bounded by what it said, is of the name that was asked
// for, and is tried in the order that RFC 2782 wants.
//
// A first byte of 0 makes an answer of records that the input chooses; any other is a packet as it comes.
#include "rondel/net/srv_answer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/fuzz/input.hpp"
#include "tests/fuzz/require.hpp"

using namespace rondel;
using namespace rondel::test;

namespace {

const std::string asked = "_xmpp-client._tcp.example.com";
constexpr std::size_t least_record = 1 + 10 + 7;  // the shortest that there is: both names are the root

std::string sixteen(std::size_t number) {
    return {static_cast<char>(number >> 8 & 0xFF), static_cast<char>(number & 0xFF)};
}
std::string labels(const std::string& name) {
    std::string made;
    for (std::size_t at = 0; at < name.size();) {
        const std::size_t dot = std::min(name.find('.', at), name.size());
        made += static_cast<char>(dot - at) + name.substr(at, dot - at);
        at = dot + 1;
    }
    return made + '\0';
}
std::string record(const std::string& owner, std::size_t type, std::size_t of_class, const std::string& data) {
    return labels(owner) + sixteen(type) + sixteen(of_class) + std::string(4, '\1') + sixteen(data.size()) + data;
}

void require_order(const std::vector<net::SrvRecord>& records) {
    double thrown = 0;
    const auto uniform = [&] { return thrown = thrown > 0.9 ? 0.0 : thrown + 0.3; };
    const net::SrvPlan plan = net::plan("example.com", {records, {}}, {records, {}}, uniform);
    const auto refusals = static_cast<std::size_t>(std::count_if(
        records.begin(), records.end(), [](const auto& one) { return one.target.empty() || one.target == "."; }));
    if (records.empty()) {
        RONDEL_REQUIRE(plan.targets.size() == 1 && plan.targets[0].port == net::client_port && !plan.unavailable);
        return;
    }
    RONDEL_REQUIRE(plan.targets.size() == 2 * (records.size() - refusals));
    RONDEL_REQUIRE(plan.unavailable == (refusals == records.size()));
    for (std::size_t i = 1; i < plan.targets.size(); ++i)
        RONDEL_REQUIRE(plan.targets[i - 1].priority <= plan.targets[i].priority);
    const auto is_there = [&](net::SrvRecord one) {
        one.direct_tls = false;
        return std::find(records.begin(), records.end(), one) != records.end();
    };
    RONDEL_REQUIRE(std::all_of(plan.targets.begin(), plan.targets.end(), is_there));
}

void require_own(Input& input) {
    constexpr std::size_t type_srv = 33;
    std::string packet = std::string("\x12\x34\x81\x80", 4) + sixteen(1);
    std::string records;
    std::size_t count = 0;
    std::vector<net::SrvRecord> expected;
    while (!input.empty() && count < 50) {
        const std::uint8_t what = input.byte();
        std::string owner = asked;
        bool mine = true;
        if ((what & 3) == 1) owner[0] = '-', mine = false;
        if ((what & 3) == 2) owner += ".evil.example", mine = false;
        if ((what & 3) == 3)
            std::transform(owner.begin(), owner.end(), owner.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
        const std::size_t of_class = (what & 16) != 0 ? 3 : 1;
        const std::size_t type = (what & 32) != 0 ? 16 : type_srv;
        net::SrvRecord one;
        one.priority = input.byte() % 3;
        one.weight = input.byte();
        one.port = static_cast<std::uint16_t>(5000 + input.byte());
        one.target = (what & 4) != 0 ? "" : "host" + std::to_string(input.byte() % 5) + ".example";
        std::string data = sixteen(one.priority) + sixteen(one.weight) + sixteen(one.port) + labels(one.target);
        records += record(owner, type, of_class, data);
        ++count;
        if (mine && of_class == 1 && type == type_srv) expected.push_back(one);
    }
    packet += sixteen(count) + std::string(4, '\0') + labels(asked) + sixteen(type_srv) + sixteen(1) + records;
    const net::SrvAnswer found = net::parse_srv_answer(packet, asked);
    RONDEL_REQUIRE(found.failure.empty() && found.records == expected);
    require_order(expected);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    if (size > 0 && data[0] == 0) {
        input.byte();
        require_own(input);
        return 0;
    }
    const net::SrvAnswer found = net::parse_srv_answer(input.rest(), asked);
    RONDEL_REQUIRE(found.records.size() <= size / least_record);
    RONDEL_REQUIRE(found.failure.empty() || found.records.empty());
    for (const net::SrvRecord& one : found.records)
        RONDEL_REQUIRE(one.target.find('\0') == one.target.npos && one.target.size() <= 4 * 255U);
    require_order(found.records);
    return 0;
}
