"""A component on Wokkel (Twisted), for the tests: it echoes, accepts subscriptions, answers pings and disco.

wokkel_service.py DOMAIN PORT      the secret is the first line of standard input; prints “connected” and what it gets
"""

import sys

from twisted.internet import reactor
from twisted.python import compat
from twisted.words.xish import domish

compat._PY3 = True  # Debian 12's Wokkel imports this from Debian 12's Twisted, which has it no longer
from wokkel.component import Component  # noqa: E402
from wokkel.disco import DiscoHandler  # noqa: E402
from wokkel.generic import FallbackHandler  # noqa: E402
from wokkel.iwokkel import IDisco  # noqa: E402
from wokkel.ping import PingHandler  # noqa: E402
from wokkel.xmppim import MessageProtocol, PresenceProtocol  # noqa: E402
from zope.interface import implementer  # noqa: E402


@implementer(IDisco)
class Echo(MessageProtocol):
    def connectionInitialized(self):
        super().connectionInitialized()
        print("connected", flush=True)

    def onMessage(self, message):
        body = next((str(child) for child in message.elements() if child.name == "body"), None)
        print(f"message {message['from']} {body}", flush=True)
        if body is None or message.getAttribute("type") == "error":
            return
        reply = domish.Element((None, "message"))
        reply["from"], reply["to"] = message["to"], message["from"]
        reply["type"] = message.getAttribute("type", "normal")
        reply.addElement("body", content=f"echo: {body}")
        self.send(reply)

    def getDiscoInfo(self, requestor, target, node=""):
        from wokkel.disco import DiscoIdentity

        return [DiscoIdentity("automation", "echo", "Wokkel")]

    def getDiscoItems(self, requestor, target, node=""):
        return []


class Presence(PresenceProtocol):
    def subscribeReceived(self, presence):
        print(f"asks {presence.sender.full()}", flush=True)
        self.subscribed(presence.sender, sender=presence.recipient)
        self.subscribe(presence.sender, sender=presence.recipient)
        self.available(presence.sender, sender=presence.recipient)

    def availableReceived(self, presence):
        print(f"presence {presence.sender.full()}", flush=True)

    def unavailableReceived(self, presence):
        print(f"unavailable {presence.sender.full()}", flush=True)

    def probeReceived(self, presence):
        self.available(presence.sender, sender=presence.recipient)


def main(domain: str, port: str) -> None:
    component = Component("127.0.0.1", int(port), domain, sys.stdin.readline().strip())
    for handler in (Echo(), Presence(), DiscoHandler(), PingHandler(), FallbackHandler()):
        handler.setHandlerParent(component)
    component.startService()
    reactor.run()


main(*sys.argv[1:])
