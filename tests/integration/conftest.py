"""Fixtures of the integration tests, and the report of a failed one: what its servers and processes said."""

import logging
import signal

import pytest

from harness import processes
from harness.ejabberd import Ejabberd
from harness.embedded import Embedded
from harness.peers import Peer
from harness.prosody import Prosody
from harness.servers import Server

SERVERS = {"prosody": Prosody, "ejabberd": Ejabberd}
EVERY_SERVER = SERVERS | {"rondel": Embedded}

# Ended from outside, the tests still stop their servers and remove their folders, as on Ctrl-C.
signal.signal(signal.SIGTERM, signal.default_int_handler)

logging.getLogger("slixmpp").setLevel(logging.ERROR)


@pytest.fixture(params=SERVERS, scope="module")
def server(request) -> Server:
    """A running server for the tests of one file, each of them once with Prosody and once with ejabberd."""
    with SERVERS[request.param]() as running:
        yield running


@pytest.fixture(params=SERVERS)
def own_server(request) -> Server:
    """The same for one test alone, which may stop, kill and restart it."""
    with SERVERS[request.param]() as running:
        yield running


@pytest.fixture
def peer(server) -> Peer:
    """A slixmpp component, connected as peer.localhost."""
    with Peer.component(server) as connected:
        yield connected


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    report = (yield).get_result()
    if report.failed:
        for process in processes.all_processes:
            if process.is_running() or process.number_of_test == processes.number_of_test:
                report.sections.append((f"Output of {process.name}", process.report(200)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    processes.number_of_test += 1
