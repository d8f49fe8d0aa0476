"""Instructions and accesses to memory by function, as callgrind counts them."""

import os
import pathlib
import re
import subprocess
import tempfile
from collections.abc import Iterable

import measure

Costs = dict[str, float]  # of each function itself, without those that it calls

INSTRUCTIONS = ("Ir",)
MEMORY = ("Dr", "Dw")  # reads and writes


def count(build: pathlib.Path, program: pathlib.Path, case: str, stanzas: int) -> tuple[Costs, Costs]:
    """One conversation of so many stanzas, the warm-up included: instructions, and accesses to memory."""
    with tempfile.TemporaryDirectory(prefix="rondel-bench-") as folder:
        out = pathlib.Path(folder) / "callgrind"
        feeder = subprocess.Popen(
            [build / "bench/echo/echo_feeder", "--case", case, "--stanzas", str(stanzas), "--warm-up", "0",
             "--warm-up-stanzas", "2048", "--patience", "30", "--json", "--domain", measure.DOMAIN, "--secret", measure.SECRET],
            stdout=subprocess.PIPE, text=True)  # fmt: skip
        port = re.search(r"\d+", feeder.stdout.readline())[0]
        component = subprocess.Popen(
            ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--separate-threads=no", "--cache-sim=yes",
             "--quiet", program, "127.0.0.1", port, measure.DOMAIN, measure.SECRET], stderr=subprocess.DEVNULL, env=dict(os.environ))  # fmt: skip
        try:
            said = feeder.communicate(timeout=300)[0]
            component.terminate()
            component.wait(30)
        finally:
            for process in (feeder, component):
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if '"verdict":"ok"' not in said:
            raise SystemExit(f"bench/profile: the run failed: {said.strip()}")
        lines = out.read_text(errors="replace").splitlines()
        return read(lines, INSTRUCTIONS), read(lines, MEMORY)


def read(lines: Iterable[str], wanted: tuple[str, ...] = INSTRUCTIONS) -> Costs:
    """A callgrind file, its names shortened to numbers after their first use. The sum of the events that are wanted."""
    costs: Costs = {}
    columns = [1]  # of a line of costs; its first one says where
    names: dict[str, str] = {}
    function = ""
    of_callee = False
    for line in lines:
        if line.startswith("fn="):
            number, _, name = line[3:].partition(" ")
            if name:
                names[number] = name
            function = names.get(number, number)
        elif line.startswith("cfn="):  # the callee's name may be told here first
            number, _, name = line[4:].partition(" ")
            if name:
                names[number] = name
        elif line.startswith("events:"):
            events = line.split()
            columns = [events.index(event) for event in wanted]
        elif line.startswith("calls="):
            of_callee = True
        elif line[:1].isdigit() or line[:1] in "+-*":
            words = line.split()  # zeros at the end are left out
            cost = sum(int(words[column]) for column in columns if column < len(words))
            if cost and not of_callee:
                costs[function] = costs.get(function, 0) + cost
            of_callee = False
    return costs


def difference(short: Costs, long: Costs, stanzas: int) -> Costs:
    """What one stanza costs, of those functions that cost anything."""
    each = {name: (cost - short.get(name, 0)) / stanzas for name, cost in long.items()}
    return {name: cost for name, cost in each.items() if cost >= 0.05}


def by_place(costs: Costs) -> Costs:
    places: Costs = {}
    for name, cost in costs.items():
        places[_place(name)] = places.get(_place(name), 0) + cost
    return places


def _place(name: str) -> str:
    head = re.sub(r"\(anonymous namespace\)::", "", name).split("(")[0].split("<")[0]
    for floor in ("xml", "stanza", "stream", "net", "xep", "ping", "jid_parts"):
        if f"rondel::{floor}::" in head:
            return f"rondel::{floor}"
    if "rondel::" in head:
        return "rondel (stanza, service, base)"
    if "boost::asio" in name:
        return "Asio"
    if head.startswith("std::"):
        return "C++ library"
    return "C library" if re.match(r"_|mem|str|malloc|free|recv|send|epoll|clock", head) else "else"
