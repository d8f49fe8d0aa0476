"""A TCP proxy between rondel and a server, whose connections can fall half dead."""

import contextlib
import socket
import threading
import time

from .ports import LOOPBACK, free_port


class Link:
    """One proxied connection: the near socket is rondel's, the far one the server's.  Owns: both."""

    def __init__(self, near: socket.socket, far: socket.socket):
        self._near = near
        self._far = far
        self._frozen = threading.Event()
        self.sent = bytearray()  # what rondel sent so far, whether it was forwarded or not
        self.came = bytearray()  # what the server sent so far, likewise
        self._news = threading.Condition()
        self._start()

    def _start(self) -> None:
        for source, target in ((self._near, self._far), (self._far, self._near)):
            threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def freeze(self) -> None:
        """From now on nothing passes, either way, and an end on one side is not told to the other."""
        self._frozen.set()

    def drop_near(self) -> None:
        """The side of rondel ends (a reset), and the server is not told: for it the connection still lives."""
        self.freeze()
        linger_zero = b"\1\0\0\0\0\0\0\0"
        self._near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_zero)
        _shut(self._near)

    def drop_far(self) -> None:
        """The side of the server ends: it notices at last."""
        _shut(self._far)

    def wait_for_sent(self, data: bytes, timeout: float = 30) -> None:
        """Waits until rondel has sent `data`."""
        deadline = time.monotonic() + timeout
        with self._news:
            while data not in self.sent:
                left = deadline - time.monotonic()
                assert left > 0, f"rondel did not send {data!r} in {timeout} s; last came {self.sent[-500:]!r}"
                self._news.wait(left)

    def close(self) -> None:
        _shut(self._near)
        _shut(self._far)

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                self._pass(data, source, target)
        if not self._frozen.is_set():
            self.close()

    def _pass(self, data: bytes, source: socket.socket, target: socket.socket) -> None:
        with self._news:
            if source is self._near:
                self.sent += data
            else:
                self.came += data
            self._news.notify_all()
        if not self._frozen.is_set():  # what comes on a frozen link is lost
            target.sendall(data)


class Proxy:
    """Listens on `port` and forwards to `target_port`, both on loopback.  Use as a context manager."""

    def __init__(self, target_port: int):
        self.port = free_port()
        self.links: list[Link] = []  # every connection so far, oldest first
        self._target_port = target_port
        self._news = threading.Condition()
        self._listener = socket.create_server((LOOPBACK, self.port))
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Proxy":
        return self

    def __exit__(self, *_) -> None:
        _shut(self._listener)
        for link in self.links:
            link.close()

    def wait_for_links(self, count: int, timeout: float = 30) -> None:
        """Waits until `count` connections have come since the beginning."""
        deadline = time.monotonic() + timeout
        with self._news:
            while len(self.links) < count:
                left = deadline - time.monotonic()
                assert left > 0, f"{len(self.links)} connections came to the proxy in {timeout} s, not {count}."
                self._news.wait(left)

    def _link(self, near: socket.socket, far: socket.socket) -> Link:
        return Link(near, far)

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                try:
                    far = socket.create_connection((LOOPBACK, self._target_port))
                except OSError:
                    near.close()  # the server is down: so are we
                    continue
                with self._news:
                    self.links.append(self._link(near, far))
                    self._news.notify_all()


def _shut(end: socket.socket) -> None:
    """Ends a socket also for the thread that reads from it, which close() alone would not."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
