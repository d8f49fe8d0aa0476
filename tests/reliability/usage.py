"""What a process takes, with the threads and the children that it has: processor time and memory."""

import contextlib
import pathlib

MIB = 1024 * 1024


def family(pid: int) -> list[int]:
    found = [pid]
    for each in found:
        with contextlib.suppress(OSError):
            for task in pathlib.Path(f"/proc/{each}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def cpu_ms(pid: int) -> float:
    """Processor time of all threads that live now."""
    total = 0
    for each in family(pid):
        for task in pathlib.Path(f"/proc/{each}/task").iterdir():
            with contextlib.suppress(OSError):
                total += int((task / "schedstat").read_text().split()[0])
    return total / 1e6


def rss_mib(pid: int) -> float:
    """What is resident: anonymous pages, stacks and files."""
    total = 0
    for each in family(pid):
        with contextlib.suppress(OSError):
            for line in pathlib.Path(f"/proc/{each}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    total += int(line.split()[1]) * 1024
    return total / MIB
