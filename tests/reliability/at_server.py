"""What a server does in the tests of docs/reliability.md: rondel serve, Prosody and ejabberd alike, over plain sockets.

Each function measures one thing on a server that runs, and returns what it found by name. None stands for "not in the
time, or within the size, that was given".
"""

import re
import signal
import time

import wire
from usage import cpu_ms, rss_mib

from harness.raw import RawComponent
from harness.raw_client import RawClient
from harness.servers import Server

PATIENCE = 150  # seconds for what a server may never do
MOST = 32 << 20  # bytes for the same


def component(server: Server, domain: str) -> RawComponent:
    made = RawComponent(server.component_port(domain))
    made.authenticate(domain, server.secret(domain))
    return made


def pings(to: str, count: int) -> bytes:
    return "".join(
        f"<iq type='get' id='q{i}.' from='peer.localhost' to='{to}'><ping xmlns='urn:xmpp:ping'/></iq>"
        for i in range(count)
    ).encode()


def ids(heard: bytes) -> set[bytes]:
    return set(re.findall(rb"id=['\"](q\d+)\.['\"]", heard))


# ---- the death of a session ----


def bounced(server: Server) -> dict:
    """200 requests are with a component, and 200 with a client, when its connection is cut: how many of them are answered
    with an error within one second, in percent."""
    count = 200
    heard_of_all = lambda heard: len(ids(heard)) == count  # noqa: E731
    answered = []
    for kind in ("component", "client"):
        with component(server, "peer.localhost") as asker:
            if kind == "component":
                victim, address = component(server, "echo.localhost"), "somebody@echo.localhost"
            else:
                victim = RawClient(server)
                victim.log_in("juliet", "capulet")
                victim.bind("balcony")
                # Shown to the asker: a server may keep from strangers who is there (RFC 6121 §8.5.3.2.3).
                victim.send("<presence/><presence to='peer.localhost'/>")
                wire.hear(asker._socket, 10, lambda heard: b"<presence" in heard and heard.rstrip().endswith(b">"))
                address = victim.jid
            asker.send(pings(address, count))
            heard, _ = wire.hear(victim._socket, 10, heard_of_all)
            assert len(ids(heard)) == count, f"Only {len(ids(heard))} requests came to the {kind}."
            wire.abort(victim._socket)
            heard, _ = wire.hear(asker._socket, 1, heard_of_all)
            answered.append(len(ids(heard)) if b"error" in heard else 0)
    return {"bounced-within-1s": 100 * min(answered) / count}


# ---- before authentication ----


def before_authentication(server: Server) -> dict:
    """The largest of what the ports for components and for clients take from somebody who does not say who they are."""
    begins = {
        server.component_port("echo.localhost"): (wire.COMPONENT_HEADER, b"<handshake>"),
        server.client_port: (wire.CLIENT_HEADER, b"<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"),
    }
    taken: dict[str, list] = {"x": [], "<a/>": []}  # in steps of 512 bytes, and of one element
    for port, (header, start) in begins.items():
        for unit, found in taken.items():
            with wire.connect(port) as stranger:
                stranger.sendall(header.encode())
                wire.hear(stranger, 2, lambda heard: b"<stream:stream" in heard)
                stranger.sendall(start)
                found.append(wire.bytes_taken(stranger, unit.encode(), MOST, 512 if unit == "x" else len(unit)))
    largest = lambda found: None if None in found else max(found)  # noqa: E731
    elements = largest(taken["<a/>"])
    return {
        "bytes-before-authentication": largest(taken["x"]),
        "elements-before-authentication": None if elements is None else elements // len("<a/>"),
    }


def waits(server: Server, together: wire.Together) -> None:
    """What takes up to PATIENCE: started here, to be fetched from `together`."""

    def stranger(port: int, begin: str, drip: bytes) -> float | None:
        with wire.connect(port) as made:
            made.sendall(begin.encode())
            return wire.seconds_until_end(made, PATIENCE, drip)

    def silent() -> float | None:
        with component(server, "other.localhost") as made:
            return wire.seconds_until_end(made._socket, PATIENCE)

    ports = {"component": server.component_port("tool.localhost"), "client": server.client_port}
    for name, port in ports.items():
        header = wire.COMPONENT_HEADER if name == "component" else wire.CLIENT_HEADER
        together.start(f"before {name}, drip", stranger, port, header, b" ")
        together.start(f"before {name}, mute", stranger, port, "", b"")
    together.start("silent", silent)


