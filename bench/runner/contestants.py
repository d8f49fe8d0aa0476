"""Who takes part. A contestant is a command line with {host} {port} {domain} {secret}; see bench/echo/README.md."""

import dataclasses
import pathlib
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PEERS = HERE.parent / "echo" / "peers"
PYTHON = "/usr/bin/python3"  # Debian's, for which slixmpp and Wokkel are packaged
WHERE = "{host} {port} {domain} {secret}"


@dataclasses.dataclass(frozen=True)
class Contestant:
    name: str
    command: str
    ours: bool = False  # the limit, rondel, and what the user adds: measured in each round
    missing: str = ""  # a sentence: why it cannot take part
    file: pathlib.Path | None = None  # of a program that is one file: what the command begins with

    def words(self, port: int, domain: str, secret: str) -> list[str]:
        fill = {"{host}": "127.0.0.1", "{port}": str(port), "{domain}": domain, "{secret}": secret}
        words = shlex.split(self.command)
        for placeholder, value in fill.items():
            words = [word.replace(placeholder, value) for word in words]
        return words


def from_option(text: str) -> Contestant:
    """NAME=COMMAND."""
    name, equals, command = text.partition("=")
    if not (name.strip() and equals and command.strip()):
        raise ValueError(f"A contestant is NAME=COMMAND, not '{text}'.")
    if "{port}" not in command:
        raise ValueError(f"The command of {name} says nowhere {{port}}: how would it find the feeder?")
    return Contestant(name.strip(), command.strip(), ours=True)


def built_in(build: pathlib.Path) -> list[Contestant]:
    """All that the repository brings, in the order of the table."""
    return [
        program("limit", build / "bench/echo/echo_limit", ours=True),
        program("rondel", build / "bench/echo/echo_rondel", ours=True),
        program("rondel, coroutine", build / "bench/echo/echo_rondel_coroutine", ours=True),
        program("libstrophe", build / "bench/echo/peers/libstrophe_echo", package="libstrophe-dev"),
        program("gloox", build / "bench/echo/peers/gloox_echo", package="libgloox-dev"),
        _python("Wokkel", "wokkel_echo.py", needs="wokkel"),
        _node("xmpp.js", build / "bench/echo/peers/xmppjs"),
        _python("slixmpp, uvloop", "slixmpp_echo.py", needs="slixmpp, uvloop", more=" uvloop"),
        _python("slixmpp", "slixmpp_echo.py", needs="slixmpp"),
    ]


def program(name: str, path: pathlib.Path, ours: bool = False, package: str = "") -> Contestant:
    missing = "" if path.exists() else f"{path.name} is not built" + (f" (package {package})." if package else ".")
    return Contestant(name, f"{shlex.quote(str(path))} {WHERE}", ours, missing, path)


def _python(name: str, file: str, needs: str, more: str = "") -> Contestant:
    found = shutil.which(PYTHON) and _succeeds([PYTHON, "-c", f"import {needs}"])
    missing = "" if found else f"{PYTHON} has no {needs}."
    return Contestant(name, f"{PYTHON} {shlex.quote(str(PEERS / file))} {WHERE}{more}", missing=missing)


def _node(name: str, folder: pathlib.Path) -> Contestant:
    return Contestant(name, f"node {shlex.quote(str(folder / 'echo.js'))} {WHERE}", missing=_install(folder))


def _install(folder: pathlib.Path) -> str:
    """npm's packages, as the lock file names them, in the build folder; once. Returns why not, or nothing."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "There is no Node.js with npm."
    source = PEERS / "xmppjs"
    done = folder / "node_modules" / ".rondel-done"
    lock = (source / "package-lock.json").read_text()
    folder.mkdir(parents=True, exist_ok=True)
    for file in ("echo.js", "package.json", "package-lock.json", ".npmrc"):
        shutil.copyfile(source / file, folder / file)
    if done.exists() and done.read_text() == lock:
        return ""
    print("== npm ci, for xmpp.js", file=sys.stderr)
    try:
        npm = subprocess.run(["npm", "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "npm ci did not end within two minutes."
    if npm.returncode != 0:
        return "npm ci failed: " + (npm.stderr.strip().splitlines() or ["no reason given"])[-1]
    done.write_text(lock)
    return ""


def _succeeds(words: list[str]) -> bool:
    return subprocess.run(words, capture_output=True, timeout=60).returncode == 0
