"""One child process: its output line by line, its signals, its end."""

import os
import re
import signal
import subprocess
import threading
import time

# Every process of this test run, for the report of a failed test.
all_processes: list["Process"] = []
number_of_test = 0  # counts the tests, so that a process knows which one started it


class Process:
    """Runs one command.  Owns: the process and the threads that read it.  Threads: use from one.

    It has a session of its own, so that Ctrl-C reaches the tests and not their servers, and the kernel kills it when
    the tests die, however they die (setpriv --pdeathsig).
    """

    def __init__(self, name: str, command: list[str], *, env: dict[str, str] | None = None, cwd: str | None = None):
        self.name = name
        self.command = command
        self.number_of_test = number_of_test
        self.lines: list[str] = []  # both outputs, in the order of arrival
        self.stdout: list[str] = []
        self.stderr: list[str] = []
        self.had_to_be_killed = False
        self._news = threading.Condition()
        self._open_outputs = 2
        self._child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ if env is None else env,
            cwd=cwd,
            start_new_session=True,
        )
        self._readers = [
            threading.Thread(target=self._read, args=(self._child.stdout, self.stdout), daemon=True),
            threading.Thread(target=self._read, args=(self._child.stderr, self.stderr), daemon=True),
        ]
        for reader in self._readers:
            reader.start()
        all_processes.append(self)

    @property
    def pid(self) -> int:
        return self._child.pid

    def is_running(self) -> bool:
        return self._child.poll() is None

    def write(self, text: str) -> None:
        """Types `text` into its standard input."""
        self._child.stdin.write(text.encode())
        self._child.stdin.flush()

    def close_stdin(self) -> None:
        self._child.stdin.close()

    def wait_for_line(self, pattern: str, *, after: int = 0, timeout: float = 30) -> int:
        """Waits until a line matches, and returns the number of lines up to it: the `after` of the next call."""
        deadline = time.monotonic() + timeout
        with self._news:
            seen = after
            while True:
                for number in range(seen, len(self.lines)):
                    if re.search(pattern, self.lines[number]):
                        return number + 1
                seen = len(self.lines)
                if not self._reads() and seen == len(self.lines):
                    raise AssertionError(f"{self.name} ended without a line that matches {pattern!r}.\n{self.report()}")
                if not self._news.wait(deadline - time.monotonic()) and time.monotonic() >= deadline:
                    raise AssertionError(
                        f"{self.name} wrote no line that matches {pattern!r} in {timeout} s.\n{self.report()}"
                    )

    def wait(self, timeout: float = 30) -> int:
        """Waits for its end and returns its exit status; a negative number is the signal that ended it."""
        try:
            status = self._child.wait(timeout)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {timeout} s.\n{self.report()}") from None
        for reader in self._readers:
            reader.join(5)
        return status

    def ends_within(self, seconds: float) -> bool:
        """Waits a moment for its end."""
        try:
            self._child.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def signal(self, number: int) -> None:
        if self.is_running():
            self._child.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and waits for the end."""
        self.signal(signal.SIGKILL)
        self._child.wait(10)

    def stop(self, grace: float = 15) -> None:
        """SIGTERM; SIGKILL when that did not end it within `grace` seconds."""
        self.signal(signal.SIGTERM)
        self.had_to_be_killed = not self.ends_within(grace)
        if self.had_to_be_killed:
            self.kill()
        for reader in self._readers:
            reader.join(5)

    def text(self) -> str:
        with self._news:
            return "\n".join(self.lines)

    def report(self, lines: int = 60) -> str:
        """Its state and the end of its output."""
        status = self._child.poll()
        state = "running" if status is None else f"ended with {status}"
        with self._news:
            tail = "\n".join(f"  | {line}" for line in self.lines[-lines:])
        return f"{self.name} ({state}): {' '.join(self.command)}\n{tail}"

    def _reads(self) -> bool:
        return self._open_outputs > 0

    def _read(self, pipe, lines: list[str]) -> None:
        for raw in pipe:
            line = raw.decode(errors="replace").rstrip("\n")
            with self._news:
                lines.append(line)
                self.lines.append(line)
                self._news.notify_all()
        with self._news:
            self._open_outputs -= 1
            self._news.notify_all()
        pipe.close()
