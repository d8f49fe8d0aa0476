"""Streams made of a plain socket, byte by byte: for what slixmpp would not send, or would hide."""

import hashlib
import re
import socket
import ssl
import xml.etree.ElementTree as ET

from .ports import LOOPBACK

HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='{namespace}'"
    " xmlns:stream='http://etherx.jabber.org/streams' to='{domain}'{more}>"
)


class RawStream:
    """One connection.  Owns: its socket.  Use as a context manager.  Reading ends with AssertionError after 20 s."""

    def __init__(self, port: int, *, context: ssl.SSLContext | None = None, server_name: str | None = None):
        self._socket = socket.create_connection((LOOPBACK, port), timeout=20)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if context:
            self._socket = context.wrap_socket(self._socket, server_hostname=server_name)
        self.received = b""  # all that came
        self.ended = False  # the server closed its side
        self.restart()

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def restart(self) -> None:
        """From here on a new stream comes."""
        self._parser = ET.XMLPullParser(("start", "end"))
        self._depth = 0
        self._root: ET.Element | None = None
        self.closed = False  # its end tag came

    def secure(self, context: ssl.SSLContext, server_name: str) -> None:
        self._socket = context.wrap_socket(self._socket, server_hostname=server_name)
        self.restart()

    def send(self, data: str | bytes) -> None:
        self._socket.sendall(data.encode() if isinstance(data, str) else data)

    def read(self) -> bytes:
        """Whatever comes next; empty when the server closed its side."""
        try:
            data = self._socket.recv(65536)
        except TimeoutError:
            raise AssertionError(f"The server says nothing more. It said: {self.received[-2000:]!r}") from None
        except (ConnectionResetError, ssl.SSLEOFError):
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

    def next_element(self) -> ET.Element | None:
        """The next complete child of the stream, stream errors included; None when the stream ends."""
        while not self.closed:
            for event, element in self._parser.read_events():
                self._depth += 1 if event == "start" else -1
                if self._root is None:
                    self._root = element
                if event == "end" and self._depth == 1:
                    self._root.clear()  # a long stream is not kept
                    return element
                if event == "end" and self._depth == 0:
                    self.closed = True
                    return None
            if not self.read():
                return None
        return None

    def next_stanza(self) -> ET.Element:
        """The same; AssertionError when the stream ends instead."""
        element = self.next_element()
        assert element is not None, f"The server closed. It said: {self.received[-2000:]!r}"
        return element

    def close(self) -> None:
        self._socket.close()


class RawComponent(RawStream):
    """A component, XEP-0114."""

    def __init__(self, port: int, *, tls: bool = False):
        context = None
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        super().__init__(port, context=context)

    def open(self, domain: str) -> str:
        """Sends the stream header, and returns the stream id."""
        self.send(HEADER.format(namespace="jabber:component:accept", domain=domain, more=""))
        return self.read_until(rb"<stream:stream[^>]*\sid=['\"]([^'\"]*)['\"][^>]*>").group(1).decode()

    def authenticate(self, domain: str, secret: str) -> None:
        """Opens the stream and shakes hands; AssertionError when refused."""
        stream_id = self.open(domain)
        self.send(f"<handshake>{hashlib.sha1((stream_id + secret).encode()).hexdigest()}</handshake>")
        answer = self.next_stanza()
        assert answer.tag == "{jabber:component:accept}handshake", f"Refused: {ET.tostring(answer)!r}"
