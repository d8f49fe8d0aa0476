"""20 MB of echo traffic (200 MB with ./test --long), each reply compared, in order."""

import hashlib
import os

from harness.peers import Peer
from harness.rondel import Rondel

SIZE = 10 * 1024
TOTAL = 200_000_000 if os.environ.get("RONDEL_SOAK") else 20_000_000


def body(number: int) -> str:
    """About 10 KiB, different for each number, with markup and several octets to a character."""
    seed = hashlib.sha256(str(number).encode()).hexdigest()
    line = f"{number} <{seed}> & \"grüße\" 🦜\n"
    return (line * (SIZE // len(line.encode()) + 1)).strip()


def test_20_megabytes(server):
    bodies = [body(number) for number in range(TOTAL // SIZE + 1)]
    assert sum(len(text.encode()) for text in bodies) >= TOTAL
    with Rondel.echo(server) as echo, Peer.component(server) as peer:
        peer.ask_until_answered("echo.localhost")
        replies = peer.converse("echo.localhost", bodies, window=32, timeout=TOTAL / 80_000)
        for number, (text, reply) in enumerate(zip(bodies, replies, strict=True)):
            assert reply == f"echo: {text}", f"reply {number} differs"
        assert echo.is_running()
