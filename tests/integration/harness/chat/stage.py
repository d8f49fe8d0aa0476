"""Plays a script on a running server, and insists that everything that comes was expected."""

import copy
import re
import xml.etree.ElementTree as ET

from ..raw import RawComponent, RawStream
from ..raw_client import RawClient, Refused
from ..servers import DOMAIN, SPARE_PASSWORD, Server
from . import pattern
from .script import Actor, Script, Step

SM = "{urn:xmpp:sm:3}"
STREAM_ERROR = "{http://etherx.jabber.org/streams}error"
_ROSTER = "<iq type='get' id='roster'><query xmlns='jabber:iq:roster'/></iq>"
STREAMS = "{urn:ietf:params:xml:ns:xmpp-streams}"


class Failure(AssertionError):
    """What happened is not what the script says."""


def play(script: Script, server: Server) -> None:
    stage = _Stage(script, server)
    try:
        for step in script.steps_for(server.name):
            stage.perform(step)
        stage.nothing_more("the end")
    except Failure as failure:
        raise Failure(f"{script.path.name} with {server.name}, {failure}\n\n{stage.record()}") from None
    finally:
        stage.clear()


class _Player:
    """An actor who is connected.  Owns: its stream."""

    def __init__(self, actor: Actor, stream: RawStream, own: str, *, handled: int = 0):
        self.actor = actor
        self.stream = stream
        self.own = own  # its address, as in the script
        self.inbox: list[ET.Element] = []
        self.ended: str | None = None  # the stream error, or "" for an end without one
        self.handled = handled  # stanzas since stream management began (XEP-0198)
        self.is_bound = actor.kind == "component"  # until then it cannot ask anything
        self.awaits_an_answer = False  # … but what it sent is answered
        self._pings = 0

    def round_trip(self, names: "_Names") -> None:
        """What the server did for us up to now has come, when this returns."""
        if self.ended is not None:
            return
        if not self.is_bound:
            if self.awaits_an_answer and not self.inbox:
                self.wait_for_one_more(names)
            self.awaits_an_answer = False
            if not self.is_bound:
                return
        self._pings += 1
        ping = f"round-trip-{self._pings}"
        sender = f" from='{self.own}'" if self.actor.kind == "component" else ""
        self.stream.send(f"<iq type='get' id='{ping}' to='{DOMAIN}'{sender}><ping xmlns='urn:xmpp:ping'/></iq>")
        while (element := self._next(names)) is not None:
            if element.get("id") == ping and element.tag == f"{pattern.CLIENT}iq":
                return
            self.inbox.append(element)

    def wait_for_one_more(self, names: "_Names") -> bool:
        """For what a server does in its own time. False: its stream has ended, or nothing came for long."""
        if self.ended is not None:
            return False
        try:
            element = self._next(names)
        except AssertionError:  # of the stream, which tells the time
            return False
        if element is not None:
            self.inbox.append(element)
        return element is not None

    def read_to_end(self, names: "_Names") -> None:
        while (element := self._next(names)) is not None:
            self.inbox.append(element)

    def _next(self, names: "_Names") -> ET.Element | None:
        """The next stanza, with the names of the script. None: the stream ended, and `ended` says how."""
        while (element := self.stream.next_element()) is not None:
            if element.tag == f"{SM}r":
                self.stream.send(f"<a xmlns='urn:xmpp:sm:3' h='{self.handled}'/>")
            elif element.tag == STREAM_ERROR:
                conditions = [child.tag for child in element if child.tag != f"{STREAMS}text"]
                self.ended = conditions[0].split("}")[1]
            elif element.tag != f"{SM}a":
                self.is_bound = self.is_bound or element.tag == f"{SM}resumed"
                self.handled = 0 if element.tag == f"{SM}enabled" else self.handled + (not element.tag.startswith(SM))
                if not names.is_of_another_script(element):
                    return names.to_script(element)
        self.ended = self.ended or ""
        return None


