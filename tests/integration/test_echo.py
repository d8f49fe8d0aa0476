"""The echo service as a component of a real server, spoken to by slixmpp."""

import pytest

from harness.peers import Peer
from harness.rondel import Rondel


@pytest.fixture(scope="module", autouse=True)
def echo(server):
    with Rondel.echo(server) as service:
        with Peer.component(server) as peer:
            peer.ask_until_answered("echo.localhost")
        yield service


@pytest.fixture(params=["component", "client"])
def peer(server, request):
    """Whoever speaks to the service: another component, or a client."""
    with Peer.component(server) if request.param == "component" else Peer.client(server) as connected:
        yield connected


def test_answers_a_message(peer):
    assert peer.ask("echo.localhost", "hello") == "echo: hello"


@pytest.mark.parametrize(
    "body",
    ["a < b && c > \"d\" 'e'", "grüß dich 🦜 漢字", "two\nlines\tand a tab", "  kept  ", "]]>", "&amp;lt;", "x" * 50_000],
    ids=["markup", "unicode", "lines", "blanks", "cdata-end", "entities", "long"],
)
def test_body_comes_back_unchanged(peer, body):
    assert peer.ask("echo.localhost", body) == f"echo: {body}"


@pytest.mark.parametrize("address", ["anyone@echo.localhost", "anyone@echo.localhost/desk", "echo.localhost/desk"])
def test_answers_as_the_address_that_was_asked(peer, address):
    peer.say(address, "hello")
    reply = peer.next_message()
    assert (str(reply["from"]), reply["body"]) == (address, "echo: hello")
    assert str(reply["to"]) == peer.jid


def test_reply_keeps_the_type(peer):
    for type in ("chat", "normal"):
        peer.say("echo.localhost", "hello", type)
        assert peer.next_message()["type"] == type


@pytest.mark.parametrize(
    "message",
    [
        "<message type='error' {addresses}><body>no</body><error type='cancel'>"
        "<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
        "<message type='groupchat' {addresses}><body>no</body></message>",
        "<message type='headline' {addresses}><body>no</body></message>",
        "<message type='chat' {addresses}><composing xmlns='http://jabber.org/protocol/chatstates'/></message>",
        "<message {addresses}/>",
    ],
    ids=["error", "groupchat", "headline", "typing", "empty"],
)
def test_stays_silent(peer, message):
    peer.send_raw(message.format(addresses=f"to='echo.localhost' from='{peer.jid}'"))
    assert peer.ask("echo.localhost", "the next") == "echo: the next"


def test_message_without_a_type_is_a_normal_one(peer):
    peer.send_raw(f"<message to='echo.localhost' from='{peer.jid}'><body>hello</body></message>")
    assert peer.next_message()["body"] == "echo: hello"


def test_many_in_order(peer):
    bodies = [str(number) for number in range(1000)]
    assert peer.converse("echo.localhost", bodies) == [f"echo: {body}" for body in bodies]
