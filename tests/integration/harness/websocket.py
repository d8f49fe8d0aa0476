"""A client over WebSocket (RFC 7395), on the library websockets: one element in each message."""

import base64
import ssl
import xml.etree.ElementTree as ET

import websockets

from . import loop
from .raw_client import BIND, SASL, Scram
from .servers import DOMAIN, Server

FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"


class WebSocketClient:
    """One connection.  Use as a context manager."""

    def __init__(self, server: Server, *, subprotocols: tuple[str, ...] = ("xmpp",)):
        context = ssl.create_default_context(cafile=str(server.authority.file))

        async def connect():
            return await websockets.connect(
                server.websocket_url,
                ssl=context,
                server_hostname=DOMAIN,
                subprotocols=list(subprotocols),
                close_timeout=1,  # ejabberd leaves the WebSocket open
            )

        self._socket = loop.wait(connect())
        self.subprotocol = self._socket.subprotocol
        self.texts: list[str] = []  # every message that came

    def __enter__(self) -> "WebSocketClient":
        return self

    def __exit__(self, *_) -> None:
        loop.wait(self._socket.close())

    def send(self, text: str) -> None:
        loop.wait(self._socket.send(text))

    def next(self, timeout: float = 20) -> ET.Element:
        """The next message: a document of its own."""
        text = loop.wait(self._socket.recv(), timeout)
        assert isinstance(text, str), "a binary message"
        self.texts.append(text)
        return ET.fromstring(text)

    def closed_by_the_server(self, timeout: float = 20) -> bool:
        loop.wait(self._socket.wait_closed(), timeout)
        return True

    def open(self) -> ET.Element:
        """Opens the stream (again), and returns the features."""
        self.send(f"<open xmlns='{FRAMING}' to='{DOMAIN}' version='1.0'/>")
        opened = self.next()
        assert opened.tag == f"{{{FRAMING}}}open" and opened.get("id") and opened.get("from") == DOMAIN, self.texts[-1]
        return self.next()

    def log_in(self, account: str, password: str, resource: str) -> str:
        """Authenticates and binds; returns the full JID."""
        self.open()
        scram = Scram(account, password)
        self._sasl(f"<auth xmlns='{SASL}' mechanism='SCRAM-SHA-256'>", scram.first(), "auth")
        challenge = self._expect("challenge")
        self._sasl(f"<response xmlns='{SASL}'>", scram.final(challenge), "response")
        scram.verify(self._expect("success"))
        self.open()
        self.send(
            f"<iq xmlns='jabber:client' id='bind' type='set'><bind xmlns='{BIND}'>"
            f"<resource>{resource}</resource></bind></iq>"
        )
        return self.next().findtext(f"{{{BIND}}}bind/{{{BIND}}}jid")

    def _sasl(self, start: str, text: str, name: str) -> None:
        self.send(f"{start}{base64.b64encode(text.encode()).decode()}</{name}>")

    def _expect(self, name: str) -> str:
        element = self.next()
        assert element.tag == f"{{{SASL}}}{name}", self.texts[-1]
        return base64.b64decode(element.text or "").decode()
