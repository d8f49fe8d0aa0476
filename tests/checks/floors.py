#!/usr/bin/python3
"""No include climbs a floor, and Asio stays on floor 6 (ARCHITECTURE.md, "Floors")."""

import pathlib
import re

import sources

# What the files of a floor may include besides their own. stream and service do not know each other.
_STANZA = {"base", "xml"}
_PAIR = _STANZA | {"stanza"}
_XEP = _PAIR | {"service"}
_SERVER = _XEP | {"xep", "stream", "sasl"}
_NET = _SERVER | {"server"}
BELOW = {
    "base": set(),
    "xml": {"base"},
    "stanza": _STANZA,
    "sasl": {"base"},
    "stream": _PAIR | {"sasl"},
    "service": _PAIR,
    "xep": _XEP,
    "server": _SERVER,
    "net": _NET,
    "store": _NET,
    "conformance": {"base", "xml", "sasl"},  # a judge, which shares with what it judges as little as may be
    "tool": _NET | {"net", "store", "conformance"},
}
MAY_USE_ASIO = {"net", "store", "tool"}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes(text: str) -> list[tuple[int, str, str]]:
    """Line, opening sign and name of each include."""
    return [(text.count("\n", 0, found.start(1)) + 1, found[1], found[2]) for found in INCLUDE.finditer(text)]


def faults_of(floor: str, path: pathlib.Path, text: str) -> list[str]:
    faults = []
    for line, sign, name in includes(text):
        where = sources.place(path, line)
        if name.startswith("rondel/"):
            other = name.split("/")[1]
            if other in BELOW and other != floor and other not in BELOW[floor]:
                faults.append(f"{where}: {floor} includes {name}, which is not below it.")
        elif sign == '"' and not name.startswith("tests/"):
            faults.append(f'{where}: write this include from the root of the sources, as "rondel/…".')
    return faults


def asio_faults(files: list[tuple[str, pathlib.Path, str]]) -> list[str]:
    faults = []
    users = set()
    for floor, path, text in files:
        if floor in MAY_USE_ASIO or path.name.endswith("_test.cpp"):
            continue
        for line, _, name in includes(text):
            if not name.startswith(("boost/asio", "boost/beast")):
                continue
            if floor == "service" and path.name == "task.hpp" and name == "boost/asio/awaitable.hpp":
                continue
            if floor == "service" and path.suffix == ".cpp":
                users.add(path)
                if len(users) == 1:
                    continue
            faults.append(
                f"{sources.place(path, line)}: Asio belongs to net. Below it only service/task.hpp (awaitable.hpp) and one "
                f".cpp of service may include it."
            )
    return faults


def main() -> None:
    files = []
    for path in sources.files("src/rondel", suffixes=(".hpp", ".cpp")):
        folder = path.relative_to(sources.ROOT / "src/rondel").parts[0]
        if folder in BELOW:
            files.append((folder, path, path.read_text()))
    faults = [fault for floor, path, text in files for fault in faults_of(floor, path, text)]
    sources.report(faults + asio_faults(files), f"{len(files)} files keep to their floors.")


if __name__ == "__main__":
    main()
