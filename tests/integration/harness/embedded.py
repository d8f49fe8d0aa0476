"""Our embedded server: `rondel serve`."""

import json

from .ports import LOOPBACK, free_port
from .rondel import Rondel
from .servers import DOMAIN, Server


class Embedded(Server):
    name = "rondel"

    def __init__(self, settings=None):
        super().__init__(settings)
        self._component_port = free_port()
        if self.settings.clients:
            self.websocket_url = f"wss://{LOOPBACK}:{self.websocket_port}/xmpp-websocket"

    def component_port(self, domain: str) -> int:
        return self._component_port

    def _start_process(self) -> Rondel:
        return Rondel(*self._arguments())

    def _arguments(self) -> list[str]:
        doors = {
            "c2s": self.client_port,
            "c2s_tls": self.client_tls_port,
            "component": self._component_port,
            "http": self.websocket_port,
        }
        arguments = ["serve", "--json", "--domain", DOMAIN, "--data", str(self.folder / "data.sqlite")]
        for kind, port in doors.items():
            arguments += ["--listen", f"{kind}={LOOPBACK}:{port}"]
        for name, password in self.accounts().items():
            arguments += ["--user", f"{name}@{DOMAIN}:{password}"]
        for domain, secret in self.settings.components.items():
            arguments += ["--component", f"{domain}:{secret}"]
        if self.settings.newcomer_wins:
            arguments += ["--replace-components"]
        if self.settings.clients:
            arguments += ["--certificate", str(self.certificate), "--key", str(self.key)]
        return arguments

    def _wait_until_ready(self, timeout: float = 60) -> None:
        number = self.process.wait_for_line(r'^\{"ports"', timeout=timeout)
        ports = json.loads(self.process.lines[number - 1])["ports"]
        assert ports["c2s"] == self.client_port and ports["component"] == self._component_port, ports
        super()._wait_until_ready(timeout)
