// echo_rondel_coroutine HOST PORT DOMAIN SECRET: the same as a coroutine, which waits for a value that another one has
// at once, as a look into a cache does.
#include "rondel/rondel.hpp"

#include <string>

namespace {

rondel::task<bool> is_welcome(rondel::JidView) { co_return true; }

rondel::task<> echo(const rondel::Message& in, rondel::Entity& self) {
    const auto text = in.body();
    if (!text || !co_await is_welcome(in.from())) co_return;
    self.send(in.reply(*text).id(in.id().value_or("")));
}

}  // namespace

int main(int count, char** words) {
    if (count != 5) return 2;
    rondel::Router router;
    router.on_message(echo);
    rondel::ping::install(router);
    const std::string server = std::string(words[1]) + ":" + words[2];
    return rondel::run(rondel::Component({.domain = words[3], .secret = words[4], .server = server}, router));
}
