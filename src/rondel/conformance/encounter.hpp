// What one case at a component has: we are its server (XEP-0114), and it connects to us.
#pragma once

#include "rondel/base/secret.hpp"
#include "rondel/conformance/session.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace rondel::conformance {

struct ComponentUnderTest {
    std::string domain;
    Secret secret;
    Duration limit = std::chrono::seconds(5);      // for each thing that has to come
    Duration patience = std::chrono::seconds(90);  // for it to connect, and to connect again
    // Called every now and then while it has not connected: whoever runs it may start it again. Throws Unmet if it
    // crashed.
    std::function<void()> nudge = [] {};
};

// Owns: the connection of the moment, which lasts from case to case while nothing spoils it. Borrows: the rest.
// Threads: one at a time.
class Encounter final : public Surroundings {
  public:
    Encounter(const ComponentUnderTest& component, Harbour& harbour) : component_(component), harbour_(harbour) {}
    Encounter(const Encounter&) = delete;
    Encounter& operator=(const Encounter&) = delete;

    const std::string& domain() const { return component_.domain; }
    static constexpr std::string_view server = "server.example";  // who we are

    // ---- a connection of its own, for what comes before the session; the one of the moment ends for it ----
    RawStream accept();                             // nothing has been read, or said
    RawStream greeted(std::string_view id = "s1");  // its header has come, and ours is said
    std::string handshake_for(std::string_view id) const;

    // ---- the session; what came before is forgotten. {domain} is the component's address ----
    Session& session();
    void let_go();   // ends it in order
    void is_back();  // it connects once more, and answers

    std::string fill(std::string_view text) const override;
    void settle() override;
    std::string question(const Session& of, int number) const override;

  private:
    const ComponentUnderTest& component_;
    Harbour& harbour_;
    std::unique_ptr<Session> session_;
};

}  // namespace rondel::conformance
