"""Plain sockets for the measurements: what is said until the other side has had enough, and what is heard meanwhile."""

import contextlib
import select
import socket
import struct
import threading
import time

LOOPBACK = "127.0.0.1"
COMPONENT_HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
    " xmlns:stream='http://etherx.jabber.org/streams' to='echo.localhost'>"
)
CLIENT_HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' version='1.0'"
    " xmlns:stream='http://etherx.jabber.org/streams' to='localhost'>"
)
SERVER_HEADER = (
    "<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept'"
    " xmlns:stream='http://etherx.jabber.org/streams' from='echo.localhost' id='3BF96D32'>"
)


def connect(port: int) -> socket.socket:
    made = socket.create_connection((LOOPBACK, port), timeout=20)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


def abort(wire: socket.socket) -> None:
    """A reset."""
    with contextlib.suppress(OSError):
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wire.close()


def hear(wire, seconds: float, enough=lambda heard: False) -> tuple[bytes, bool]:
    """What comes in that time, or until it is enough; and whether the other side has ended."""
    heard = b""
    deadline = time.monotonic() + seconds
    while (left := deadline - time.monotonic()) > 0 and not enough(heard):
        wire.settimeout(max(left, 0.001))
        try:
            data = wire.recv(1 << 16)
        except TimeoutError:
            break
        except OSError:
            return heard, True
        if not data:
            return heard, True
        heard += data
    return heard, False


def bytes_taken(wire, unit: bytes, most: int, step: int) -> int | None:
    """How many bytes of unit + unit + … are said before the other side ends it; None: more than `most`.

    The first 128 steps are small ones, with a moment after each for the other side to end it, and the figure is right to
    one of them; then the steps grow, and it is right to what the kernel holds.
    """
    said = 0
    small = 128 * step
    while said < most:
        size = step if said < small else 1 << 16 if said < 1 << 22 else 1 << 20
        try:
            wire.settimeout(20)
            wire.sendall(unit * (size // len(unit)))
        except OSError:  # it takes no more, or has hung up
            return said
        said += size
        if hear(wire, 0.02 if said <= small else 0.002)[1]:
            return said
    return None if not hear(wire, 1)[1] else said


def seconds_until_end(wire, most: float, say: bytes = b"") -> float | None:
    """How long until the other side ends it, while `say` is said each second; None: not in that time."""
    began = time.monotonic()
    while time.monotonic() - began < most:
        if hear(wire, 1)[1]:
            return time.monotonic() - began
        if say:
            with contextlib.suppress(OSError):
                wire.sendall(say)
    return None


class Together:
    """Waits for several that take long, at once."""

    def __init__(self):
        self._threads: list[threading.Thread] = []
        self.results: dict[str, object] = {}

    def start(self, name: str, call, *arguments) -> None:
        def run() -> None:
            try:
                self.results[name] = call(*arguments)
            except Exception as error:  # noqa: BLE001: shown where its figure would be
                self.results[name] = error

        self._threads.append(threading.Thread(target=run, daemon=True))
        self._threads[-1].start()

    def wait(self) -> dict[str, object]:
        for thread in self._threads:
            thread.join()
        return self.results


def flood(wire, message: bytes, total: int, watch, patience: float = 10) -> tuple[int, int]:
    """Says `message` until `total` bytes were taken, or none for `patience` seconds. What comes back is read.

    Returns how many bytes were taken, and how many errors came back. `watch()` is called now and then.
    """
    taken = errors = 0
    tail = b""
    pending = message * max(1, (1 << 18) // len(message))
    view = memoryview(pending)
    at = 0
    wire.setblocking(False)
    last = time.monotonic()
    while taken < total and time.monotonic() - last < patience:
        watch()
        readable, writable, _ = select.select([wire], [wire], [], 0.2)
        with contextlib.suppress(BlockingIOError):
            if readable:
                data = wire.recv(1 << 18)
                if not data:
                    break
                tail = tail[-20:] + data
                errors += tail.count(b"<error") - tail[:20].count(b"<error")
            if writable:
                sent = wire.send(view[at:])
                at = (at + sent) % len(pending)
                taken += sent
                last = time.monotonic()
    watch()
    return taken, errors
