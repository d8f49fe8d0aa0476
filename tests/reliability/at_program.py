"""What an echo component does in the tests of docs/reliability.md, on whatever library: rondel echo, slixmpp, gloox and
libstrophe alike, against a server that follows a script. None: not in the time, or within the size, that was given.
"""

import contextlib
import re
import signal
import socket
import time

import wire
from usage import cpu_ms, rss_mib

from harness.processes import Process

PATIENCE = 150
MOST = 32 << 20


class Scripted:
    """A server for one component: it listens, takes the program's connection, and then the test has the word.

    Owns: the program and both sockets.
    """

    def __init__(self, command, *, let_in: bool = True):
        self._listener = socket.create_server((wire.LOOPBACK, 0))
        self._listener.settimeout(30)
        port = self._listener.getsockname()[1]
        self.process = Process("echo", [part.replace("PORT", str(port)) for part in command])
        try:
            self.wire, _ = self._listener.accept()
            self.wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if let_in:
                self.header()
                wire.hear(self.wire, 10, lambda heard: b"</handshake>" in heard)
                self.wire.sendall(b"<handshake/>")
        except OSError as error:
            self.__exit__()
            raise AssertionError(f"The program did not connect: {error}\n{self.process.report()}") from None

    def header(self) -> None:
        wire.hear(self.wire, 10, lambda heard: b"<stream:stream" in heard and heard.rstrip().endswith(b">"))
        self.wire.sendall(wire.SERVER_HEADER.encode())

    def __enter__(self) -> "Scripted":
        return self

    def __exit__(self, *_) -> None:
        with contextlib.suppress(AttributeError, OSError):
            self.wire.close()
        self._listener.close()
        self.process.kill()

    def ask(self, text: str, patience: float = 20) -> bool:
        """Whether the echo of a message comes."""
        message = f"<message from='peer.localhost' to='echo.localhost' type='chat' id='a'><body>{text}</body></message>"
        self.wire.sendall(message.encode())
        heard, _ = wire.hear(self.wire, patience, lambda heard: text.encode() in heard)
        return text.encode() in heard


# ---- a server that does not let it in ----


def bytes_before_authentication(command) -> dict:
    with Scripted(command, let_in=False) as server:
        server.header()
        server.wire.sendall(b"<handshake>")
        return {"bytes-before-authentication": wire.bytes_taken(server.wire, b"x", MOST, 512)}


def waits(command, name: str, together: wire.Together) -> None:
    def mute() -> float | None:
        with Scripted(command, let_in=False) as server:
            return wire.seconds_until_end(server.wire, PATIENCE)

    def silent() -> float | None:
        with Scripted(command) as server:
            server.ask("are you there")
            return wire.seconds_until_end(server.wire, PATIENCE)

    together.start(f"{name} mute", mute)
    together.start(f"{name} silent", silent)


def waited(results: dict, name: str) -> dict:
    for value in (results[f"{name} mute"], results[f"{name} silent"]):
        if isinstance(value, Exception):
            raise value
    return {
        "seconds-before-authentication": results[f"{name} mute"],
        "half-open-program-seconds": results[f"{name} silent"],
    }


# ---- a server that asks too much ----


def hostile_token(command) -> dict:
    """As at_server.hostile_token: one attribute, in pieces of 1 KiB; the least of three."""

    def cost(size: int) -> float:
        message = f"<message from='peer.localhost' to='echo.localhost'><x xmlns='urn:example:x' a='{'x' * (size - 120)}'/></message>"
        best = float("inf")
        for number in range(3):
            with Scripted(command) as server:
                assert server.ask("ready")
                before = cpu_ms(server.process.pid)
                for at in range(0, len(message), 1024):
                    server.wire.sendall(message[at : at + 1024].encode())
                    time.sleep(0.0002)
                if not server.ask("done"):
                    return float("nan")
                best = min(best, cpu_ms(server.process.pid) - before)
        return best

    half, whole = cost(125 << 10), cost(250 << 10)
    return {"token-cpu-ms": whole, "token-cpu-growth": whole / half}


