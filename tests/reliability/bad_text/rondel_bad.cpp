// A component on rondel whose handler answers "bad WHICH" with text that XML cannot carry, and anything else with its
// own text: bad_text_rondel HOST PORT DOMAIN SECRET (tests/reliability/at_program.py)
#include <map>
#include <string>

#include <rondel/rondel.hpp>

namespace {

const std::map<std::string, std::string> bad = {{"bad fffe", "x\xEF\xBF\xBEy"},
                                                {"bad utf8", "x\xC3\x28y"},
                                                {"bad nul", std::string("x\0y", 3)},
                                                {"bad control", "x\x01y"}};

void answer(const rondel::Message& in, rondel::Entity& self) {
    if (!in.body()) return;
    const auto at = bad.find(std::string(*in.body()));
    self.send(in.reply(at == bad.end() ? std::string(*in.body()) : at->second));
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    rondel::Router router;
    router.on_message(answer);
    rondel::ComponentOptions options;
    options.domain = argv[3];
    options.secret = rondel::Secret(argv[4]);
    options.server = std::string(argv[1]) + ":" + argv[2];
    return rondel::run(rondel::Component(options, router));
}
