// What we are told of the server that is tried.
#pragma once

#include "rondel/base/secret.hpp"
#include "rondel/conformance/wire.hpp"

#include <string>
#include <vector>

namespace rondel::conformance {

struct Account {
    std::string name;  // local part
    Secret password;
    bool used = false;  // something of an earlier case, or run, may be left in it
};

struct ComponentAccount {
    std::string domain;
    Secret secret;
    Place at;
};

struct WebSocketPlace {
    Place at;
    bool tls = true;
    std::string path = "/xmpp-websocket";
};

struct ServerUnderTest {
    std::string domain;
    Place clients;
    bool direct_tls = false;  // the connection begins with it
    WebSocketPlace websocket = {};
    Trust trust = {};
    std::vector<Account> accounts = {};
    std::vector<ComponentAccount> components = {};
    Duration limit = std::chrono::seconds(5);  // for each thing that has to come
};

}  // namespace rondel::conformance
