"""TLS to the component port. (ejabberd has it; Prosody 0.12 does not.)"""

import hashlib
import ssl

import pytest

from harness.ejabberd import Ejabberd
from harness.rondel import Rondel
from harness.servers import Settings

WRONG_PIN = "sha256:" + "00" * 32


@pytest.fixture(scope="module")
def server():
    with Ejabberd(Settings(component_tls=True)) as running:
        yield running


def fingerprint(server) -> str:
    pem = server.certificate.read_text().split("-----BEGIN CERTIFICATE-----")[1].split("-----END")[0]
    der = ssl.PEM_cert_to_DER_cert(f"-----BEGIN CERTIFICATE-----{pem}-----END CERTIFICATE-----\n")
    return "sha256:" + hashlib.sha256(der).hexdigest()


def test_certificate_of_a_named_authority(server):
    """The certificate is its own authority; it is for 127.0.0.1, too."""
    with Rondel.connected(["ping", "localhost"], server, "tool.localhost", "--tls-ca", str(server.certificate)) as ping:
        assert ping.wait() == 0, ping.report()


def test_pinned_certificate(server):
    with Rondel.connected(["ping", "localhost"], server, "tool.localhost", "--tls-pin", fingerprint(server)) as ping:
        assert ping.wait() == 0, ping.report()


@pytest.mark.parametrize(
    "options",
    [
        lambda server: ["--tls"],
        lambda server: ["--tls-pin", WRONG_PIN],
        lambda server: ["--tls-ca", str(server.certificate), "--tls-name", "other.example"],
    ],
    ids=["unknown-authority", "wrong-pin", "wrong-name"],
)
def test_untrusted_certificate_is_refused(server, options):
    before = server.process.text().count("tool.localhost")  # of the tests above
    with Rondel.connected(["ping", "localhost"], server, "tool.localhost", *options(server)) as ping:
        assert ping.wait() == 1, ping.report()
        assert "certificate" in ping.text()
    now = server.process.text().count("tool.localhost")
    assert now == before, "rondel opened a stream with a server that it cannot trust"
