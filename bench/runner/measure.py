"""One run: the feeder on one core, a contestant on the other, and what came of it."""

import dataclasses
import json
import os
import pathlib
import select
import shutil
import signal
import subprocess
import tempfile
import time

from cases import Case
from contestants import Contestant
from counters import Counting

DOMAIN, SECRET = "echo.localhost", "bench-secret"


@dataclasses.dataclass(frozen=True)
class Pace:
    """How long a run takes: seconds."""

    warm_up: float = 0.3
    seconds: float = 1.0
    patience: float = 3.0
    wait_for: float = 15.0

    def longest(self) -> float:  # the feeder warms up for at most ten times as long
        return self.wait_for + 10 * self.warm_up + self.seconds + 2 * self.patience + 5


@dataclasses.dataclass
class Run:
    """What was measured. Times of one stanza in µs; a value that was not measured is None."""

    case: str
    contestant: str
    round: int  # 0: counted, not timed
    verdict: str
    why: str = ""
    per_second: float | None = None
    p50: float | None = None
    p99: float | None = None
    p99_9: float | None = None
    cpu: float | None = None
    rss: float | None = None  # MiB, at most
    allocations: float | None = None
    writes: float | None = None
    feeder_share: float | None = None  # of its core
    processor: dict[str, float] | None = None  # what its counters said, by event, for one stanza

    @property
    def fine(self) -> bool:
        return self.verdict == "ok"


def cores() -> tuple[int, int]:
    """The feeder's and the contestant's."""
    mine = sorted(os.sched_getaffinity(0))
    return mine[0], mine[1 if len(mine) > 1 else 0]


def cpu_seconds(process: int) -> float:
    """User and system time of all its threads, those that ended too: the clock of clock_getcpuclockid(3)."""
    return time.clock_gettime((~process << 3) | 2)


