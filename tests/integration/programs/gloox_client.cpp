// A client on the library gloox, for the tests: somebody else's view of a server. Lines in, lines out.
//
//   gloox_client JID PORT      the password is the first line of standard input; then
//     say JID TEXT | subscribe JID | ping JID | roster | quit
//   and it prints
//     online JID | offline REASON | message FROM TEXT | presence FROM TYPE | asks FROM | subscribed JID | pong | item
//     JID STATE
//
// Requests for a subscription are granted. The server is on 127.0.0.1; TLS is insisted on. Its certificate is taken
// from any authority: gloox 1.0.24 asks those of the system only, whatever setCACerts() was given.
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include <gloox/client.h>
#include <gloox/connectionlistener.h>
#include <gloox/eventhandler.h>
#include <gloox/message.h>
#include <gloox/messagehandler.h>
#include <gloox/presence.h>
#include <gloox/presencehandler.h>
#include <gloox/rosteritem.h>
#include <gloox/rosterlistener.h>
#include <gloox/rostermanager.h>
#include <gloox/subscription.h>
#include <poll.h>

namespace {

using namespace gloox;

class Session final : public ConnectionListener,
                      public MessageHandler,
                      public PresenceHandler,
                      public RosterListener,
                      public EventHandler {
  public:
    Session(const JID& jid, const std::string& password, int port) : client_(jid, password) {
        client_.setServer("127.0.0.1");
        client_.setPort(port);
        client_.setTls(TLSRequired);
        client_.registerConnectionListener(this);
        client_.registerMessageHandler(this);
        client_.registerPresenceHandler(this);
        client_.rosterManager()->registerRosterListener(this, true);
    }

    int run() {
        if (!client_.connect(false)) return 1;
        while (client_.recv(10'000) == ConnNoError && !done_) {
            pollfd input{0, POLLIN, 0};
            std::string line;
            if (online_ && poll(&input, 1, 0) > 0 && !obey()) client_.disconnect();
        }
        return 0;
    }

  private:
    // One line of input; false at its end.
    bool obey() {
        std::string line;
        if (!std::getline(std::cin, line)) return false;
        std::istringstream words(line);
        std::string what, jid, text;
        words >> what >> jid >> std::ws;
        std::getline(words, text);
        if (what == "say") client_.send(Message(Message::Chat, JID(jid), text));
        if (what == "subscribe") client_.rosterManager()->subscribe(JID(jid));
        if (what == "ping") client_.xmppPing(JID(jid), this);
        if (what == "roster")
            for (const auto& [contact, item] : *client_.rosterManager()->roster())
                std::cout << "item " << contact << ' ' << item->subscription() << std::endl;
        return what != "quit";
    }

    void onConnect() override {
        online_ = true;
        std::cout << "online " << client_.jid().full() << std::endl;
    }
    void onDisconnect(ConnectionError error) override {
        done_ = true;
        std::cout << "offline " << error << ' ' << client_.streamErrorText() << ' ' << client_.authError() << std::endl;
    }
    bool onTLSConnect(const CertInfo& info) override {
        return (info.status & ~(CertInvalid | CertSignerUnknown)) == CertOk;
    }
    void handleMessage(const Message& message, MessageSession*) override {
        if (!message.body().empty())
            std::cout << "message " << message.from().full() << ' ' << message.body() << std::endl;
    }
    void handlePresence(const Presence& presence) override {
        std::cout << "presence " << presence.from().full()
                  << (presence.presence() == Presence::Unavailable ? " unavailable" : " available") << std::endl;
    }
    void handleEvent(const Event& event) override {
        std::cout << (event.eventType() == Event::PingPong ? "pong" : "no pong") << std::endl;
    }

    void handleItemAdded(const JID&) override {}
    void handleItemSubscribed(const JID& jid) override { std::cout << "subscribed " << jid.full() << std::endl; }
    void handleItemRemoved(const JID&) override {}
    void handleItemUpdated(const JID&) override {}
    void handleItemUnsubscribed(const JID&) override {}
    void handleRoster(const Roster&) override {}
    void handleRosterPresence(const RosterItem&, const std::string&, Presence::PresenceType,
                              const std::string&) override {}
    void handleSelfPresence(const RosterItem&, const std::string&, Presence::PresenceType,
                            const std::string&) override {}
    bool handleSubscriptionRequest(const JID& jid, const std::string&) override {
        std::cout << "asks " << jid.full() << std::endl;
        return true;
    }
    bool handleUnsubscriptionRequest(const JID&, const std::string&) override { return true; }
    void handleNonrosterPresence(const Presence&) override {}
    void handleRosterError(const IQ&) override { std::cout << "roster error" << std::endl; }

    Client client_;
    bool online_ = false;
    bool done_ = false;
};

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) return 2;
    std::string password;
    std::getline(std::cin, password);
    return Session(JID(arguments[1]), password, std::atoi(arguments[2])).run();
}
