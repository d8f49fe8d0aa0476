"""The echo component on Wokkel, as its examples echo_server.tac and ping_component.tac show handlers.

    wokkel_echo.py HOST PORT DOMAIN SECRET

wokkel.ping of Debian 12 cannot be imported (wokkel.disco asks Twisted for a name that is gone), so PingHandler is
written here as it stands there.
"""

import sys

from twisted.application import service
from twisted.internet import reactor
from twisted.words.protocols.jabber.xmlstream import toResponse
from wokkel import component, xmppim
from wokkel.subprotocols import XMPPHandler


class EchoHandler(xmppim.MessageProtocol):
    def onMessage(self, message):
        if message.getAttribute("type") == "error":
            return
        if message.body and str(message.body):
            response = toResponse(message, message.getAttribute("type"))
            response.addElement("body", content=str(message.body))
            self.send(response)


class PingHandler(XMPPHandler):
    def connectionInitialized(self):
        self.xmlstream.addObserver("/iq[@type='get']/ping[@xmlns='urn:xmpp:ping']", self.onPing)

    def onPing(self, iq):
        self.xmlstream.send(toResponse(iq, "result"))
        iq.handled = True


host, port, domain, secret = sys.argv[1:]
application = service.MultiService()
echo = component.Component(host, int(port), domain, secret)
echo.setServiceParent(application)
EchoHandler().setHandlerParent(echo)
PingHandler().setHandlerParent(echo)
application.startService()
reactor.run()
