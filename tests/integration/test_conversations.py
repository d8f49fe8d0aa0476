"""The conversations of tests/conversations/servers, each with Prosody, with ejabberd and with our embedded server."""

import pathlib

import pytest

from conftest import EVERY_SERVER
from harness.chat import script, stage
from harness.servers import Settings

FOLDER = pathlib.Path(__file__).parents[1] / "conversations/servers"
SCRIPTS = {path.stem: script.read(path) for path in sorted(FOLDER.glob("*.chat"))}
SPARE_ACCOUNTS = sum(len(played.actors) for played in SCRIPTS.values())


@pytest.fixture(params=EVERY_SERVER, scope="module")
def server(request):
    """One server of each kind for all scripts: they use different accounts."""
    with EVERY_SERVER[request.param](Settings(clients=True, spare_accounts=SPARE_ACCOUNTS)) as running:
        yield running


@pytest.mark.parametrize("name", SCRIPTS)
def test_conversation(server, name):
    stage.play(SCRIPTS[name], server)
