"""On what it was measured: no name of the machine, but all that figures depend on."""

import os
import pathlib
import platform
import subprocess


def line(cpuinfo: str | None = None, memory: str | None = None) -> str:
    """One line of text."""
    cpuinfo = pathlib.Path("/proc/cpuinfo").read_text() if cpuinfo is None else cpuinfo
    memory = pathlib.Path("/proc/meminfo").read_text() if memory is None else memory
    model = _value(cpuinfo, "model name") or platform.machine()
    gibibytes = round(int((_value(memory, "MemTotal") or "0 kB").split()[0]) / 1024**2)
    release = "-".join(platform.release().split("-")[:1])
    return f"{os.cpu_count()} cores ({model}), {gibibytes} GiB, Linux {release}, {_distribution()}, {_compiler()}."


def commit(folder: pathlib.Path) -> str:
    """Of the source; empty where it is no git clone."""
    try:
        git = subprocess.run(["git", "-C", folder, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    except OSError:
        return ""
    return git.stdout.strip() if git.returncode == 0 else ""


def _value(text: str, key: str) -> str:
    return next((line.split(":", 1)[1].strip() for line in text.splitlines() if line.split(":")[0].strip() == key), "")


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "an unknown distribution")
    except OSError:
        return "an unknown distribution"


def _compiler() -> str:
    try:
        version = subprocess.run(["g++", "-dumpfullversion"], capture_output=True, text=True).stdout.strip()
    except OSError:
        return "an unknown compiler"
    return f"g++ {version}"
