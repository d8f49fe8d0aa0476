"""A component made of a plain socket: XEP-0114 byte by byte, for what slixmpp would not send or would hide."""

import hashlib
import re
import socket
import ssl
import xml.etree.ElementTree as ET

from .ports import LOOPBACK

HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
    " xmlns:stream='http://etherx.jabber.org/streams' to='{domain}'>"
)


class RawComponent:
    """One connection to a component port.  Use as a context manager.  Reading ends with AssertionError after 20 s."""

    def __init__(self, port: int, *, tls: bool = False):
        self._socket = socket.create_connection((LOOPBACK, port), timeout=20)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self._socket = context.wrap_socket(self._socket)
        self.received = b""  # all that came
        self._parser = ET.XMLPullParser(("start", "end"))
        self._depth = 0
        self.ended = False  # the server closed its side

    def __enter__(self) -> "RawComponent":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def send(self, data: str | bytes) -> None:
        self._socket.sendall(data.encode() if isinstance(data, str) else data)

    def read(self) -> bytes:
        """Whatever comes next; empty when the server closed its side."""
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            raise AssertionError(f"The server says nothing more. It said: {self.received[-2000:]!r}") from None
        except ConnectionResetError:
            data = b""
        self.received += data
        self.ended = self.ended or not data
        if data:
            self._parser.feed(data)
        return data

    def read_until(self, pattern: bytes) -> re.Match:
        """Reads until all that came so far holds `pattern`, a regular expression."""
        while not (match := re.search(pattern, self.received)):
            assert self.read(), f"The server closed without {pattern!r}. It said: {self.received[-2000:]!r}"
        return match

    def read_to_end(self) -> bytes:
        """Reads until the server closes, and returns all that came from the beginning on."""
        while self.read():
            pass
        return self.received

    def open(self, domain: str) -> str:
        """Sends the stream header, and returns the stream id."""
        self.send(HEADER.format(domain=domain))
        return self.read_until(rb"<stream:stream[^>]*\sid=['\"]([^'\"]*)['\"][^>]*>").group(1).decode()

    def authenticate(self, domain: str, secret: str) -> None:
        """Opens the stream and shakes hands; AssertionError when refused."""
        stream_id = self.open(domain)
        self.send(f"<handshake>{hashlib.sha1((stream_id + secret).encode()).hexdigest()}</handshake>")
        answer = self.next_stanza()
        assert answer.tag == "{jabber:component:accept}handshake", f"Refused: {ET.tostring(answer)!r}"

    def next_stanza(self) -> ET.Element:
        """The next complete child of the stream, stream errors included."""
        while True:
            for event, element in self._parser.read_events():
                self._depth += 1 if event == "start" else -1
                if event == "end" and self._depth == 1:
                    return element
            assert self.read(), f"The server closed. It said: {self.received[-2000:]!r}"

    def close(self) -> None:
        self._socket.close()