def stopped_reader(command) -> dict:
    """The server offers 110 MB of messages to be echoed, and does not read what comes back."""
    with Scripted(command) as server:
        assert server.ask("ready")
        before = most = rss_mib(server.process.pid)

        def watch() -> None:
            nonlocal most
            most = max(most, rss_mib(server.process.pid))

        message = (
            "<message from='peer.localhost' to='echo.localhost' type='chat' id='m'>"
            f"<body>{'x' * 10_000}</body></message>"
        )
        server.wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        taken = deaf_flood(server.wire, message.encode(), 110_000_000, watch)
        time.sleep(1)
        watch()
        return {"program-growth-mib": most - before, "program-told": "no" if taken >= 110_000_000 else "is not read"}


def deaf_flood(wire_, message: bytes, total: int, watch, patience: float = 10) -> int:
    """As wire.flood, and nothing is read."""
    taken = 0
    view = memoryview(message * max(1, (1 << 18) // len(message)))
    at = 0
    wire_.settimeout(0.2)
    last = time.monotonic()
    while taken < total and time.monotonic() - last < patience:
        watch()
        try:
            sent = wire_.send(view[at:])
        except TimeoutError:
            continue
        except OSError:
            break
        at = (at + sent) % len(view)
        taken += sent
        last = time.monotonic()
    return taken


# ---- its end ----


def ending(command) -> dict:
    """SIGTERM when the first of 1,000 requests has been answered: how many are not answered, how long it takes, and
    whether the stream is closed."""
    count = 1000
    with Scripted(command) as server:
        assert server.ask("ready")
        questions = "".join(
            f"<iq type='get' id='q{i}.' from='peer.localhost' to='echo.localhost'><ping xmlns='urn:xmpp:ping'/></iq>"
            for i in range(count)
        )
        server.wire.sendall(questions.encode())
        first, _ = wire.hear(server.wire, 10, lambda heard: b"q0." in heard)
        began = time.monotonic()
        server.process.signal(signal.SIGTERM)
        rest, ended = wire.hear(server.wire, 15, lambda heard: b"</stream:stream>" in heard)
        with contextlib.suppress(OSError):
            server.wire.sendall(b"</stream:stream>")
            server.wire.shutdown(socket.SHUT_WR)
        ends = server.process.ends_within(30)
        heard = first + rest
        return {
            "sigterm-unanswered": count - len(set(re.findall(rb"id=['\"](q\d+)\.['\"]", heard))),
            "sigterm-seconds": time.monotonic() - began if ends else None,
            "sigterm-closes": "yes" if b"</stream:stream>" in heard else "no",
        }


# ---- what its handler hands over ----

BAD = {"U+FFFE": "fffe", "bad UTF-8": "utf8", "NUL": "nul", "control": "control"}


def bad_bytes(command) -> dict:
    """A handler answers with text that XML cannot carry: how many of the kinds in BAD the link survives, that is, nothing
    that is not XML is sent, and the next message is answered. `command` answers "bad WHICH" that way."""
    survived = 0
    for which in BAD.values():
        with Scripted(command) as server:
            assert server.ask("ready")
            message = (
                "<message from='peer.localhost' to='echo.localhost' type='chat' id='b'>"
                f"<body>bad {which}</body></message>"
            )
            server.wire.sendall(message.encode())
            heard, ended = wire.hear(server.wire, 1)
            survived += not ended and is_clean(heard) and server.ask("and now", 3)
    return {"bad-bytes-survived": f"{survived} of {len(BAD)}"}


def is_clean(said: bytes) -> bool:
    """Whether XML may hold these bytes."""
    try:
        text = said.decode()
    except UnicodeDecodeError:
        return False
    return not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", text)
