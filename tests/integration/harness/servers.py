"""What Prosody, ejabberd and our embedded server have in common: settings, ports, start, stop, kill, restart."""

import dataclasses
import pathlib
import shutil
import tempfile
import time

from .certificates import Authority
from .ports import free_port, is_listening
from .processes import Process

DOMAIN = "localhost"
# With Settings.clients: domains that offer one SASL mechanism each (and its -PLUS), with the same accounts.
MECHANISMS = {
    "sha1.localhost": "SCRAM-SHA-1",
    "sha256.localhost": "SCRAM-SHA-256",
    "plain.localhost": "PLAIN",
}
BOUND = "bound.localhost"  # SCRAM-SHA-256-PLUS and nothing else, with the same accounts
GUESTS = "guests.localhost"  # ANONYMOUS
CERTIFIED = "certified.localhost"  # EXTERNAL: certificates for the accounts, of Server.authority
SPARE_PASSWORD = "secret"


@dataclasses.dataclass(frozen=True)
class Settings:
    """What a test can choose."""

    # Component domain -> secret.
    components: dict[str, str] = dataclasses.field(
        default_factory=lambda: {
            "echo.localhost": "echo-secret",
            "peer.localhost": "peer-secret",
            "tool.localhost": "tool-secret",
            "other.localhost": "other-secret",
        }
    )
    # Account at localhost -> password.
    accounts: dict[str, str] = dataclasses.field(default_factory=lambda: {"juliet": "capulet", "romeo": "montague"})
    # When a second connection of one component comes: Prosody and ours refuse it, or with True end the first.
    # (ejabberd serves both, and has no choice to offer.)
    newcomer_wins: bool = False
    # Largest stanza in octets that the server takes from a component; None is its own default.
    max_stanza_size: int | None = None
    # ejabberd: TLS from the first byte on the component ports, with the certificate `Server.certificate`.
    component_tls: bool = False
    # Everything for clients: STARTTLS is required at `client_port`, and there are `client_tls_port`, `websocket_url`, the
    # domains of MECHANISMS, BOUND, GUESTS and CERTIFIED, and what chat clients want of a server (XEP-0198, 0280, 0313 …).
    clients: bool = False
    # For clients: what they say is archived (XEP-0313).
    archives: bool = True
    # For clients: TLS 1.2 and nothing newer, so that there is tls-unique (RFC 9266 §3).
    only_tls_1_2: bool = False
    # So many more accounts at localhost, `user-1` and so on, with the password `secret`: for tests that need fresh ones.
    spare_accounts: int = 0


class Server:
    """One private server.  Owns: its process and its folder.  Use as a context manager.

    Subclasses say how it is configured and run.
    """

    name = "?"

    def __init__(self, settings: Settings | None = None):
        self.settings = settings or Settings()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"rondel-{self.name}-"))
        self.client_port = free_port()
        self.client_tls_port = free_port()
        self.websocket_port = free_port()
        self.websocket_url: str | None = None  # wss://…
        self.process: Process | None = None
        self._taken = 0
        self.domains = [DOMAIN]
        if self.settings.clients:
            self.domains += [*MECHANISMS, BOUND, GUESTS, CERTIFIED]
            self.authority = Authority(self.folder)
            self.certificate, self.key = self.authority.for_server(self.domains)

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.close()

    def component_port(self, domain: str) -> int:
        """Where the component `domain` connects. (ejabberd has one port for each.)"""
        raise NotImplementedError

    def secret(self, domain: str) -> str:
        return self.settings.components[domain]

    def accounts(self) -> dict[str, str]:
        """All accounts of localhost, spare ones too, and their passwords."""
        spare = {f"user-{number}": SPARE_PASSWORD for number in range(1, self.settings.spare_accounts + 1)}
        return self.settings.accounts | spare

    def take_spare_account(self) -> str:
        """An account that nobody has used yet; its password is SPARE_PASSWORD."""
        self._taken += 1
        assert self._taken <= self.settings.spare_accounts, "There are no spare accounts left; ask for more of them."
        return f"user-{self._taken}"

    def taken_accounts(self) -> list[str]:
        return [f"user-{number}" for number in range(1, self._taken + 1)]

    def start(self) -> None:
        """Starts it, and returns when it listens on all of its ports."""
        assert self.process is None or not self.process.is_running()
        self.process = self._start_process()
        self._wait_until_ready()

    def stop(self) -> None:
        """An orderly end (SIGTERM), as a service manager would do it."""
        self.process.stop()

    def kill(self) -> None:
        """An end without a word (SIGKILL): the kernel closes its sockets, nothing is said on them."""
        self.process.kill()

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        if self.process is not None:
            self.process.stop(grace=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_process(self) -> Process:
        return Process(self.name, self._command(), env=self._environment(), cwd=str(self.folder))

    def _wait_until_ready(self, timeout: float = 120) -> None:
        deadline = time.monotonic() + timeout
        waiting_for = self._ports()
        while waiting_for:
            if is_listening(waiting_for[0]):
                waiting_for.pop(0)
                continue
            if self.process.ends_within(0.02):
                raise AssertionError(f"{self.name} ended instead of starting.\n{self.process.report()}")
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.name} is not ready after {timeout} s.\n{self.process.report()}")

    def _ports(self) -> list[int]:
        for_clients = [self.client_port]
        if self.settings.clients:
            for_clients += [self.client_tls_port, self.websocket_port]
        return [*for_clients, *sorted({self.component_port(domain) for domain in self.settings.components})]

    def _command(self) -> list[str]:
        raise NotImplementedError

    def _environment(self) -> dict[str, str] | None:
        return None
