// The echo service as a client bot:  echo_client [JID [PASSWORD [SERVER]]]
#include "echo.hpp"

// [main]
int main(int count, char** words) {
    const auto word = [&](int at, const char* otherwise) { return count > at ? words[at] : otherwise; };
    rondel::Router router;
    router.on_message(echo);
    // [host]
    return rondel::run(
        rondel::Client({.jid = word(1, "echo@localhost"), .password = word(2, "pass"), .server = word(3, "")}, router));
    // [/host]
}
// [/main]
