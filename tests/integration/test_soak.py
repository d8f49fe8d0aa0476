"""100,000 messages and 100,000 requests both ways at a server that is killed again and again: the books balance.

The programs of the pair are ours (programs/ledger_pair.cpp); the server is not. Only ./test --long runs this. Each figure
is printed as `FIGURE name value`."""

import json
import os
import random

import pytest

from conftest import SERVERS
from harness.ports import LOOPBACK
from harness.processes import Process
from harness.servers import Settings

COUNT = int(os.environ.get("RONDEL_SOAK_STANZAS", 100_000))  # of each kind
KILLS = int(os.environ.get("RONDEL_SOAK_KILLS", 20))
ACCOUNTS = {"juliet": "capulet", "romeo": "montague"}
# Without archives: Prosody's, in files, are full at 10,000 messages (mod_storage_internal, storage_archive_item_limit),
# and from then on a whole one is read and written anew for every hundred, which looks as if somebody hung.
SETTINGS = Settings(clients=True, accounts=ACCOUNTS, archives=False)


def pair(kind: str, server) -> list[str]:
    if kind == "component":
        return [
            text
            for domain in ("echo.localhost", "peer.localhost")
            for text in (domain, server.secret(domain), f"{LOOPBACK}:{server.component_port(domain)}")
        ]
    return [
        text
        for name, password in ACCOUNTS.items()
        for text in (f"{name}@localhost/soak", password, f"{LOOPBACK}:{server.client_port}")
    ] + [str(server.authority.file)]


@pytest.mark.parametrize("kind", ["component", "client"])
@pytest.mark.parametrize("name", SERVERS)
def test_f07_the_books_balance_however_often_the_server_is_killed(name, kind):
    chance = random.Random(7)
    with SERVERS[name](SETTINGS) as server:
        program = os.environ["LEDGER_PAIR"]
        soak = Process("ledger_pair", [program, str(COUNT), kind, *pair(kind, server)], env=dict(os.environ))
        try:
            line = kills = 0
            for place in sorted(chance.sample(range(1, 2 * COUNT // 1000), min(KILLS, 2 * COUNT // 1000 - 1))):
                line = soak.wait_for_line(rf"^handed over {place * 1000}$", after=line, timeout=600)
                server.kill()
                server.start()
                kills += 1
            line = soak.wait_for_line(r'^\{"stanzas"', after=line, timeout=1200)
            books = json.loads(soak.lines[line - 1])
            assert soak.wait() == 0, soak.report()
        finally:
            soak.stop()
    print(f"\n{name}, {kind}s: {kills} kills; {books}")
    print(f"FIGURE unaccounted-stanzas {books['unaccounted']} {name}, {kind}s, {COUNT} of each kind, {kills} kills")
    for figure in ("duplicates", "inversions", "contradicted"):
        print(f"FIGURE soak-{figure} {books[figure]} {name}, {kind}s")
    print(f"FIGURE soak-doubled-by-the-server {books['doubled_by_server']} {name}, {kind}s: it kept them, and was killed")
    assert books["stanzas"] == 2 * COUNT
    assert sum(books["outcomes"].values()) == 2 * COUNT
    for nothing in ("unaccounted", "told_twice", "ledger_open", "strangers", "contradicted", "duplicates", "inversions"):
        assert books[nothing] == 0, (nothing, books)
    # Whoever keeps messages on a disk, and is killed, may give out twice what it kept: each of these says that it was.
    assert books["of_them_kept"] == books["doubled_by_server"], books
    assert books["outcomes"]["answered_result"] > COUNT / 2, "they were hardly ever in session"
