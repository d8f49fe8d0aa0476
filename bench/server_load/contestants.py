"""The servers that bench/server compares: each private, on loopback, without TLS, rates opened up, one core each.

The same features on all three: rosters, presence, stream management, carbons and block lists are offered, and no client
asks for them; message archives as the case says.
"""

import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "integration"))

from harness.ejabberd import Ejabberd  # noqa: E402
from harness.embedded import Embedded  # noqa: E402
from harness.ports import LOOPBACK, is_listening  # noqa: E402
from harness.prosody import Prosody  # noqa: E402
from harness.servers import DOMAIN, Settings  # noqa: E402

SECRET = "secret"
ECHO, PEER = "echo.localhost", "peer.localhost"
SETTINGS = Settings(components={ECHO: SECRET, PEER: SECRET}, accounts={})


class Contestant:
    """What is added to a server of the integration tests."""

    cores: str | None = "0"
    archive = False
    started = 0.0  # how long its start took, in seconds

    def start(self) -> None:
        begin = time.perf_counter()
        self.process = self._start_process()
        while not all(is_listening(port) for port in self._ports()):
            if self.process.ends_within(0.001):
                raise SystemExit(f"{self.name} ended instead of starting.\n{self.process.report()}")
        self.started = time.perf_counter() - begin
        if self.cores is not None:
            subprocess.run(["taskset", "-acp", self.cores, str(self.process.pid)], check=True, capture_output=True)

    def settle(self) -> None:
        """Waits until it does nothing any more: a server may listen, and still be at its start."""
        before = self._ran()
        for _ in range(100):
            time.sleep(0.2)
            now = self._ran()
            if now - before < 0.004:
                return
            before = now

    def _ran(self) -> float:
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def load_options(self) -> list[str]:
        return []


class BenchRondel(Contestant, Embedded):
    def _arguments(self) -> list[str]:
        config = self.folder / "serve.toml"
        config.write_text("tls_optional = true\nanonymous = true\n[limits]\nstanzas_per_second = 0\nbytes_per_second = 0\n")
        doors = {"c2s": self.client_port, "component": self._component_port}
        arguments = ["serve", "--json", "--domain", DOMAIN, "--config", str(config), "--log-level", "warning"]
        for kind, port in doors.items():
            arguments += ["--listen", f"{kind}={LOOPBACK}:{port}"]
        for domain, secret in self.settings.components.items():
            arguments += ["--component", f"{domain}:{secret}"]
        return arguments

    def load_options(self) -> list[str]:
        return [] if self.archive else ["--archive-off"]  # it always has one; clients decline


class BenchProsody(Contestant, Prosody):
    def _general(self) -> list[str]:
        quiet = ['log = { warn = "*console" }', 'authentication = "anonymous"', "allow_unencrypted_plain_auth = true"]
        return [line for line in super()._general() if not line.startswith(("log", "authentication"))] + quiet

    def _without_clients(self) -> list[str]:  # plain TCP is all they have
        archive = ' "mam",' if self.archive else ""
        return [
            f'modules_enabled = {{ "posix", "roster", "saslauth", "disco", "ping", "carbons", "smacks",{archive}'
            ' "blocklist", "offline" }',
            'modules_disabled = { "s2s", "tls" }',
            'storage = { archive = "memory" }',
            "c2s_require_encryption = false",
            "c2s_direct_tls_ports = {}",
        ]


class BenchEjabberd(Contestant, Ejabberd):
    def _configuration(self) -> dict:
        configuration = super()._configuration()
        for listener in configuration["listen"]:
            listener["backlog"] = 1000  # or those who log in together wait for the kernel's repeated SYN
        modules = configuration["modules"]
        modules |= {"mod_stream_mgmt": {}, "mod_carboncopy": {}, "mod_privacy": {}, "mod_blocking": {}, "mod_offline": {}}
        if self.archive:
            modules["mod_mam"] = {"default": "always"}
        return configuration | {
            "loglevel": "warning",
            "auth_method": "anonymous",
            "anonymous_protocol": "sasl_anon",
        }

    def _command(self) -> list[str]:
        # One scheduler for one core: more only take it from each other.
        return ["1:1" if word == "2:2" and self.cores is not None else word for word in super()._command()]


CONTESTANTS = {"rondel": BenchRondel, "prosody": BenchProsody, "ejabberd": BenchEjabberd}


def make(name: str, archive: bool = False, cores: str | None = "0"):
    kind = CONTESTANTS[name]
    made = type(kind.__name__, (kind,), {"archive": archive, "cores": cores})(SETTINGS)
    return made
