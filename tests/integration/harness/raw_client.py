"""A client made of a plain socket: STARTTLS or direct TLS, SCRAM-SHA-256, resource binding; then the test has the word."""

import base64
import hashlib
import hmac
import secrets
import ssl
import xml.etree.ElementTree as ET

from .raw import HEADER, RawStream
from .servers import Server

TLS = "urn:ietf:params:xml:ns:xmpp-tls"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"


class Refused(AssertionError):
    """The server said no: to the password, to the resource."""


class RawClient(RawStream):
    """One connection to the port of clients, inside TLS, that checked the server's certificate."""

    def __init__(self, server: Server, domain: str = "localhost", *, direct_tls: bool = False):
        self.domain = domain
        self.jid: str | None = None  # once bound
        context = ssl.create_default_context(cafile=str(server.authority.file))
        if direct_tls:
            super().__init__(server.client_tls_port, context=context, server_name=domain)
            return
        super().__init__(server.client_port)
        assert self.open().find(f"{{{TLS}}}starttls") is not None
        self.send(f"<starttls xmlns='{TLS}'/>")
        assert self.next_stanza().tag == f"{{{TLS}}}proceed"
        self.secure(context, domain)

    def open(self) -> ET.Element:
        """Opens the stream (again), and returns the features."""
        self.restart()
        self.send(HEADER.format(namespace="jabber:client", domain=self.domain, more=" version='1.0'"))
        return self.next_stanza()

    def log_in(self, account: str, password: str) -> ET.Element:
        """Authenticates, and returns what the server then offers. Raises Refused."""
        offered = [mechanism.text for mechanism in self.open().iter(f"{{{SASL}}}mechanism")]
        assert "SCRAM-SHA-256" in offered, offered
        scram = Scram(account, password)
        self.send(f"<auth xmlns='{SASL}' mechanism='SCRAM-SHA-256'>{_encode(scram.first())}</auth>")
        challenge = self._next_of_sasl("challenge")
        self.send(f"<response xmlns='{SASL}'>{_encode(scram.final(_decode(challenge)))}</response>")
        scram.verify(_decode(self._next_of_sasl("success")))
        return self.open()

    def bind(self, resource: str) -> None:
        """Raises Refused."""
        self.send(f"<iq id='bind' type='set'><bind xmlns='{BIND}'><resource>{resource}</resource></bind></iq>")
        answer = self.next_stanza()
        if answer.get("type") != "result":
            raise Refused(ET.tostring(answer).decode())
        self.jid = answer.findtext(f"{{{BIND}}}bind/{{{BIND}}}jid")

    def _next_of_sasl(self, expected: str) -> ET.Element:
        element = self.next_stanza()
        if element.tag != f"{{{SASL}}}{expected}":
            raise Refused(ET.tostring(element).decode())
        return element


class Scram:
    """SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding: the client's side."""

    def __init__(self, account: str, password: str):
        self._password = password.encode()
        self._bare = f"n={account},r={secrets.token_urlsafe(18)}"

    def first(self) -> str:
        return f"n,,{self._bare}"

    def final(self, challenge: str) -> str:
        fields = dict(field.split("=", 1) for field in challenge.split(","))
        assert fields["r"].startswith(self._bare.split(",r=")[1]) and int(fields["i"]) >= 4096, challenge
        salted = hashlib.pbkdf2_hmac("sha256", self._password, base64.b64decode(fields["s"]), int(fields["i"]))
        client_key = _hmac(salted, b"Client Key")
        without_proof = f"c={_encode('n,,')},r={fields['r']}"
        signed = f"{self._bare},{challenge},{without_proof}".encode()
        signature = _hmac(hashlib.sha256(client_key).digest(), signed)
        self._expected = _hmac(_hmac(salted, b"Server Key"), signed)
        proof = bytes(a ^ b for a, b in zip(client_key, signature, strict=True))
        return f"{without_proof},p={base64.b64encode(proof).decode()}"

    def verify(self, success: str) -> None:
        fields = dict(field.split("=", 1) for field in success.split(","))
        assert base64.b64decode(fields["v"]) == self._expected, "The server does not know the password."


def _hmac(key: bytes, text: bytes) -> bytes:
    return hmac.new(key, text, "sha256").digest()


def _encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _decode(element: ET.Element) -> str:
    return base64.b64decode(element.text or "").decode()
