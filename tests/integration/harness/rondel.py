"""The program under test."""

import os
import pathlib
import re

from .ports import LOOPBACK
from .processes import Process
from .servers import Server

# What a sanitizer that found something exits with: no status that rondel itself has.
SANITIZER_STATUS = 99


class Rondel(Process):
    """`rondel ARGS…`, started.  Use as a context manager: at its end the program must not have failed a sanitizer."""

    def __init__(self, *arguments: str, environment: dict[str, str] | None = None):
        path = os.environ.get("RONDEL", "")
        assert pathlib.Path(path).is_file(), (
            f"The environment variable RONDEL must name the built program, and is {path!r}. "
            "ctest sets it; by hand: RONDEL=build/dev/rondel."
        )
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("RONDEL")}
        sanitizers = {
            "ASAN_OPTIONS": f"exitcode={SANITIZER_STATUS}",
            "UBSAN_OPTIONS": f"exitcode={SANITIZER_STATUS}:print_stacktrace=1",
            "TSAN_OPTIONS": f"exitcode={SANITIZER_STATUS}",
        }
        super().__init__(
            f"rondel {arguments[0] if arguments else ''}",
            [path, *arguments],
            env=inherited | sanitizers | (environment or {}),
        )

    @classmethod
    def connected(
        cls,
        command: list[str],
        server: Server,
        domain: str,
        *more: str,
        port: int | None = None,
        secret: str | None = None,
    ) -> "Rondel":
        """`rondel COMMAND… --component DOMAIN --server … --secret … MORE…`; `port` when a proxy stands between."""
        return cls(
            *command,
            "--component", domain,
            "--server", f"{LOOPBACK}:{port or server.component_port(domain)}",
            "--secret", server.secret(domain) if secret is None else secret,
            *more,
        )  # fmt: skip

    @classmethod
    def echo(cls, server: Server, domain: str = "echo.localhost", *more: str, **options) -> "Rondel":
        """The echo service. It may not be connected yet: `Peer.ask_until_answered` waits for that."""
        return cls.connected(["echo"], server, domain, *more, **options)

    @classmethod
    def client(
        cls,
        command: list[str],
        server: Server,
        jid: str,
        *more: str,
        port: int | None = None,
        way: list[str] | None = None,
        password: str | None = None,
    ) -> "Rondel":
        """`rondel COMMAND… --client JID …`: the server's certificate is checked.

        It connects by STARTTLS, to `port` when a proxy stands between, or by `way`: --server and what belongs to it.
        """
        account = jid.split("@")[0]
        secret: list[str] = []
        if "@" in jid:
            passwords = server.folder / f"password-{account}"
            passwords.write_text(server.accounts()[account] if password is None else password)
            passwords.chmod(0o600)
            secret = ["--password-file", str(passwords)]
        return cls(
            *command,
            "--client", jid,
            *(way or ["--server", f"{LOOPBACK}:{port or server.client_port}"]),
            *secret,
            "--tls-ca", str(server.authority.file),
            *more,
        )  # fmt: skip

    def complaints(self) -> list[str]:
        """What it said on standard error, without the log lines that only inform."""
        return [line for line in self.stderr if line.strip() and not re.match(r"[\d:.]+ (info|debug) ", line)]

    # What is in flight may take ten seconds more, and a sanitizer looks for leaks behind that.
    def stop(self, grace: float = 30) -> None:
        """SIGTERM, which must end it: that it had to be killed fails the test."""
        super().stop(max(grace, 30))
        assert not self.had_to_be_killed, f"It did not end 30 s after SIGTERM.\n{self.report(200)}"

    def __enter__(self) -> "Rondel":
        return self

    def __exit__(self, *_) -> None:
        self.stop()
        status = self._child.returncode
        assert status != SANITIZER_STATUS and "runtime error:" not in self.text(), self.report(200)
