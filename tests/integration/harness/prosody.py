"""A private Prosody 0.12."""

from .ports import LOOPBACK, free_port
from .servers import DOMAIN, Server, program


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
        size = self.settings.max_stanza_size
        lines = [
            "run_as_root = true",  # else it refuses to run in continuous integration, where everything is root
            f'data_path = "{self.folder}/data"',
            f'pidfile = "{self.folder}/prosody.pid"',
            f'certificates = "{self.folder}"',
            'log = { info = "*console" }',
            'modules_enabled = { "posix", "roster", "saslauth", "disco", "ping", "version", "time" }',
            'modules_disabled = { "s2s", "tls" }',
            'authentication = "internal_plain"',
            f'interfaces = {{ "{LOOPBACK}" }}',
            f"c2s_ports = {{ {self.client_port} }}",
            "c2s_require_encryption = false",
            "c2s_direct_tls_ports = {}",
            f'component_interfaces = {{ "{LOOPBACK}" }}',
            f"component_ports = {{ {self._component_port} }}",
            f"component_stanza_size_limit = {size}" if size else "",
            f'VirtualHost "{DOMAIN}"',
        ]
        for domain, secret in self.settings.components.items():
            lines.append(f'Component "{domain}"')
            lines.append(f'  component_secret = "{secret}"')
            if self.settings.newcomer_wins:
                lines.append('  component_conflict_resolve = "kick_old"')
        self._configuration_file().write_text("\n".join(lines) + "\n")

    def _write_accounts(self) -> None:
        folder = self.folder / "data" / DOMAIN / "accounts"
        folder.mkdir(parents=True)
        for name, password in self.settings.accounts.items():
            (folder / f"{name}.dat").write_text(f'return {{ ["password"] = "{password}" }};\n')
