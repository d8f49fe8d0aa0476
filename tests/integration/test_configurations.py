"""The configurations that docs/servers.md shows work: with a component, and with a bot's account."""

import pathlib
import subprocess

import pytest

from harness.ejabberd import Ejabberd
from harness.peers import Peer
from harness.ports import LOOPBACK, free_port
from harness.programs import program
from harness.prosody import Prosody
from harness.rondel import Rondel
from harness.servers import DOMAIN, Settings

FOLDER = pathlib.Path(__file__).parent / "configurations"
SECRET = "a long random secret"


def as_here(server, text: str, replaced: dict[str, str]) -> str:
    """The documented text, for this machine: other ports, other files, another domain."""
    replaced |= {
        "example.com": DOMAIN,
        "5222": str(server.client_port),
        "5223": str(server.client_tls_port),
        "5347": str(server.component_port("echo.localhost")),
    }
    for documented, ours in replaced.items():
        assert documented in text or documented == "5222", f"The configuration says nothing of {documented} any more."
        text = text.replace(documented, ours)
    return text


class DocumentedProsody(Prosody):
    def _write_configuration(self) -> None:
        text = as_here(
            self,
            (FOLDER / "prosody.cfg.lua").read_text(),
            {"/etc/prosody/certs/example.com.crt": str(self.certificate), "/etc/prosody/certs/example.com.key": str(self.key)},
        )
        this_machine = [
            "run_as_root = true",
            f'data_path = "{self.folder}/data"',
            f'pidfile = "{self.folder}/prosody.pid"',
            'log = { info = "*console" }',
            f'interfaces = {{ "{LOOPBACK}" }}',
            f"c2s_ports = {{ {self.client_port} }}",
            f"component_ports = {{ {self._component_port} }}",
            "http_ports = {}",
            f"https_ports = {{ {self.websocket_port} }}",
            'modules_disabled = { "s2s" }',
        ]
        self._configuration_file().write_text("\n".join(this_machine) + "\n" + text)

    def _write_accounts(self) -> None:
        for name, password in self.settings.accounts.items():
            register = [program("prosodyctl", "prosody"), "--root", "--config", str(self._configuration_file()),
                        "register", name, DOMAIN, password]  # fmt: skip
            subprocess.run(register, check=True, capture_output=True)


class DocumentedEjabberd(Ejabberd):
    def __init__(self, settings):
        super().__init__(settings)
        chain = self.folder / "example.pem"
        chain.write_text(self.certificate.read_text() + self.key.read_text())
        text = (FOLDER / "ejabberd.yml").read_text()
        text = as_here(
            self, text, {"/etc/ejabberd/example.com.pem": str(chain), "- port: 5443": f"- port: {self.websocket_port}"}
        )
        lines = []
        for line in text.splitlines():
            lines.append(line)
            if line.startswith("  - port: ") and str(self.component_port("echo.localhost")) not in line:
                lines.append(f"    ip: {LOOPBACK}")
        (self.folder / "ejabberd.yml").write_text("\n".join(lines) + "\n")

    def _client_listeners(self):
        return []


@pytest.fixture(params=[DocumentedProsody, DocumentedEjabberd], ids=["prosody", "ejabberd"], scope="module")
def server(request):
    components, accounts = {"echo.localhost": SECRET}, {"echo": "bot's password", "juliet": "capulet"}
    with request.param(Settings(clients=True, components=components, accounts=accounts)) as running:
        yield running


def test_component(server):
    with Rondel.echo(server), Peer.client(server, "juliet") as juliet:
        assert juliet.ask_until_answered("echo.localhost", "hello").startswith("echo: hello")


def test_bot(server):
    with Rondel.client(["echo"], server, "echo@localhost/bot"), Peer.client(server, "juliet") as juliet:
        assert juliet.ask_until_answered("echo@localhost/bot", "hello").startswith("echo: hello")
