"""Free TCP ports on loopback."""

import contextlib
import os
import pathlib
import random
import socket

LOOPBACK = "127.0.0.1"


def free_port() -> int:
    """A port that nobody listens on, and that no outgoing connection will take while its server is restarted.

    It lies below the range from which the kernel draws the ports of outgoing connections, so that `restart()` finds it
    free. Tests run side by side: the choice is random, and wide.
    """
    for port in random.SystemRandom().sample(range(10_000, _first_ephemeral_port()), 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
                return port
            except OSError:
                continue
    raise AssertionError("Not one of 100 random ports on 127.0.0.1 is free.")


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def listening_addresses(pid: int) -> set[tuple[str, int]]:
    """Where the process listens by TCP: address and port. Addresses of IPv6 are returned in the kernel's hexadecimal."""
    sockets = set()
    for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            sockets.add(os.readlink(link))
    found = set()
    for table in ("tcp", "tcp6"):
        for line in pathlib.Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            address, port = fields[1].split(":")
            listens, inode = fields[3] == "0A", fields[9]
            if listens and f"socket:[{inode}]" in sockets:
                readable = socket.inet_ntoa(bytes.fromhex(address)[::-1]) if table == "tcp" else address
                found.add((readable, int(port, 16)))
    return found


def _first_ephemeral_port() -> int:
    with open("/proc/sys/net/ipv4/ip_local_port_range") as file:
        return max(int(file.read().split()[0]), 20_000)
