"""Somebody else's programs, as they come from Debian: each logs in to `server` inside TLS, and checks its certificate."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

from .ports import LOOPBACK
from .processes import Process
from .programs import program
from .servers import DOMAIN, Server
from .terminal import Terminal

FOLDER = pathlib.Path(__file__).parents[1] / "programs"


def gloox_client(server: Server, account: str) -> Process:
    """Our small client on the library gloox, connected; programs/gloox_client.cpp says what can be typed and read."""
    path = os.environ.get("GLOOX_CLIENT", "")
    assert pathlib.Path(path).is_file(), f"GLOOX_CLIENT must name the built gloox_client, and is {path!r}; ctest sets it."
    client = Process("gloox", [path, f"{account}@{DOMAIN}", str(server.client_port)])
    client.write(server.accounts()[account] + "\n")
    client.wait_for_line(f"^online {account}@{DOMAIN}/")
    return client


def wokkel_service(server: Server, domain: str) -> Process:
    """An echo component on Wokkel, connected."""
    command = [sys.executable, str(FOLDER / "wokkel_service.py"), domain, str(server.component_port(domain))]
    service = Process("Wokkel", command)
    service.write(server.secret(domain) + "\n")
    service.wait_for_line("^connected")
    return service


class GoSendxmpp:
    """go-sendxmpp: sends one message, or listens."""

    def __init__(self, server: Server, account: str, *, direct_tls: bool = False):
        port = server.client_tls_port if direct_tls else server.client_port
        self._settings = pathlib.Path(server.folder) / f"go-sendxmpp-{account}"
        self._settings.write_text(
            f"username: {account}@{DOMAIN}\njserver: {LOOPBACK}:{port}\npassword: {server.accounts()[account]}\n"
        )
        self._settings.chmod(0o600)
        self._command = [program("go-sendxmpp", "go-sendxmpp"), "-f", str(self._settings), *(["-t"] if direct_tls else [])]
        self._environment = os.environ | {"SSL_CERT_FILE": str(server.authority.file), "HOME": str(server.folder)}

    def send(self, to: str, text: str) -> None:
        done = subprocess.run(
            [*self._command, to], input=text, text=True, env=self._environment, capture_output=True, timeout=30
        )
        assert done.returncode == 0, done.stderr

    def listen(self) -> Process:
        return Process("go-sendxmpp", [*self._command, "-l"], env=self._environment)


def sendxmpp(server: Server, account: str, to: str, text: str) -> None:
    """sendxmpp (Perl): sends one message."""
    settings = pathlib.Path(server.folder) / f"sendxmpprc-{account}"
    settings.write_text(f"username: {account}\njserver: {DOMAIN}\nport: {server.client_port}\npassword: {server.accounts()[account]}\n")
    settings.chmod(0o600)
    done = subprocess.run(
        [program("sendxmpp", "sendxmpp"), "-f", str(settings), "--tls", "--tls-ca-path", str(server.authority.file), to],
        input=text, text=True, capture_output=True, timeout=30,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


class Profanity(Terminal):
    """profanity, logged in. Type its commands; what it gets and sends stands in its log."""

    def __init__(self, server: Server, account: str):
        home = pathlib.Path(tempfile.mkdtemp(prefix="profanity-", dir=server.folder))
        configuration = home / ".config/profanity"
        data = home / ".local/share/profanity"
        for folder in (configuration, data):
            folder.mkdir(parents=True)
        (configuration / "profrc").write_text("[ui]\nsplash=false\n[logging]\nchlog=true\n")
        (data / "accounts").write_text(
            f"[{account}]\nenabled=true\njid={account}@{DOMAIN}\nresource=profanity\nserver={LOOPBACK}\n"
            f"port={server.client_port}\npassword={server.accounts()[account]}\ntls.policy=force\n"
        )
        (data / "tlscerts").write_text("")
        self._log = home / "log"
        # OpenSSL, below libstrophe, trusts this authority.
        environment = os.environ | {
            "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "XDG_DATA_HOME": str(home / ".local/share"),
            "SSL_CERT_FILE": str(server.authority.file), "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        command = [program("profanity", "profanity-light"), "-l", "DEBUG", "-f", str(self._log), "-a", account]
        super().__init__(command, env=environment)

    def wait_for_log(self, text: str, timeout: float = 30) -> None:
        deadline = time.monotonic() + timeout
        while text not in self.log():
            assert time.monotonic() < deadline, f"No {text!r} in profanity's log:\n{self.log()[-6000:]}"
            time.sleep(0.05)

    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""