def peak_memory(process: int, proc: pathlib.Path = pathlib.Path("/proc")) -> float:
    """Largest resident size so far, in MiB."""
    for line in (proc / str(process) / "status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(process)


def run(build: pathlib.Path, case: Case, who: Contestant, round_: int, pace: Pace, events: tuple[str, ...] = ()) -> Run:
    """round_ 0: counts allocations and writes instead of taking the time. With events of counters.py, the processor's
    counters run, which takes a little of its time."""
    with tempfile.TemporaryDirectory(prefix="rondel-bench-") as folder:
        return _Meeting(build, pathlib.Path(folder), case, who, round_, pace, events).hold()


class _Meeting:
    def __init__(self, build, folder, case, who, round_, pace, events):
        self.case, self.who, self.round, self.pace, self.events = case, who, round_, pace, events
        self.processor: Counting | None = None
        self.until = time.monotonic() + pace.longest()
        self.folder = folder
        self.log = folder / "log"
        self.counters = folder / "counters" if round_ == 0 else None
        self.counting = build / "bench/echo/libecho_counting.so"
        self.feeder = [str(build / "bench/echo/echo_feeder"), *case.arguments(), "--json", "--phases",
                       "--domain", DOMAIN, "--secret", SECRET, "--warm-up", str(pace.warm_up),
                       "--seconds", str(pace.seconds), "--patience", str(pace.patience),
                       "--wait-for", str(pace.wait_for)]  # fmt: skip
        if self.counters:
            self.feeder += ["--counters", str(self.counters)]
        self.unread = b""

    def hold(self) -> Run:
        for_feeder, for_contestant = cores()
        feeder = subprocess.Popen(self.feeder, stdout=subprocess.PIPE, preexec_fn=_pin(for_feeder))
        contestant = None
        try:
            port = self._line(feeder)["port"]
            with self.log.open("wb") as log:
                contestant = subprocess.Popen(
                    self._words(port), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                    env=self._environment(), preexec_fn=_pin(for_contestant))  # fmt: skip
            if self.events:
                self.processor = Counting(contestant.pid, self.events)
            return self._watch(feeder, contestant)
        except TimeoutError as error:
            return self._failed("stuck", str(error))
        except (OSError, EOFError) as error:
            return self._failed("absent", str(error))
        finally:
            if self.processor:
                self.processor.stop()
            _end(contestant)
            _end(feeder)

    def _watch(self, feeder, contestant) -> Run:
        cpu = [0.0, 0.0]
        rss = None
        while True:
            said = self._line(feeder, contestant)
            match said.get("phase"):
                case "measuring":
                    if self.processor:
                        self.processor.begin()
                    cpu[0] = cpu_seconds(contestant.pid)
                case "measured":
                    cpu[1] = cpu_seconds(contestant.pid)
                    if self.processor:
                        self.processor.end()
                    rss = peak_memory(contestant.pid)
                case _:
                    return self._result(said, cpu[1] - cpu[0], rss)

    def _result(self, said: dict, cpu: float, rss: float | None) -> Run:
        if said["verdict"] != "ok":
            return self._failed(said["verdict"], said["why"])
        if self.round == 0:
            return Run(self.case.name, self.who.name, 0, "ok", allocations=said["allocations_per_reply"],
                       writes=said["writes_per_reply"])  # fmt: skip
        latency = said["latency_us"]
        counts = self.processor.counts() if self.processor and said["replies"] else {}
        return Run(self.case.name, self.who.name, self.round, "ok", per_second=said["replies_per_second"],
                   p50=latency["p50"], p99=latency["p99"], p99_9=latency["p99_9"],
                   cpu=cpu / said["replies"] * 1e6 if said["replies"] else None, rss=rss,
                   feeder_share=said["feeder_cpu_share"],
                   processor={event: count / said["replies"] for event, count in counts.items()} or None)  # fmt: skip

    def _failed(self, verdict: str, why: str) -> Run:
        last = self.log.read_text(errors="replace").strip().splitlines()[-1:] if self.log.exists() else []
        return Run(self.case.name, self.who.name, self.round, verdict, " ".join([why, *last]).strip())

    def _words(self, port: int) -> list[str]:
        """Of a copy of its own: which pages of memory the kernel keeps a file in is worth up to a fifth of a short
        stanza's time, and stays as it is for as long as the file does. So each run has other ones."""
        words = self.who.words(port, DOMAIN, SECRET)
        if self.who.file is not None:
            words[0] = str(shutil.copy2(self.who.file, self.folder / f"copy-of-{self.who.file.name}"))
        return words

    def _environment(self) -> dict[str, str]:
        if not self.counters:
            return dict(os.environ)
        return os.environ | {"LD_PRELOAD": str(self.counting), "ECHO_COUNTERS": str(self.counters)}

    def _line(self, feeder, contestant=None) -> dict:
        """The feeder's next line. A contestant that ended before it connected is not waited for."""
        ended_at = None
        while b"\n" not in self.unread:
            now = time.monotonic()
            if now > self.until:
                raise TimeoutError(f"No end after {self.pace.longest():.0f} s.")
            if contestant and contestant.poll() is not None:
                ended_at = ended_at or now
                if now > ended_at + self.pace.patience + 1:
                    raise EOFError(f"It ended with status {contestant.returncode}.")
            if not select.select([feeder.stdout], [], [], 0.2)[0]:
                continue
            block = os.read(feeder.stdout.fileno(), 65536)
            if not block:
                raise EOFError("The feeder ended without a result.")
            self.unread += block
        line, self.unread = self.unread.split(b"\n", 1)
        return json.loads(line.decode(errors="replace"))  # it quotes what came, which may be cut in a character


def _pin(core: int):
    return lambda: os.sched_setaffinity(0, {core})


def _end(process: subprocess.Popen | None) -> None:
    if process is None:
        return
    for ask in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(ask)
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                continue
    if process.stdout:
        process.stdout.close()
