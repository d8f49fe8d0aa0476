"""The server comes late, goes, is killed, comes back: rondel says so once, keeps trying, and goes on answering."""

import os

import pytest

from harness.peers import Peer
from harness.prosody import Prosody
from harness.proxy import Proxy
from harness.rondel import Rondel

RESTARTS = 30 if os.environ.get("RONDEL_SOAK") else 3  # ./test --long


def test_server_is_down_at_the_start(own_server):
    own_server.stop()
    with Rondel.echo(own_server) as echo:
        echo.wait_for_line("127.0.0.1")  # says that the server is not there
        assert not echo.ends_within(3), echo.report()
        assert len(echo.complaints()) == 1, echo.report()  # once, however often it tried meanwhile
        own_server.start()
        with Peer.component(own_server) as peer:
            assert peer.ask_until_answered("echo.localhost", timeout=60)


@pytest.mark.parametrize("ending", ["stop", "kill"])
def test_server_is_restarted_under_traffic(own_server, ending):
    with Rondel.echo(own_server) as echo:
        for _ in range(RESTARTS):
            with Peer.component(own_server) as peer:
                assert peer.ask_until_answered("echo.localhost", timeout=60)
                for number in range(200):
                    peer.say("echo.localhost", f"unanswered {number}")
                getattr(own_server, ending)()
            own_server.start()
        with Peer.component(own_server) as peer:
            assert peer.ask_until_answered("echo.localhost", timeout=60)
            bodies = [str(number) for number in range(500)]
            assert peer.converse("echo.localhost", bodies) == [f"echo: {body}" for body in bodies]
        assert echo.is_running()


def test_prosody_still_holds_the_dead_connection():
    """After a loss, conflict means our own half-dead connection: back off and try again, until the server lets go of it."""
    with Prosody() as server, Proxy(server.component_port("echo.localhost")) as proxy, Peer.component(server) as peer:
        with Rondel.echo(server, port=proxy.port) as echo:
            peer.ask_until_answered("echo.localhost")
            proxy.links[0].drop_near()
            proxy.wait_for_links(4, timeout=120)  # at least two attempts were answered by conflict
            assert server.process.text().count("Second component attempted to connect") >= 2
            assert echo.is_running(), echo.report()
            proxy.links[0].drop_far()
            assert peer.ask_until_answered("echo.localhost", timeout=120)
            assert echo.is_running()