class _Names:
    """Accounts of the script and accounts of the server: each script has fresh ones."""

    def __init__(self, script: Script, server: Server):
        self.accounts: dict[str, str] = {}  # romeo@localhost -> user-7
        for actor in script.actors.values():
            bare = actor.jid.split("/")[0]
            if actor.kind == "client" and bare not in self.accounts:
                self.accounts[bare] = server.take_spare_account()
        self._there = {bare: f"{account}@{DOMAIN}" for bare, account in self.accounts.items()}
        self._back = {real: bare for bare, real in self._there.items()}
        self._spare = {f"{account}@{DOMAIN}" for account in server.taken_accounts()}

    def to_server(self, text: str) -> str:
        return _replaced(text, self._there)

    def is_of_another_script(self, element: ET.Element) -> bool:
        """The last word of somebody who has left already: a server may say it when the next script has begun."""
        bare = element.get("from", "").split("/")[0]
        gone = element.tag.endswith("}presence") and element.get("type") == "unavailable"
        return gone and bare in self._spare and bare not in self._back

    def to_script(self, element: ET.Element) -> ET.Element:
        element = copy.deepcopy(element)
        for node in element.iter():
            node.tag = node.tag.replace("{jabber:component:accept}", pattern.CLIENT)
            node.attrib = {name: _replaced(value, self._back) for name, value in node.attrib.items()}
            node.text = _replaced(node.text or "", self._back)
        return element


def _replaced(text: str, names: dict[str, str]) -> str:
    if not names:
        return text
    return re.sub(r"(?<![\w.-])(" + "|".join(map(re.escape, names)) + r")(?![\w.-])", lambda m: names[m.group()], text)


