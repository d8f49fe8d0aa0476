"""A proxy that ends TLS on both sides, so that a test can read what rondel and the server said to each other.

It has the server's own certificate and key. That does for direct TLS and a log-in that is not bound to the channel, as at
ejabberd, which knows no binding for TLS 1.3; whoever binds notices that somebody is between, as is right.
"""

import contextlib
import re
import select
import socket
import ssl
import threading
import xml.etree.ElementTree as ET

from .proxy import Link, Proxy
from .servers import Server


class TappedLink(Link):
    """`sent` and `came` are what stood inside TLS."""

    def __init__(self, near: socket.socket, far: socket.socket, to_rondel: ssl.SSLContext, to_server: ssl.SSLContext):
        self._to_rondel, self._to_server = to_rondel, to_server
        super().__init__(near, far)

    def stanzas(self) -> list[str]:
        """Those that rondel said since it enabled stream management or asked to resume (XEP-0198), whole ones."""
        text = bytes(self.sent).decode(errors="replace")
        parser = ET.XMLPullParser(["start", "end"])
        with contextlib.suppress(ET.ParseError):  # cut off
            parser.feed(text[text.rindex("<stream:stream") :])
        depth, counts, said = 0, False, []
        for event, element in parser.read_events():
            depth += 1 if event == "start" else -1
            if event == "start" or depth != 1:
                continue
            if counts and element.tag.startswith("{jabber:client}"):
                said.append(ET.tostring(element, encoding="unicode"))
            counts = counts or element.tag in ("{urn:xmpp:sm:3}enable", "{urn:xmpp:sm:3}resume")
        return said

    def resumed_behind(self) -> int | None:
        """The `h` of <resumed/>, if it came."""
        found = re.search(rb"<resumed [^>]*\bh='(\d+)'", bytes(self.came))
        return int(found.group(1)) if found else None

    # One thread for both directions: no TLS connection may be used by two.
    def _start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # closed by whoever cut us, in the middle of anything
            self._near = self._to_rondel.wrap_socket(self._near, server_side=True)
            self._far = self._to_server.wrap_socket(self._far)
            ends = [self._near, self._far]
            while all(self._take(end) for end in ends):
                if not any(end.pending() for end in ends):
                    select.select(ends, [], [])
        if not self._frozen.is_set():
            self.close()

    def _take(self, source: ssl.SSLSocket) -> bool:
        """Passes on what is there. False: it was the end."""
        source.setblocking(False)
        try:
            data = source.recv(65536)
        except ssl.SSLWantReadError:
            return True
        finally:
            with contextlib.suppress(OSError):
                source.settimeout(30)
        if data:
            self._pass(data, source, self._far if source is self._near else self._near)
        return bool(data)


class Tap(Proxy):
    """In front of the direct TLS of `server`.  Use as a context manager."""

    def __init__(self, server: Server):
        self._to_rondel = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._to_rondel.load_cert_chain(server.certificate, server.key)
        self._to_server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._to_server.check_hostname = False
        self._to_server.verify_mode = ssl.CERT_NONE  # a private server on loopback
        super().__init__(server.client_tls_port)

    def _link(self, near: socket.socket, far: socket.socket) -> TappedLink:
        return TappedLink(near, far, self._to_rondel, self._to_server)
