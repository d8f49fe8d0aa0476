"""Who is measured: servers by their harness, echo components by their command line."""

import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "integration"))
BUILD = ROOT / "build" / "release"
os.environ.setdefault("RONDEL", str(BUILD / "rondel"))

from harness.ejabberd import Ejabberd  # noqa: E402
from harness.embedded import Embedded  # noqa: E402
from harness.prosody import Prosody  # noqa: E402
from harness.servers import Server, Settings  # noqa: E402

SERVERS = {"rondel": Embedded, "Prosody": Prosody, "ejabberd": Ejabberd}


def server(name: str) -> Server:
    return SERVERS[name](Settings(clients=True))


def _command(*program: str) -> list[str]:
    return [*program, "127.0.0.1", "PORT", "echo.localhost", "secret"]


_PEERS = ROOT / "bench" / "echo" / "peers"
PROGRAMS = {
    "rondel": [os.environ["RONDEL"], "echo", "--component", "echo.localhost", "--server", "127.0.0.1:PORT",
               "--secret", "secret", "--log-level", "off"],
    "slixmpp": _command("/usr/bin/python3", str(_PEERS / "slixmpp_echo.py")),
    "gloox": _command(str(BUILD / "bench" / "echo" / "peers" / "gloox_echo")),
    "libstrophe": _command(str(BUILD / "bench" / "echo" / "peers" / "libstrophe_echo")),
}  # fmt: skip

_HERE = ROOT / "tests" / "reliability" / "bad_text"
BAD_TEXT = {
    "rondel": _command(str(BUILD / "tests" / "reliability" / "bad_text_rondel")),
    "slixmpp": _command("/usr/bin/python3", str(_HERE / "slixmpp_bad.py")),
    "gloox": _command(str(BUILD / "tests" / "reliability" / "bad_text_gloox")),
    "libstrophe": _command(str(BUILD / "tests" / "reliability" / "bad_text_libstrophe")),
}