class _Stage:
    def __init__(self, script: Script, server: Server):
        self._script = script
        self._server = server
        self._names = _Names(script, server)
        self._players: dict[str, _Player] = {}
        self._bound: dict[str, str] = {}
        self._record: list[str] = []
        self._handled: dict[str, int] = {}  # of those who have left: a session may be resumed

    def record(self) -> str:
        return "\n".join(self._record)

    def clear(self) -> None:
        for player in self._players.values():
            player.stream.close()

    # -- what a line does ----------------------------------------------------------------------------------------------

    def perform(self, step: Step) -> None:
        actor = self._script.actors[step.actor]
        if step.verb.startswith("gets"):
            self._gets(step)
            return
        if step.verb == "ends":
            self._ends(step)
            return
        self.nothing_more(f"before {step}")
        self._record.append(f"line {step.line}: {step.actor} {step.verb} {step.argument}")
        if step.verb == "connects":
            self._players[step.actor] = self._connect(actor)
        elif step.verb == "logs in":
            self._players[step.actor] = self._log_in(actor)
        elif step.verb == "is let in":
            self._close(self._connect(actor))
        elif step.verb == "is refused":
            self._is_refused(step, actor)
        elif step.verb == "comes online":
            self._unseen(step.actor, _ROSTER + (step.argument or "<presence/>"))
        elif step.verb == "asks for the roster":
            self._unseen(step.actor, _ROSTER)
        elif step.verb == "is friends with":
            self._become_friends(step.actor, step.argument)
        elif step.verb == "sends":
            self._send(step.actor, step.argument)
        elif step.verb == "closes":
            self._close(self._players[step.actor])
            self._leave(step.actor)
        elif step.verb == "disconnects":
            self._leave(step.actor)
        self._settle()

    def _connect(self, actor: Actor) -> _Player:
        bare, _, resource = actor.jid.partition("/")
        if actor.kind == "component":
            component = RawComponent(self._server.component_port(bare))
            component.authenticate(bare, self._server.secret(bare))
            return _Player(actor, component, bare)
        player = self._log_in(actor)
        player.stream.bind(resource)
        player.own = _replaced(player.stream.jid, {f"{self._names.accounts[bare]}@{DOMAIN}": bare})
        player.is_bound = True
        return player

    def _log_in(self, actor: Actor) -> _Player:
        client = RawClient(self._server)
        client.log_in(self._names.accounts[actor.jid.split("/")[0]], SPARE_PASSWORD)
        return _Player(actor, client, actor.jid, handled=self._handled.get(actor.name, 0))

    def _close(self, player: _Player) -> None:
        player.stream.send("</stream:stream>")
        player.read_to_end(self._names)
        player.stream.close()

    def _is_refused(self, step: Step, actor: Actor) -> None:
        try:
            self._connect(actor).stream.close()
        except AssertionError as refused:
            if step.argument not in str(refused):
                raise Failure(f"{step}: refused, but: {refused}") from None
            return
        raise Failure(f"{step}: was let in")

    def _send(self, name: str, text: str) -> None:
        player = self._players[name]
        filled = pattern.fill(text, self._bound | {"handled": str(player.handled)})
        player.stream.send(self._names.to_server(filled))
        player.awaits_an_answer = not player.is_bound

    def _leave(self, name: str) -> None:
        player = self._players.pop(name)
        self._handled[name] = player.handled
        player.stream.close()

    def _unseen(self, name: str, text: str) -> None:
        """What this brings to anybody is another script's subject."""
        self._send(name, text)
        self._settle()
        for player in self._players.values():
            player.inbox.clear()

    def _become_friends(self, name: str, other: str) -> None:
        bare = {key: self._script.actors[key].jid.split("/")[0] for key in (name, other)}
        for who, whom in ((name, other), (other, name)):
            self._unseen(who, f"<presence type='subscribe' to='{bare[whom]}'/>")
            self._unseen(whom, f"<presence type='subscribed' to='{bare[who]}'/>")

    # -- what the server does ------------------------------------------------------------------------------------------

    def _settle(self) -> None:
        """First all that was sent has been handled, then all that this brought has come."""
        for _ in range(2):
            for player in self._players.values():
                player.round_trip(self._names)

    def _gets(self, step: Step) -> None:
        """Waits for it: when a server does what it must is its own affair, and a busy one takes its time."""
        player = self._players[step.actor]
        for wanted in pattern.parse(step.argument):
            while (place := self._place_of(wanted, player, step)) is None:
                if (step.verb == "gets" and player.inbox) or not player.wait_for_one_more(self._names):
                    raise Failure(self._not_there(wanted, player, step))
            self._record.append(f"    {step.actor} gets {pattern.write(player.inbox.pop(place))}")

    def _place_of(self, wanted: ET.Element, player: _Player, step: Step) -> int | None:
        came = player.inbox if step.verb == "gets in any order" else player.inbox[:1]
        fits = (not pattern.why_not(wanted, element, player.own, self._bound) for element in came)
        return next((place for place, fit in enumerate(fits) if fit), None)

    def _not_there(self, wanted: ET.Element, player: _Player, step: Step) -> str:
        if not player.inbox:
            return f"{step}\nbut nothing came to {step.actor}.{self._elsewhere(step.actor)}"
        came = "\n".join(
            f"{pattern.write(element)}\n  ({pattern.why_not(wanted, element, player.own, self._bound)})"
            for element in (player.inbox if step.verb == "gets in any order" else player.inbox[:1])
        )
        return f"line {step.line}: {step.actor} gets\n{pattern.write(wanted)}\nbut what came is\n{came}"

    def _ends(self, step: Step) -> None:
        player = self._players[step.actor]
        while player.wait_for_one_more(self._names):
            pass
        if player.ended is None:
            raise Failure(f"{step}\nbut its stream is open.{self._elsewhere('')}")
        if player.ended != step.argument.replace("without a word", ""):
            raise Failure(f"{step}\nbut its stream ended: “{player.ended}”.")
        if player.inbox:
            raise Failure(f"{step}\nbut before came {pattern.write(player.inbox[0])}")
        self._record.append(f"    {step.actor} ends: {player.ended}")
        self._leave(step.actor)

    def nothing_more(self, when: str) -> None:
        if unclaimed := self._elsewhere(""):
            raise Failure(f"{when}: there is more than the script says.{unclaimed}")
        for name, player in self._players.items():
            if player.ended is not None:
                raise Failure(f"{when}: the stream of {name} has ended: “{player.ended}”.")

    def _elsewhere(self, but: str) -> str:
        return "".join(
            f"\n{name} got {pattern.write(element)}"
            for name, player in self._players.items()
            if name != but
            for element in player.inbox
        )
