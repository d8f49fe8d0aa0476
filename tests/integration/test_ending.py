"""SIGTERM and SIGINT: what is in flight is answered, the stream is closed, exit status 0. A second signal leaves at once."""

import signal

import pytest

from harness.peers import Peer
from harness.proxy import Proxy
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
