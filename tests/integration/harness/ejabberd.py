"""A private ejabberd 23.01.

It runs as `erl` with ejabberd's own code, not by ejabberdctl, which insists on its own user and folders; and as a node
without a name, so that there is no epmd and nothing listens but the ports given here.
"""

import glob
import json
import os
import subprocess

from .ports import LOOPBACK, free_port
from .servers import DOMAIN, Server, program


class Ejabberd(Server):
    name = "ejabberd"

    def __init__(self, settings=None):
        super().__init__(settings)
        # A listener of its own for each component: in ejabberd 23.01 a component is given all names of its listener.
        self._component_ports = {domain: free_port() for domain in self.settings.components}
        self.certificate = self.folder / "certificate.pem"
        if self.settings.component_tls:
            self._make_certificate()
        # YAML takes JSON as it is.
        (self.folder / "ejabberd.yml").write_text(json.dumps(self._configuration(), indent=1))

    def component_port(self, domain: str) -> int:
        return self._component_ports[domain]

    def _configuration(self) -> dict:
        size = self.settings.max_stanza_size
        client_listener = {
            "module": "ejabberd_c2s",
            "ip": LOOPBACK,
            "port": self.client_port,
            "access": "all",
            "shaper": "none",
            "max_stanza_size": "infinity",
        }
        component_listeners = [
            {
                "module": "ejabberd_service",
                "ip": LOOPBACK,
                "port": port,
                "access": "all",
                "shaper": "none",
                "hosts": {domain: {"password": self.secret(domain)}},
            }
            | ({"max_stanza_size": size} if size else {})
            | ({"tls": True, "certfile": str(self.certificate)} if self.settings.component_tls else {})
            for domain, port in self._component_ports.items()
        ]
        return {
            "hosts": [DOMAIN],
            "loglevel": "info",
            "auth_method": "internal",
            "listen": [client_listener, *component_listeners],
            "modules": {"mod_disco": {}, "mod_ping": {}, "mod_roster": {}, "mod_time": {}, "mod_version": {}},
        }

    def _command(self) -> list[str]:
        # Accounts that are there already (after a restart) stay as they are.
        register = "".join(
            f'ejabberd_auth:try_register(<<"{name}">>, <<"{DOMAIN}">>, <<"{password}">>), '
            for name, password in self.settings.accounts.items()
        )
        return [
            program("erl", "ejabberd"),
            "-noinput",
            "+S", "2:2", "+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none",  # few threads, and none that spins idly
            "-mnesia", "dir", f'"{self.folder}/database"',
            "-s", "ejabberd",
            "-eval", register + 'io:format("accounts are there~n").',
        ]  # fmt: skip

    def _environment(self) -> dict[str, str]:
        installed = glob.glob("/usr/lib/*/ejabberd-*/ebin")
        assert installed, "ejabberd is missing; install the Debian package ejabberd (./test does it)."
        return os.environ | {
            "HOME": str(self.folder),
            "ERL_LIBS": os.path.dirname(os.path.dirname(installed[0])),
            "ERL_INETRC": str(self._resolver_file()),
            "ERL_CRASH_DUMP": str(self.folder / "crash.dump"),
            "EJABBERD_CONFIG_PATH": str(self.folder / "ejabberd.yml"),
            "EJABBERD_LOG_PATH": str(self.folder / "ejabberd.log"),
        }

    def _resolver_file(self):
        """No name server: ejabberd would ask it where to find the domain of a component that is not connected."""
        path = self.folder / "inetrc"
        path.write_text('{resolv_conf, ""}.\n{lookup, [file]}.\n')
        return path

    def _wait_until_ready(self, timeout: float = 120) -> None:
        self.process.wait_for_line("accounts are there", timeout=timeout)
        super()._wait_until_ready(timeout)

    def _make_certificate(self) -> None:
        openssl = program("openssl", "openssl")
        key = self.folder / "key.pem"
        subprocess.run(
            [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
             "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,DNS:*.localhost,IP:127.0.0.1",
             "-keyout", str(key), "-out", str(self.certificate)],
            check=True, capture_output=True,
        )  # fmt: skip
        with self.certificate.open("a") as file:
            file.write(key.read_text())
