// echo_rondel HOST PORT DOMAIN SECRET: the contestant of this library, written as its guide shows it.
#include "rondel/rondel.hpp"

#include <string>

int main(int count, char** words) {
    if (count != 5) return 2;
    rondel::Router router;
    router.on_message([](const rondel::Message& in, rondel::Entity& self) {
        if (auto text = in.body()) self.send(in.reply(*text).id(in.id().value_or("")));
    });
    rondel::ping::install(router);
    const std::string server = std::string(words[1]) + ":" + words[2];
    return rondel::run(rondel::Component({.domain = words[3], .secret = words[4], .server = server}, router));
}
