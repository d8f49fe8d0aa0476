"""XMPP over WebSocket (RFC 7395) at each of the servers: the library websockets judges the frames, ElementTree the XML."""

import pytest
import websockets

from conftest import EVERY_SERVER
from harness.peers import Peer
from harness.servers import Settings
from harness.websocket import FRAMING, WebSocketClient

TLS = "{urn:ietf:params:xml:ns:xmpp-tls}"
CLIENT = "{jabber:client}"


@pytest.fixture(params=EVERY_SERVER, scope="module")
def server(request):
    with EVERY_SERVER[request.param](Settings(clients=True)) as running:
        yield running


def test_messages(server):
    """R114: each message is one element that stands alone; R117: no STARTTLS."""
    with WebSocketClient(server) as romeo, Peer.client(server, "juliet") as juliet:
        assert romeo.subprotocol == "xmpp"
        jid = romeo.log_in("romeo", "montague", "web")
        assert jid == "romeo@localhost/web"
        romeo.send(f"<message xmlns='jabber:client' to='{juliet.jid}' type='chat'><body>grüß dich 🦜</body></message>")
        message = juliet.next_message()
        assert (str(message["from"]), message["body"]) == (jid, "grüß dich 🦜")
        juliet.say(jid, "to the web")
        element = romeo.next()
        assert (element.tag, element.findtext(f"{CLIENT}body")) == (f"{CLIENT}message", "to the web")
        assert all(text.startswith("<") and "starttls" not in text for text in romeo.texts)


def test_closing(server):
    """R115: the stream ends by <close/>, both ways; then the WebSocket does."""
    with WebSocketClient(server) as romeo:
        romeo.log_in("romeo", "montague", "web")
        romeo.send(f"<close xmlns='{FRAMING}'/>")
        while romeo.next().tag != f"{{{FRAMING}}}close":
            pass
        if server.name != "ejabberd":  # leaves the WebSocket open
            assert romeo.closed_by_the_server()


def test_many_messages_in_order(server):
    with WebSocketClient(server) as romeo, Peer.client(server, "juliet") as juliet:
        jid = romeo.log_in("romeo", "montague", "web")
        for number in range(300):
            romeo.send(f"<message xmlns='jabber:client' to='{jid}' type='chat'><body>{number}</body></message>")
            juliet.say(jid, str(number))
        mine, hers = [], []
        while len(mine) + len(hers) < 600:
            element = romeo.next()
            (mine if element.get("from") == jid else hers).append(int(element.findtext(f"{CLIENT}body")))
        assert mine == hers == list(range(300))


def test_subprotocol(server):
    """R113: only `xmpp` is spoken here. (ejabberd agrees to anything.)"""
    try:
        with WebSocketClient(server, subprotocols=("mqtt",)) as client:
            assert client.subprotocol == ("mqtt" if server.name == "ejabberd" else None)
    except websockets.InvalidHandshake:
        pass
