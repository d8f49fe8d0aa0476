"""Where the secret may come from, and that no output ever holds it."""

import re

import pytest

from harness.peers import Peer
from harness.rondel import Rondel
from harness.ports import LOOPBACK


def options(server) -> list[str]:
    return ["--component", "echo.localhost", "--server", f"{LOOPBACK}:{server.component_port('echo.localhost')}"]


def test_secret_from_a_file(server, peer, tmp_path):
    (tmp_path / "secret").write_text("echo-secret\n")
    (tmp_path / "secret").chmod(0o600)
    with Rondel("echo", *options(server), "--secret-file", str(tmp_path / "secret")):
        assert peer.ask_until_answered("echo.localhost")


def test_secret_from_the_environment(server, peer):
    with Rondel("echo", *options(server), environment={"RONDEL_SECRET": "echo-secret"}):
        assert peer.ask_until_answered("echo.localhost")


def test_no_secret_at_all(server):
    with Rondel("echo", *options(server)) as echo:
        assert echo.wait() not in (0, None)
        assert "secret" in echo.text()


@pytest.mark.parametrize("secret", ["echo-secret", "a-wrong-secret"])
def test_output_never_holds_the_secret(server, secret):
    """Nor the digest of the handshake: with the stream id, which is in the log, it would let one guess the secret."""
    arguments = ("--log-traffic", "--log-level", "debug")
    with Rondel.echo(server, "echo.localhost", *arguments, secret=secret) as echo:
        if secret == "echo-secret":
            with Peer.component(server) as peer:
                assert peer.ask_until_answered("echo.localhost", "what about sesame?")
            echo.wait_for_line("echo: what about sesame")
            echo.stop()
        assert echo.wait() == (0 if secret == "echo-secret" else 1)
        assert secret not in echo.text()
        assert not re.search(r"\b[0-9a-fA-F]{40}\b", echo.text())
