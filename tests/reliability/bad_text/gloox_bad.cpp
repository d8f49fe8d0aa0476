// As rondel_bad.cpp, on gloox (bench/echo/peers/gloox_echo.cpp).
#include <cstdlib>
#include <map>
#include <string>

#include <gloox/component.h>
#include <gloox/message.h>
#include <gloox/messagehandler.h>

namespace {

const std::map<std::string, std::string> bad = {{"bad fffe", "x\xEF\xBF\xBEy"},
                                                {"bad utf8", "x\xC3\x28y"},
                                                {"bad nul", std::string("x\0y", 3)},
                                                {"bad control", "x\x01y"}};

class Answerer final : public gloox::MessageHandler {
  public:
    explicit Answerer(gloox::Component& component) : component_(component) {}

  private:
    void handleMessage(const gloox::Message& in, gloox::MessageSession*) override {
        if (in.body().empty()) return;
        const auto at = bad.find(in.body());
        gloox::Message reply(in.subtype(), in.from(), at == bad.end() ? in.body() : at->second);
        reply.setFrom(in.to());
        component_.send(reply);
    }

    gloox::Component& component_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return 2;
    gloox::Component component(gloox::XMLNS_COMPONENT_ACCEPT, argv[1], argv[3], argv[4], std::atoi(argv[2]));
    Answerer answerer(component);
    component.registerMessageHandler(&answerer);
    return component.connect() ? 0 : 1;
}
