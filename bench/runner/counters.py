"""What the processor counts while another process runs, between two moments: `perf stat`, which is told when."""

import os
import select
import shutil
import signal
import subprocess

# As perf names them, and as tables do. None of them is the machine's time, and most are only what it did in user mode.
EVENTS = {
    "cycles:u": "user cycles",
    "cycles:k": "kernel cycles",
    "instructions:u": "user instructions",
    "stalled-cycles-frontend:u": "front-end stalls",
    "branch-misses:u": "branch misses",
}
PATIENCE = 2.0  # seconds, for an answer of perf


def available() -> tuple[tuple[str, ...], str]:
    """What can be counted here, and a sentence about what cannot."""
    if shutil.which("perf") is None:
        return (), "Without cycles and instructions: there is no perf (Debian: linux-perf)."
    events = tuple(event for event in EVENTS if _can_count(event))
    missing = [title for event, title in EVENTS.items() if event not in events]
    return events, f"perf cannot count {', '.join(missing)} here, or must not." if missing else ""


def _can_count(event: str) -> bool:
    try:
        said = subprocess.run(["perf", "stat", "-x", ",", "-e", event, "--", "true"], capture_output=True, text=True,
                              timeout=10, env=os.environ | {"LC_ALL": "C"})  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0 and event in read(said.stderr)


def read(said: str) -> dict[str, float]:
    """The lines of `perf stat -x ,` that hold a count: value, unit, event, …"""
    counts = {}
    for line in said.splitlines():
        value, _, event, *_ = (*line.split(","), "", "", "")
        if event in EVENTS and value.isdigit():
            counts[event] = float(value)
    return counts


class Counting:
    """perf on one process. It is there when this is made, and counts from begin() to end(). Owns: perf."""

    def __init__(self, process: int, events: tuple[str, ...]):
        orders, self._orders = os.pipe()
        self._answers, answers = os.pipe()
        try:
            self._perf = subprocess.Popen(
                ["perf", "stat", "-x", ",", "-e", ",".join(events), "--delay", "-1", "--control", f"fd:{orders},{answers}",
                 "--pid", str(process)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                pass_fds=(orders, answers), env=os.environ | {"LC_ALL": "C"})  # fmt: skip
        except OSError:
            self._close()
            raise
        finally:
            os.close(orders)
            os.close(answers)
        self._order("disable")  # as it is already: when that is answered, perf is ready

    def begin(self) -> None:
        self._order("enable")

    def end(self) -> None:
        self._order("disable")

    def counts(self) -> dict[str, float]:
        """What was counted; nothing, if perf did not come to it. Ends perf."""
        if self._perf.poll() is None:
            self._perf.send_signal(signal.SIGINT)
        try:
            return read(self._perf.communicate(timeout=PATIENCE)[1])
        except subprocess.TimeoutExpired:
            return {}
        finally:
            self.stop()

    def stop(self) -> None:
        if self._perf.poll() is None:
            self._perf.kill()
            self._perf.wait()
        self._perf.stderr.close()
        self._close()

    def _close(self) -> None:
        for end in (self._orders, self._answers):
            if end >= 0:
                os.close(end)
        self._orders = self._answers = -1

    def _order(self, word: str) -> None:
        """Returns when it is done, or perf has nothing to say."""
        try:
            os.write(self._orders, f"{word}\n".encode())
            if select.select([self._answers], [], [], PATIENCE)[0]:
                os.read(self._answers, 64)
        except BrokenPipeError:
            pass  # it has ended, and will have counted nothing
