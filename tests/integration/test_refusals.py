"""What no retry can mend: one sentence that says what to do, exit status 1, one single connection."""

import pytest
from harness.ejabberd import Ejabberd
from harness.embedded import Embedded
from harness.peers import Peer
from harness.prosody import Prosody
from harness.proxy import Proxy
from harness.rondel import Rondel
from harness.servers import Settings


def refusal(program: Rondel) -> str:
    """The one sentence with which the program ends."""
    assert program.wait() == 1, program.report()
    assert len(program.complaints()) == 1 and not program.stdout, program.report()
    return program.complaints()[0]


def test_wrong_secret(server):
    with Proxy(server.component_port("echo.localhost")) as proxy:
        with Rondel.echo(server, port=proxy.port, secret="wrong") as echo:
            sentence = refusal(echo)
        assert "secret" in sentence and "echo.localhost" in sentence and "wrong" not in sentence.split()
        assert len(proxy.links) == 1


def test_unknown_component(server):
    """Prosody says host-unknown at once; ejabberd says not-authorized, as for a wrong secret."""
    port = server.component_port("echo.localhost")
    with Proxy(port) as proxy:
        with Rondel.echo(server, "nobody.localhost", port=proxy.port, secret="any") as echo:
            sentence = refusal(echo)
        assert "nobody.localhost" in sentence
        assert len(proxy.links) == 1


@pytest.fixture(params=[Prosody, Embedded])
def strict_server(request):
    """The kind of a server that has one connection of a component."""
    return request.param


def test_second_instance(strict_server):
    """The newcomer meets a conflict and leaves; the first goes on."""
    with strict_server() as server, Peer.component(server) as peer, Rondel.echo(server) as first:
        peer.ask_until_answered("echo.localhost")
        with Rondel.echo(server) as second:
            assert "echo.localhost" in refusal(second)
        assert peer.ask("echo.localhost", "still there?") == "echo: still there?"
        assert first.is_running()


def test_displaced(strict_server):
    """With component_conflict_resolve = "kick_old", or --replace-components, the first is displaced, and must not fight
    back."""
    with strict_server(Settings(newcomer_wins=True)) as server, Peer.component(server) as peer:
        with Rondel.echo(server) as first:
            peer.ask_until_answered("echo.localhost")
            with Rondel.echo(server) as second:
                assert first.wait() == 1, first.report()
                assert "echo.localhost" in first.stderr[-1]
                assert peer.ask_until_answered("echo.localhost")
                assert second.is_running()


def test_two_instances_on_ejabberd():
    """ejabberd serves both: each answers some of the messages, and none is lost."""
    with Ejabberd() as server, Peer.component(server) as peer:
        with Rondel.echo(server, "echo.localhost", "--log-traffic") as first:
            peer.ask_until_answered("echo.localhost")
            with Rondel.echo(server, "echo.localhost", "--log-traffic") as second:
                second.wait_for_line("Connected to")
                for number in range(1000):
                    assert peer.ask("echo.localhost", f"number {number}") == f"echo: number {number}"
                    if any("number" in line for line in second.lines) and number > 100:
                        break
                assert any("number" in line for line in second.lines), "the second instance was given nothing"
                assert any("number" in line for line in first.lines)
                assert first.is_running() and second.is_running()
