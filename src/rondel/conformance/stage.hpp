// What one case at a server has: connections, and accounts that nothing is left in.
#pragma once

#include "rondel/conformance/server_under_test.hpp"
#include "rondel/conformance/session.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace rondel::conformance {

// What is true of the server for the whole run.
struct Knowledge {
    std::size_t next_account = 0;
    std::set<std::string> features = {};  // XEP-0030: of the server and of an account
    bool asked = false;
};

// Owns: the case's connections. Borrows: the server's description and what is known of it.   Threads: one at a time.
class Stage final : public Surroundings {
  public:
    Stage(ServerUnderTest& server, Knowledge& known) : server_(server), known_(known) {}
    Stage(const Stage&) = delete;
    Stage& operator=(const Stage&) = delete;
    ~Stage();  // all leave in order

    const ServerUnderTest& server() const { return server_; }
    const std::string& domain() const { return server_.domain; }

    // ---- streams ----
    RawStream connect();                              // nothing is said; TLS only where the connection begins with it
    RawStream secure();                               // TLS is there; nothing is said inside
    RawStream before_authentication();                // and the features have come, too; `offered` has them
    RawStream authenticated(const std::string& who);  // header and features after authentication have come
    const xml::Element& offered() const { return offered_; }  // the features that came last
    RawStream component_stream(std::size_t which = 0);        // nothing is said

    // ---- sessions ----
    Session& client(const std::string& who, const std::string& resource);  // bound; no presence, no roster
    // … it has asked for its roster and sent presence, and what that brought is forgotten.
    Session& online(const std::string& who, const std::string& resource, std::string_view presence = "<presence/>");
    Session& component(const std::string& name = "echo");  // or "peer"
    Session& adopt(RawStream stream, const std::string& own);
    void befriend(Session& one, Session& other);  // both subscribe; what that brings to these two is forgotten
    void settle() override;  // all that was said has been handled, and all that this caused has come

    const Account& account(const std::string& who);
    const ComponentAccount& component_account(std::size_t which) const;  // throws NotOffered
    std::string fill(std::string_view text) const override;
    std::string question(const Session& of, int number) const override;
    void name(const std::string& word, const std::string& meaning) { words_[word] = meaning; }

    void needs_feature(std::string_view ns);  // throws NotOffered

  private:
    RawStream log_in(const Account& account);
    std::string bind(RawStream& stream, const std::string& resource);
    void clean(const Account& account);
    void learn();

    ServerUnderTest& server_;
    Knowledge& known_;
    std::map<std::string, Account*> cast_;
    std::map<std::string, std::string, std::less<>> words_;
    std::vector<std::unique_ptr<Session>> sessions_;
    xml::Element offered_;
};

}  // namespace rondel::conformance
