// The echo component on gloox, as its documentation shows a component and a message handler.
//
//   gloox_echo HOST PORT DOMAIN SECRET
//
// Pings: gloox answers them by itself, but in a component without `from`, which a server may end the stream for
// (XEP-0114 §4). So that it can take part, its own handler is replaced by one that names the sender.
#include <cstdio>
#include <cstdlib>

#include <gloox/component.h>
#include <gloox/connectionlistener.h>
#include <gloox/iqhandler.h>
#include <gloox/message.h>
#include <gloox/messagehandler.h>

namespace {

using namespace gloox;

class Echo final : public ConnectionListener, public MessageHandler, public IqHandler {
  public:
    Echo(const char* host, int port, const char* domain, const char* secret)
        : component_(XMLNS_COMPONENT_ACCEPT, host, domain, secret, port) {
        component_.registerConnectionListener(this);
        component_.registerMessageHandler(this);
        component_.removeIqHandler(&component_, ExtPing);
        component_.registerIqHandler(this, ExtPing);
    }

    bool run() { return component_.connect(); }  // blocks until the connection ends

  private:
    void handleMessage(const Message& message, MessageSession*) override {
        if (message.subtype() == Message::Error || message.body().empty()) return;
        Message reply(message.subtype(), message.from(), message.body());
        reply.setFrom(message.to());
        reply.setID(message.id());
        component_.send(reply);
    }

    bool handleIq(const IQ& iq) override {
        if (iq.subtype() != IQ::Get) return false;
        IQ reply(IQ::Result, iq.from(), iq.id());
        reply.setFrom(iq.to());
        component_.send(reply);
        return true;
    }

    void handleIqID(const IQ&, int) override {}
    void onConnect() override {}
    void onDisconnect(ConnectionError reason) override { std::fprintf(stderr, "gloox: offline, reason %d\n", reason); }
    bool onTLSConnect(const CertInfo&) override { return true; }

    Component component_;
};

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) return std::fprintf(stderr, "usage: gloox_echo HOST PORT DOMAIN SECRET\n"), 2;
    return Echo(argv[1], std::atoi(argv[2]), argv[3], argv[4]).run() ? 0 : 1;
}
