"""A private ejabberd 23.01.

It runs as `erl` with ejabberd's own code, not by ejabberdctl, which insists on its own user and folders; and as a node
without a name, so that there is no epmd and nothing listens but the ports given here.
"""

import glob
import json
import os
import subprocess

from .ports import LOOPBACK, free_port
from .programs import program
from .servers import BOUND, CERTIFIED, DOMAIN, GUESTS, MECHANISMS, Server

_ALL_MECHANISMS = {"PLAIN", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-512", "X-OAUTH2", "EXTERNAL"}
_WITH_PLUS = {name + end for name in _ALL_MECHANISMS for end in ("", "-PLUS")}
_MODULES_FOR_CLIENTS = {
    "mod_roster": {"versioning": True},
    "mod_stream_mgmt": {"resend_on_timeout": "if_offline", "resume_timeout": 60},
    "mod_carboncopy": {},
    "mod_mam": {"default": "always"},
    "mod_privacy": {},
    "mod_blocking": {},
    "mod_offline": {},
    "mod_vcard": {"search": False},
    "mod_last": {},
    "mod_client_state": {},
    "mod_disco": {"server_info": [{"modules": "all", "name": "admin-addresses", "urls": ["mailto:admin@localhost"]}]},
}


class Ejabberd(Server):
    name = "ejabberd"

    def __init__(self, settings=None):
        super().__init__(settings)
        # A listener of its own for each component: in ejabberd 23.01 a component is given all names of its listener.
        self._component_ports = {domain: free_port() for domain in self.settings.components}
        if self.settings.component_tls:
            self.certificate = self.folder / "certificate.pem"
            self._make_certificate()
        # YAML takes JSON as it is.
        (self.folder / "ejabberd.yml").write_text(json.dumps(self._configuration(), indent=1))

    def component_port(self, domain: str) -> int:
        return self._component_ports[domain]

    def _configuration(self) -> dict:
        listeners = self._client_listeners() if self.settings.clients else [self._listener("ejabberd_c2s", self.client_port)]
        modules = {"mod_disco": {}, "mod_ping": {}, "mod_roster": {}, "mod_time": {}, "mod_version": {}}
        configuration = {
            "hosts": self.domains,
            "loglevel": "info",
            "auth_method": "internal",
            "listen": listeners + self._component_listeners(),
            "modules": modules,
        }
        if self.settings.clients:
            configuration |= self._for_clients()
            modules |= _MODULES_FOR_CLIENTS
            if not self.settings.archives:
                del modules["mod_mam"]
        return configuration

    def _listener(self, module: str, port: int, **more) -> dict:
        return {"module": module, "ip": LOOPBACK, "port": port} | (
            {} if module == "ejabberd_http" else {"access": "all", "shaper": "none"}
        ) | more  # fmt: skip

    def _component_listeners(self) -> list[dict]:
        size = self.settings.max_stanza_size
        more = ({"max_stanza_size": size} if size else {}) | (
            {"tls": True, "certfile": str(self.certificate)} if self.settings.component_tls else {}
        )
        return [
            self._listener("ejabberd_service", port, hosts={domain: {"password": self.secret(domain)}}, **more)
            for domain, port in self._component_ports.items()
        ]

    def _client_listeners(self) -> list[dict]:
        self.websocket_url = f"wss://{LOOPBACK}:{self.websocket_port}/ws"
        # tls_verify: a client that has a certificate may show it. EXTERNAL is then offered to all, with a certificate or
        # without, and sendxmpp would try it: so on one port only.
        return [
            self._listener("ejabberd_c2s", self.client_port, starttls_required=True),
            self._listener(
                "ejabberd_c2s", self.client_tls_port, tls=True, tls_verify=True, cafile=str(self.authority.file)
            ),
            self._listener(
                "ejabberd_http", self.websocket_port, tls=True, request_handlers={"/ws": "ejabberd_http_ws"}
            ),
        ]

    def _for_clients(self) -> dict:
        chain = self.folder / "chain.pem"
        chain.write_text(self.certificate.read_text() + self.key.read_text())
        per_domain = {
            domain: {"disable_sasl_mechanisms": sorted(_WITH_PLUS - {offered, offered + "-PLUS"})}
            for domain, offered in MECHANISMS.items()
        }
        per_domain[BOUND] = {"disable_sasl_mechanisms": sorted(_WITH_PLUS - {"SCRAM-SHA-256-PLUS"})}
        # DIGEST-MD5 is obsolete (RFC 6331); sendxmpp would choose it, and fail.
        per_domain[DOMAIN] = {"disable_sasl_mechanisms": ["DIGEST-MD5", "X-OAUTH2"]}
        per_domain[GUESTS] = {"auth_method": "anonymous", "anonymous_protocol": "sasl_anon"}
        return {
            "certfiles": [str(chain)],
            "ca_file": str(self.authority.file),
            "c2s_protocol_options": ["no_sslv3", "no_tlsv1", "no_tlsv1_1"]
            + (["no_tlsv1_3"] if self.settings.only_tls_1_2 else []),
            "auth_password_format": "plain",
            "host_config": per_domain,
            "resource_conflict": "closeold",
        }

    def _command(self) -> list[str]:
        # Accounts that are there already (after a restart) stay as they are.
        register = "".join(
            f'ejabberd_auth:try_register(<<"{name}">>, <<"{domain}">>, <<"{password}">>), '
            for domain in self.domains
            if domain != GUESTS
            for name, password in (self.accounts() if domain == DOMAIN else self.settings.accounts).items()
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
