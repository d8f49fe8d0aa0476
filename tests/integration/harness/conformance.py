"""`rondel conformance`, run at a server or a component, and its results."""

import json

from .ports import LOOPBACK
from .rondel import Rondel
from .servers import DOMAIN, SPARE_PASSWORD, Server, Settings

ACCOUNTS = 40
SETTINGS = Settings(clients=True, spare_accounts=ACCOUNTS)


class Result(dict):
    """One case: of, row, section, title, verdict, why, ms."""

    @property
    def name(self) -> str:
        return f"{self['section']}: {self['title']}"


def at_server(server: Server, *more: str, timeout: float = 400) -> list[Result]:
    arguments = ["--server", f"{LOOPBACK}:{server.client_port}", "--domain", DOMAIN]
    arguments += ["--tls-ca", str(server.authority.file), "--websocket", server.websocket_url]
    for number in range(1, ACCOUNTS + 1):
        arguments += ["--user", f"user-{number}:{SPARE_PASSWORD}"]
    for domain in ("echo.localhost", "peer.localhost"):
        place = f"{LOOPBACK}:{server.component_port(domain)}"
        arguments += ["--component", f"{domain}:{server.secret(domain)}@{place}"]
    return _results(*arguments, *more, timeout=timeout)


def at_component(command: str, *more: str, timeout: float = 400) -> list[Result]:
    """`command` has {port} where the port is to stand."""
    arguments = ["--component-listen", f"{LOOPBACK}:0", "--as", "echo.localhost:secret", "--start", command]
    return _results(*arguments, *more, timeout=timeout)


def embedded(*more: str, timeout: float = 400) -> list[Result]:
    return _results(*more, timeout=timeout)


def _results(*arguments: str, timeout: float) -> list[Result]:
    with Rondel("conformance", "--json", "--limit", "3", *arguments) as judge:
        judge.wait(timeout)
        lines = [json.loads(line) for line in judge.stdout if line.startswith("{")]
    assert lines and "cases" in lines[-1], f"rondel conformance came to no end.\n{judge.report(200)}"
    results = [Result(line) for line in lines[:-1]]
    assert len(results) == lines[-1]["cases"]
    return results
