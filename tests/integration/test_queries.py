"""disco, ping, version, time and last activity, in both directions: slixmpp asks rondel, rondel asks slixmpp."""

import json

import pytest

from harness.peers import IqError, Peer
from harness.rondel import Rondel

STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"


@pytest.fixture(scope="module")
def echo(server):
    with Rondel.echo(server) as service:
        with Peer.component(server) as peer:
            peer.ask_until_answered("echo.localhost")
        yield service


@pytest.fixture(params=["component", "client"])
def asker(server, echo, request):
    with Peer.component(server) if request.param == "component" else Peer.client(server) as connected:
        yield connected


def test_answers_disco_info(asker):
    info = asker.disco_info("echo.localhost")
    assert len(info.identities) >= 1
    for feature in ("http://jabber.org/protocol/disco#info", "urn:xmpp:ping", "jabber:iq:version"):
        assert feature in info.features


def test_answers_disco_items(asker):
    assert asker.disco_items("echo.localhost") == set()


def test_unknown_node_is_not_found(asker):
    with pytest.raises(IqError) as error:
        asker.disco_info("echo.localhost", node="nobody-knows-it")
    assert error.value.condition == "item-not-found"


def test_answers_ping(asker):
    asker.ping("echo.localhost")
    asker.ping("anyone@echo.localhost/desk")


def test_answers_version(asker):
    name, version = asker.version("echo.localhost")
    assert "rondel" in name.lower() and version


@pytest.mark.parametrize("type", ["get", "set"])
def test_unknown_request_is_refused(asker, type):
    with pytest.raises(IqError) as error:
        asker.request("echo.localhost", type, "<query xmlns='urn:rondel:nobody-knows-it'/>")
    assert error.value.condition == "service-unavailable"


def ask(server, *command: str) -> Rondel:
    """Runs `rondel COMMAND…` as the component tool.localhost to its end."""
    with Rondel.connected(list(command), server, "tool.localhost") as program:
        program.wait()
        return program


def test_pings(server, peer):
    program = ask(server, "ping", "peer.localhost")
    assert program.wait() == 0, program.report()
    assert "peer.localhost" in program.text()


def test_asks_for_the_version(server, peer):
    program = ask(server, "version", "peer.localhost")
    assert program.wait() == 0, program.report()
    assert "slixmpp peer" in program.text() and "1.2.3" in program.text()


def test_disco(server, peer):
    program = ask(server, "disco", "peer.localhost")
    assert program.wait() == 0, program.report()
    assert "urn:xmpp:ping" in program.text() and "jabber:iq:version" in program.text()


@pytest.mark.parametrize("command", ["ping", "version", "disco"])
def test_asks_the_server_itself(server, command):
    program = ask(server, command, "localhost")
    assert program.wait() == 0, program.report()


@pytest.mark.parametrize("command", ["ping", "version", "disco"])
def test_json_is_data(server, peer, command):
    program = ask(server, command, "peer.localhost", "--json")
    assert program.wait() == 0, program.report()
    assert "peer.localhost" in json.dumps(json.loads("\n".join(program.stdout)))


@pytest.mark.parametrize("command", ["ping", "version", "disco"])
def test_nobody_there_is_an_error(server, command):
    program = ask(server, command, "other.localhost")  # a component of the server that is not connected
    assert program.wait() == 1, program.report()
    assert len(program.complaints()) == 1 and "other.localhost" in program.complaints()[0], program.report()