def waited(results: dict) -> dict:
    before = [value for name, value in results.items() if name.startswith("before ")]
    for value in [*before, results["silent"]]:
        if isinstance(value, Exception):
            raise value
    return {
        "seconds-before-authentication": None if None in before else max(before),
        "half-open-server-seconds": results["silent"],
    }


def aborted(server: Server) -> dict:
    """The memory after 10,000 connections that were cut at some step before authentication, in percent of that after the
    2,000 before them."""
    steps = [
        (server.component_port("echo.localhost"), ""),
        (server.component_port("echo.localhost"), wire.COMPONENT_HEADER),
        (server.component_port("echo.localhost"), wire.COMPONENT_HEADER + "<handshake>012345"),
        (server.client_port, wire.CLIENT_HEADER),
        (server.client_port, wire.CLIENT_HEADER + "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"),
    ]

    def some(count: int) -> float:
        for number in range(count):
            port, text = steps[number % len(steps)]
            made = wire.connect(port)
            if text:
                made.sendall(text.encode())
            if number % 2 and text:
                wire.hear(made, 1, lambda heard: bool(heard))
            wire.abort(made)
        time.sleep(3)
        return rss_mib(server.process.pid)

    before = some(2000)
    return {"rss-after-aborted-connections": 100 * some(10_000) / before}


# ---- from those who are known ----


def hostile_token(server: Server) -> dict:
    """A message with one attribute of 250 KiB in pieces of 1 KiB, from one component to another: processor time of the
    server, the least of three; and how much more that is than for half of it."""

    def cost(size: int) -> float:
        message = (
            "<message from='peer.localhost' to='echo.localhost'><x xmlns='urn:example:x' a='"
            + "x" * (size - 120)
            + "'/></message>"
        ).encode()
        best = float("inf")
        for _ in range(3):
            with component(server, "echo.localhost") as reader, component(server, "peer.localhost") as writer:
                time.sleep(0.3)
                before = cpu_ms(server.process.pid)
                for at in range(0, len(message), 1024):
                    writer.send(message[at : at + 1024])
                    time.sleep(0.0002)
                heard, _ = wire.hear(reader._socket, 20, lambda all_of_it: b"</message>" in all_of_it[-200:])
                if b"</message>" not in heard:
                    return float("nan")
                best = min(best, cpu_ms(server.process.pid) - before)
            time.sleep(0.2)
        return best

    half, whole = cost(125 << 10), cost(250 << 10)
    return {"token-cpu-ms": whole, "token-cpu-growth": whole / half}


def stopped_reader(server: Server) -> dict:
    """A component does not read any more while another one offers it 110 MB of messages."""
    with component(server, "echo.localhost"), component(server, "peer.localhost") as writer:
        before = rss_mib(server.process.pid)
        most = before

        def watch() -> None:
            nonlocal most
            most = max(most, rss_mib(server.process.pid))

        message = f"<message from='peer.localhost' to='echo.localhost' id='m'><body>{'x' * 10_000}</body></message>"
        taken, errors = wire.flood(writer._socket, message.encode(), 110_000_000, watch)
        time.sleep(1)
        watch()
    told = "errors" if errors else "is not read" if taken < 110_000_000 else "no"
    return {"server-growth-mib": most - before, "server-told": told}


# ---- the end ----


def ending(server: Server) -> dict:
    """SIGTERM while 1,000 requests are with a component, which answers them half a second later."""
    count = 1000
    with component(server, "echo.localhost") as answerer, component(server, "peer.localhost") as asker:
        asker.send(pings("somebody@echo.localhost", count))
        heard, _ = wire.hear(answerer._socket, 10, lambda heard: len(ids(heard)) == count)
        assert len(ids(heard)) == count
        began = time.monotonic()
        server.process.signal(signal.SIGTERM)
        time.sleep(0.5)
        answers = "".join(
            f"<iq type='result' id='q{i}.' from='somebody@echo.localhost' to='peer.localhost'/>" for i in range(count)
        )
        try:
            answerer.send(answers)
        except OSError:
            pass  # it has hung up
        heard, ended = wire.hear(asker._socket, 30, lambda heard: b"</stream:stream>" in heard)
        to_answerer, _ = wire.hear(answerer._socket, 5, lambda heard: b"</stream:stream>" in heard)
        for stream in (answerer, asker):
            try:
                stream.send("</stream:stream>")
            except OSError:
                pass
            stream.close()
        server.process.wait(60)
        seconds = time.monotonic() - began
    told = b"system-shutdown" in heard and b"system-shutdown" in to_answerer
    return {
        "sigterm-lost": count - len(ids(heard)),
        "sigterm-seconds": seconds,
        "sigterm-told": 1 if told else 0,
    }
