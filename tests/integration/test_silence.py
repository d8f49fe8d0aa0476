"""Nothing passes any more, and no socket says so: the watchdog notices, and rondel connects anew.

It takes the minute and more that the watchdog waits by default, so it is a file of its own, and runs beside the others.
"""

from harness.peers import Peer
from harness.proxy import Proxy
from harness.rondel import Rondel


def test_connection_falls_silent(own_server):
    """Nothing passes any more, and nobody says so: the watchdog notices, and rondel connects anew."""
    port = own_server.component_port("echo.localhost")
    with Proxy(port) as proxy, Peer.component(own_server) as peer, Rondel.echo(own_server, port=proxy.port) as echo:
        peer.ask_until_answered("echo.localhost")
        proxy.links[0].freeze()
        proxy.wait_for_links(2, timeout=150)
        proxy.links[0].drop_far()
        assert peer.ask_until_answered("echo.localhost", timeout=120)
        assert echo.is_running()
