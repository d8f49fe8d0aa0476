"""SIGTERM and SIGINT: what is in flight is answered, the stream is closed, exit status 0. A second signal leaves at once."""

import signal
import time

import pytest

from harness.embedded import Embedded
from harness.peers import Peer
from harness.proxy import Proxy
from harness.raw import RawComponent
from harness.rondel import Rondel

END_TAG = b"</stream:stream>"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_ends_orderly(server, number):
    with Proxy(server.component_port("echo.localhost")) as proxy, Rondel.echo(server, port=proxy.port) as echo:
        with Peer.component(server) as peer:
            peer.ask_until_answered("echo.localhost")
        echo.signal(number)
        assert echo.wait() == 0, echo.report()
        assert proxy.links[0].sent.endswith(END_TAG)


def test_drains_what_it_has_read(server):
    """Every message that reached rondel before the end is answered before the end tag."""
    with Proxy(server.component_port("echo.localhost")) as proxy, Rondel.echo(server, port=proxy.port) as echo:
        with Peer.component(server) as peer:
            peer.ask_until_answered("echo.localhost")
            for number in range(300):
                peer.say("echo.localhost", f"number {number}")
            first = peer.next_message()["body"]
            echo.signal(signal.SIGTERM)
            assert echo.wait() == 0, echo.report()
        link = proxy.links[0]
        assert link.sent.endswith(END_TAG)
        answered = [number for number in range(300) if b">echo: number %d<" % number in link.sent]
        assert first == "echo: number 0" and answered == list(range(len(answered)))


def test_second_signal_leaves_at_once(server):
    with Proxy(server.component_port("echo.localhost")) as proxy, Rondel.echo(server, port=proxy.port) as echo:
        with Peer.component(server) as peer:
            peer.ask_until_answered("echo.localhost")
        proxy.links[0].freeze()  # so that the server's end tag never comes, and the orderly end has to wait for it
        echo.signal(signal.SIGTERM)
        proxy.links[0].wait_for_sent(END_TAG)
        assert echo.is_running()
        echo.signal(signal.SIGTERM)
        assert echo.wait(5) == 128 + signal.SIGTERM


def test_signal_while_the_server_is_down(own_server):
    own_server.stop()
    with Rondel.echo(own_server) as echo:
        echo.wait_for_line("127.0.0.1")
        echo.signal(signal.SIGTERM)
        assert echo.wait() == 0, echo.report()


# -- rondel serve ------------------------------------------------------------------------------------------------------

REQUESTS = 1000


def component(server, domain: str) -> RawComponent:
    connected = RawComponent(server.component_port(domain))
    connected.authenticate(domain, server.secret(domain))
    return connected


@pytest.mark.parametrize("answers", [True, False], ids=["answered", "never-answered"])
def test_f11_the_server_ends_when_nothing_is_in_flight(answers):
    """Who asked has an answer, or after five seconds an error in its place; then all are told, and it ends."""
    with Embedded() as server, component(server, "echo.localhost") as echo, component(server, "peer.localhost") as peer:
        for number in range(REQUESTS):
            peer.send(f"<iq type='get' id='q{number}' from='peer.localhost' to='a@echo.localhost'><q xmlns='urn:q'/></iq>")
        asked = [echo.next_stanza().get("id") for _ in range(REQUESTS)]
        began = time.monotonic()
        server.process.signal(signal.SIGTERM)
        if answers:
            for number in asked:
                echo.send(f"<iq type='result' id='{number}' from='a@echo.localhost' to='peer.localhost'/>")
        heard = [peer.next_stanza() for _ in range(REQUESTS)]
        assert [each.get("id") for each in heard] == asked
        assert {each.get("type") for each in heard} == {"result" if answers else "error"}
        for each in (echo, peer):
            assert "system-shutdown" in each.next_stanza()[0].tag
            each.send("</stream:stream>")
            each.close()
        assert server.process.wait() == 0
        assert time.monotonic() - began < 10
