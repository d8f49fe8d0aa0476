"""Certificates for one test run: an authority of its own, a server's certificate, clients' certificates (XEP-0178)."""

import pathlib
import subprocess

from .programs import program


class Authority:
    """A certificate authority in a folder.  Owns: nothing; the folder is the caller's.

    `file` is its certificate, what a client trusts (--tls-ca).
    """

    def __init__(self, folder: pathlib.Path):
        self._folder = folder
        self.file = folder / "authority.pem"
        self._key = folder / "authority-key.pem"
        _openssl(
            "req", "-x509", *_NEW_KEY, "-keyout", self._key, "-out", self.file, "-days", "2",
            "-subj", "/CN=Authority of the tests",
        )  # fmt: skip

    def for_server(self, domains: list[str]) -> tuple[pathlib.Path, pathlib.Path]:
        """Certificate and key for the domains and for 127.0.0.1."""
        names = [f"DNS:{domain}" for domain in domains] + ["IP:127.0.0.1"]
        return self._issue("server", names)

    def for_client(self, account: str) -> tuple[pathlib.Path, pathlib.Path]:
        """Certificate and key of the account: its address stands in an XmppAddr (RFC 6120 §13.7.1.4)."""
        return self._issue(account.replace("@", "-at-"), [f"otherName:1.3.6.1.5.5.7.8.5;UTF8:{account}"])

    def _issue(self, name: str, alternative_names: list[str]) -> tuple[pathlib.Path, pathlib.Path]:
        certificate, key, request = (self._folder / f"{name}{end}" for end in (".pem", "-key.pem", ".csr"))
        extensions = self._folder / f"{name}.extensions"
        extensions.write_text(f"subjectAltName={','.join(alternative_names)}\n")
        _openssl("req", *_NEW_KEY, "-keyout", key, "-out", request, "-subj", f"/CN={name[:60]}")
        _openssl(
            "x509", "-req", "-in", request, "-CA", self.file, "-CAkey", self._key, "-CAcreateserial", "-days", "2",
            "-extfile", extensions, "-out", certificate,
        )  # fmt: skip
        return certificate, key


_NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]


def _openssl(*arguments) -> None:
    done = subprocess.run([program("openssl", "openssl"), *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, f"openssl {arguments[0]}: {done.stderr}"
