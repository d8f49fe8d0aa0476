"""tsung's chat clients at the embedded server: only ./test --long runs it."""

import os
import pathlib
import re

import pytest

from conftest import EVERY_SERVER
from harness.ports import LOOPBACK, free_port
from harness.processes import Process
from harness.programs import program
from harness.servers import SPARE_PASSWORD, Settings

USERS = 1000
RATE = 25  # users per second
SCENARIO = pathlib.Path(__file__).parent / "programs/tsung.xml"


@pytest.fixture(params=[name for name in EVERY_SERVER if name == "rondel"])
def server(request):
    with EVERY_SERVER[request.param](Settings(clients=True, spare_accounts=USERS)) as running:
        yield running


def test_chat_clients(server, capsys):
    accounts = server.folder / "accounts.csv"
    accounts.write_text("".join(f"user-{number},{SPARE_PASSWORD}\n" for number in range(1, USERS + 1)))
    scenario = server.folder / "tsung.xml"
    values = {"port": server.client_port, "users": USERS, "rate": RATE, "seconds": 3 * USERS // RATE, "accounts": accounts}
    scenario.write_text(re.sub(r"\{(\w+)\}", lambda match: str(values[match.group(1)]), SCENARIO.read_text()))

    # Erlang's nodes find each other by epmd: one of our own, which ends with the test. Nothing listens but on loopback.
    port = free_port()
    environment = os.environ | {
        "ERL_EPMD_PORT": str(port),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_FLAGS": "-kernel inet_dist_use_interface {127,0,0,1}",
        "HOME": str(server.folder),
    }
    epmd = Process("epmd", [program("epmd", "erlang-base"), "-port", str(port), "-address", LOOPBACK])
    tsung = Process(
        "tsung", [program("tsung", "tsung"), "-n", "-f", str(scenario), "-l", str(server.folder / "tsung"), "start"],
        env=environment,
    )  # fmt: skip
    try:
        assert tsung.wait(USERS // RATE + 300) == 0, tsung.report()
    finally:
        tsung.stop()
        epmd.stop()
    counts, times = read(next(server.folder.glob("tsung/*/tsung.log")).read_text())
    with capsys.disabled():
        print(f"\n{server.name}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))
        print(", ".join(f"{name} {mean:.1f} ms on average, {most:.1f} ms at most" for name, (mean, most) in times.items()))
    assert counts["users_count"] == counts["finish_users_count"] == USERS
    errors = {name: count for name, count in counts.items() if name.startswith("error") and count}
    assert not errors, errors


def read(log: str) -> tuple[dict[str, int], dict[str, tuple[float, float]]]:
    """What tsung counted at last, and how long its transactions took: on average, at most."""
    counts, times = {}, {}
    for line in log.splitlines():
        match line.split():
            case ["stats:", ("users_count" | "finish_users_count") as name, _, total]:
                counts[name] = int(total)
            case ["stats:", "connected", now, _]:
                counts["connected_at_once"] = max(counts.get("connected_at_once", 0), int(now))
            case ["stats:", name, _, total] if name.startswith("error"):
                counts[name] = int(total)
            case ["stats:", ("tr_log_in" | "tr_roster") as name, _, _, _, most, _, mean, _]:
                times[name.removeprefix("tr_")] = (float(mean), float(most))
    return counts, times
