"""A program that insists on a terminal."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
import threading


class Terminal:
    """Runs a command in a pseudo terminal, and types into it.  Owns: the process.  Use as a context manager.

    What it draws is only kept for the report of a failure: look at what it does instead.
    """

    def __init__(self, command: list[str], *, env: dict[str, str]):
        self._end, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        self._child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", *command],
            stdin=inside, stdout=inside, stderr=inside, env=env | {"TERM": "xterm"}, start_new_session=True,
        )  # fmt: skip
        os.close(inside)
        self.drawn = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_) -> None:
        self._child.terminate()
        try:
            self._child.wait(10)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait(10)
        os.close(self._end)

    def type(self, line: str) -> None:
        os.write(self._end, line.encode() + b"\r")

    def wait(self, timeout: float = 10) -> int:
        return self._child.wait(timeout)

    def _read(self) -> None:
        try:
            while data := os.read(self._end, 65536):
                self.drawn += data
        except OSError:
            pass  # it has ended
