"""A private Prosody 0.12."""

from .ports import LOOPBACK, free_port
from .programs import program
from .servers import BOUND, CERTIFIED, DOMAIN, GUESTS, MECHANISMS, Server


class Prosody(Server):
    name = "prosody"

    def __init__(self, settings=None):
        super().__init__(settings)
        self._component_port = free_port()
        self._write_configuration()
        self._write_accounts()

    def component_port(self, domain: str) -> int:
        return self._component_port

    def _command(self) -> list[str]:
        return [program("prosody", "prosody"), "--foreground", "--config", str(self._configuration_file())]

    def _configuration_file(self):
        return self.folder / "prosody.cfg.lua"

    def _write_configuration(self) -> None:
        lines = self._general() + (self._for_clients() if self.settings.clients else self._without_clients())
        lines.append(f'VirtualHost "{DOMAIN}"')
        if self.settings.clients:
            lines += self._domains_for_clients()
        for domain, secret in self.settings.components.items():
            lines.append(f'Component "{domain}"')
            lines.append(f'  component_secret = "{secret}"')
            if self.settings.newcomer_wins:
                lines.append('  component_conflict_resolve = "kick_old"')
        self._configuration_file().write_text("\n".join(lines) + "\n")

    def _general(self) -> list[str]:
        size = self.settings.max_stanza_size
        return [
            "run_as_root = true",  # else it refuses to run in continuous integration, where everything is root
            f'data_path = "{self.folder}/data"',
            f'pidfile = "{self.folder}/prosody.pid"',
            f'certificates = "{self.folder}"',
            'log = { info = "*console" }',
            'authentication = "internal_plain"',
            f'interfaces = {{ "{LOOPBACK}" }}',
            f"c2s_ports = {{ {self.client_port} }}",
            f'component_interfaces = {{ "{LOOPBACK}" }}',
            f"component_ports = {{ {self._component_port} }}",
            f"component_stanza_size_limit = {size}" if size else "",
        ]

    def _without_clients(self) -> list[str]:
        return [
            'modules_enabled = { "posix", "roster", "saslauth", "disco", "ping", "version", "time" }',
            'modules_disabled = { "s2s", "tls" }',
            "c2s_require_encryption = false",
            "c2s_direct_tls_ports = {}",
        ]

    def _for_clients(self) -> list[str]:
        self.websocket_url = f"wss://{LOOPBACK}:{self.websocket_port}/xmpp-websocket"
        tls = f'certificate = "{self.certificate}"; key = "{self.key}"'
        if self.settings.only_tls_1_2:
            tls += '; protocol = "tlsv1_2"'
        # A client that has a certificate may show it.
        archive = ' "mam",' if self.settings.archives else ""
        asking = f'{{ {tls}; cafile = "{self.authority.file}"; verify = {{ "peer", "client_once" }} }}'
        return [
            'modules_enabled = { "posix", "roster", "saslauth", "tls", "disco", "ping", "version", "time", "uptime",'
            f' "lastactivity", "smacks", "carbons",{archive} "blocklist", "vcard", "offline", "csi", "websocket",'
            ' "server_contact_info", "pep" }',
            'modules_disabled = { "s2s" }',
            "c2s_require_encryption = true",
            f"ssl = {{ {tls} }}",
            f"c2s_ssl = {asking}",
            f"c2s_direct_tls_ports = {{ {self.client_tls_port} }}",
            f"c2s_direct_tls_ssl = {asking}",
            "http_ports = {}",
            f"https_ports = {{ {self.websocket_port} }}",
            f'https_interfaces = {{ "{LOOPBACK}" }}',
            f"https_ssl = {{ {tls} }}",
            f'http_default_host = "{DOMAIN}"',
            "smacks_hibernation_time = 60",
            'contact_info = { admin = { "mailto:admin@localhost" } }',
        ]

    def _domains_for_clients(self) -> list[str]:
        lines = []
        for domain, offered in MECHANISMS.items():
            others = {"PLAIN", *MECHANISMS.values()} - {offered}
            refused = ", ".join(f'"{name}"' for name in sorted(others | {f"{name}-PLUS" for name in others}))
            lines += [f'VirtualHost "{domain}"', f"  disable_sasl_mechanisms = {{ {refused} }}"]
        lines += [f'VirtualHost "{BOUND}"']
        lines += ['  disable_sasl_mechanisms = { "PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256" }']
        lines += [f'VirtualHost "{GUESTS}"', '  authentication = "anonymous"']
        lines += [f'VirtualHost "{CERTIFIED}"', '  authentication = "ccert"', '  certificate_match = "xmppaddr"']
        lines += [
            f'  ssl = {{ certificate = "{self.certificate}"; key = "{self.key}"; cafile = "{self.authority.file}";'
            ' verify = { "peer", "client_once" } }'
        ]
        return lines

    def _write_accounts(self) -> None:
        for domain in [DOMAIN, *MECHANISMS, BOUND] if self.settings.clients else [DOMAIN]:
            folder = self.folder / "data" / domain.replace(".", "%2e") / "accounts"
            folder.mkdir(parents=True)
            for name, password in (self.accounts() if domain == DOMAIN else self.settings.accounts).items():
                (folder / f"{name.replace('-', '%2d')}.dat").write_text(f'return {{ ["password"] = "{password}" }};\n')
