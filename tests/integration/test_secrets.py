"""Where the secret may come from, and that no output ever holds it."""

import base64
import hashlib
import re

import pytest

from harness.embedded import Embedded
from harness.peers import Peer
from harness.ports import LOOPBACK
from harness.prosody import Prosody
from harness.raw_client import RawClient, Refused
from harness.rondel import Rondel
from harness.servers import MECHANISMS, Settings


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


# -- every mechanism, and the server's own log -------------------------------------------------------------------------

PASSWORD = "a capulet of long standing"
EVERYTHING = ("--log-traffic", "--log-level", "debug")


def forms_of(secret: str) -> set[str]:
    """As it is, in base64 wherever it stands in what is encoded, in hexadecimal, and its digests."""
    data = secret.encode()
    forms = {secret, data.hex()}
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode()
        forms.add(encoded[(before * 8 + 5) // 6 : (before + len(data)) * 8 // 6])
    for digest in (hashlib.sha1(data).digest(), hashlib.sha256(data).digest()):
        forms |= {digest.hex(), base64.b64encode(digest).decode()}
    return forms


def assert_nothing_of(secret: str, text: str) -> None:
    assert text.strip()
    found = [form for form in forms_of(secret) if form in text]
    assert not found, f"{found} in:\n{text[-3000:]}"


@pytest.fixture(scope="module")
def mechanisms():
    """Domains that offer one mechanism each."""
    with Prosody(Settings(clients=True, accounts={"juliet": PASSWORD})) as running:
        yield running


@pytest.mark.parametrize("domain", ["localhost", *MECHANISMS])
def test_v47_no_mechanism_shows_the_password(mechanisms, domain):
    plain = ("--allow-plain",) if domain.startswith("plain") else ()
    account = f"juliet@{domain}"
    with Rondel.client(["ping", domain], mechanisms, account, *EVERYTHING, *plain) as ping:
        assert ping.wait() == 0, ping.report()
        assert "urn:xmpp:ping" in ping.text(), "the traffic was shown"
        assert_nothing_of(PASSWORD, ping.text())


@pytest.mark.parametrize("domain", ["localhost", *MECHANISMS])
def test_v47_nor_does_a_wrong_one_show_itself(mechanisms, domain):
    plain = ("--allow-plain",) if domain.startswith("plain") else ()
    with Rondel.client(
        ["ping", domain], mechanisms, f"juliet@{domain}", *EVERYTHING, *plain, password="a wrong and long one"
    ) as ping:
        assert ping.wait() == 1, ping.report()
        assert_nothing_of("a wrong and long one", ping.text())


class Talkative(Embedded):
    """It logs all that it can."""

    def _arguments(self) -> list[str]:
        return [*super()._arguments(), *EVERYTHING]


def test_v47_the_server_logs_no_password_and_no_secret():
    settings = Settings(clients=True, accounts={"juliet": PASSWORD}, components={"echo.localhost": "a long echo secret"})
    with Talkative(settings) as server:
        # By SCRAM-SHA-256-PLUS, within SASL2: the strongest, which Prosody 0.12 has not over TLS 1.3.
        with Rondel.client(["ping", "localhost"], server, "juliet@localhost", *EVERYTHING) as ping:
            assert ping.wait() == 0, ping.report()
            assert_nothing_of(PASSWORD, ping.text())
        with RawClient(server) as client:
            client.log_in("juliet", PASSWORD)
            client.bind("balcony")
        with pytest.raises((AssertionError, Refused)), RawClient(server) as client:
            client.log_in("juliet", "a wrong and long one")
        with Rondel.echo(server) as echo:
            echo.wait_for_line("Connected to")
        with Rondel.echo(server, secret="another wrong and long one") as echo:
            assert echo.wait() == 1
        server.stop()
        log = server.process.text()
        assert "juliet@localhost" in log and "echo.localhost connected" in log
        assert "which wanted to be juliet@localhost, left:" in log, "an operator sees whose account it was"
        assert re.search(r"<- juliet@localhost/\S+ <iq .*urn:xmpp:ping", log), "the traffic was shown"
        assert re.search(r"-> juliet@localhost/\S+ <iq ", log)
        for secret in (PASSWORD, "a wrong and long one", "a long echo secret", "another wrong and long one"):
            assert_nothing_of(secret, log)
        assert not re.search(r"\b[0-9a-f]{40}\b", log), "nor the digest of a handshake"


# -- files that others can read ----------------------------------------------------------------------------------------


def test_a_secret_file_that_all_can_read_is_told(server, peer, tmp_path):
    (tmp_path / "secret").write_text("echo-secret\n")
    (tmp_path / "secret").chmod(0o644)
    with Rondel("echo", *options(server), "--secret-file", str(tmp_path / "secret")) as echo:
        assert peer.ask_until_answered("echo.localhost")
        echo.wait_for_line(r"Every user of this machine can read the secret file .*; run: chmod o-rwx ")


@pytest.mark.parametrize("mode", [0o600, 0o644])
def test_the_server_tells_of_files_that_all_can_read(tmp_path, mode):
    (tmp_path / "password").write_text("capulet\n")
    config = tmp_path / "serve.toml"
    config.write_text(
        f"""
certificate = "{tmp_path}/certificate.pem"
key = "{tmp_path}/key.pem"
[[user]]
jid = "juliet@localhost"
password_file = "{tmp_path}/password"
[[component]]
domain = "echo.localhost"
secret = "inline"
"""
    )
    arguments = ("serve", "--json", "--listen", f"{LOOPBACK}:0", "--config", str(config))
    with Rondel(*arguments) as first:  # makes the certificate and its key
        first.wait_for_line("ports")
    for name in ("password", "serve.toml", "key.pem"):
        (tmp_path / name).chmod(mode)
    with Rondel(*arguments) as serve:
        serve.wait_for_line("ports")
        serve.stop()
        told = [line for line in serve.stderr if "Every user of this machine can read" in line]
        assert len(told) == (3 if mode == 0o644 else 0), serve.report()


# -- V37: secrets that can be heard ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("secret", "is_weak"), [("echo-secret", True), ("k3Jx0aPq9TzL5wVb", False)])
def test_v37_a_weak_secret_without_tls_is_told(secret, is_weak):
    with Rondel(
        "serve", "--json", "--listen", f"{LOOPBACK}:0", "--allow-plaintext", "--component", f"echo.localhost:{secret}"
    ) as serve:
        serve.wait_for_line("ports")
        serve.stop()
        assert ("short or simple" in serve.text()) == is_weak, serve.report()
        assert secret not in serve.text()
    with Rondel(
        "echo", "--component", "echo.localhost", "--server", f"{LOOPBACK}:1", "--allow-plaintext",
        environment={"RONDEL_SECRET": secret},
    ) as echo:  # fmt: skip
        echo.wait_for_line(f"{LOOPBACK}:1")
        echo.stop()
        assert ("short or simple" in echo.text()) == is_weak, echo.report()
