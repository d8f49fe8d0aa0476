"""Whether a stanza is what a script expects."""

import re
import xml.etree.ElementTree as ET

CLIENT = "{jabber:client}"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
STANZAS = "{urn:ietf:params:xml:ns:xmpp-stanzas}"

# What servers add, each in its way, and what a script need not mention. If it does, it is compared.
_OPTIONAL_ATTRIBUTES = {
    "*": {XML_LANG},
    f"{CLIENT}error": {"by", "code"},
    "{jabber:iq:roster}query": {"ver"},
    "{urn:xmpp:delay}delay": {"from"},
    "{urn:xmpp:mam:2}fin": {"stable"},
    "{http://jabber.org/protocol/rsm}first": {"index"},
}
_OPTIONAL_CHILDREN = {
    f"{CLIENT}message": {"{urn:xmpp:sid:0}stanza-id", "{urn:xmpp:mam:tmp}archived"},
    f"{CLIENT}presence": {"{urn:xmpp:delay}delay"},
    f"{CLIENT}error": {f"{STANZAS}text"},
    "{urn:xmpp:sm:3}failed": {f"{STANZAS}text"},
}
_DEFAULTS = {("{urn:xmpp:mam:2}fin", "complete", "false")}
_OPTIONAL_TEXT = {"{urn:xmpp:delay}delay"}
_ANYTHING_ELSE = "etc"


def parse(text: str) -> list[ET.Element]:
    """The stanzas of a script, in the namespace of a client's stream. Raises ET.ParseError."""
    return list(ET.fromstring(f"<all xmlns='jabber:client'>{text}</all>"))


def write(element: ET.Element) -> str:
    """For a reader: without the prefixes that ElementTree invents, as far as that goes."""
    text = ET.tostring(element, encoding="unicode")
    names = dict(re.findall(r" xmlns:(ns\d+)=\"([^\"]*)\"", text))
    for prefix, namespace in names.items():
        text = text.replace(f' xmlns:{prefix}="{namespace}"', "")
        tag = re.compile(rf"<{prefix}:([\w-]+)")
        text = tag.sub(r"<\1" if namespace == "jabber:client" else rf"<\1 xmlns='{namespace}'", text)
        text = text.replace(f"</{prefix}:", "</").replace(f" {prefix}:", " ")
    return text


def fill(text: str, bound: dict[str, str]) -> str:
    """Puts what `{name}` stands for in its place."""
    return re.sub(r"\{(\w+)\}", lambda match: bound.get(match.group(1), match.group()), text)


def why_not(pattern: ET.Element, element: ET.Element, own: str, bound: dict[str, str]) -> str | None:
    """None when `element`, that came to the entity `own`, is as `pattern` says; else what differs.

    `bound` gets the values of names in braces.
    """
    attempt = dict(bound)
    reason = _stanza(pattern, element, own, attempt)
    if reason is None:
        bound.update(attempt)
    return reason


def _stanza(pattern: ET.Element, element: ET.Element, own: str, bound: dict[str, str]) -> str | None:
    account = own.split("/")[0]
    optional = {"to"} if element.get("to") in (own, account) else set()
    if pattern.get("type") == "probe":
        optional.add("id")
    if "@" in own and account in (element.get("from"), pattern.get("from")):
        # The account may leave out its own name (RFC 6120 §8.1.2.1).
        named = {element.get("from", account), pattern.get("from", account)}
        if named == {account}:
            pattern, element = (_with_children(each, list(each)) for each in (pattern, element))
            pattern.attrib.pop("from", None)
            element.attrib.pop("from", None)
    if pattern.get("type") == "error" and pattern.tag.startswith(CLIENT):
        # An error may hold what was sent (RFC 6120 §8.3.1).
        kept = [child for child in element if child.tag in {inner.tag for inner in pattern}]
        element = _with_children(element, kept)
    return _element(pattern, element, bound, optional)


def _element(pattern: ET.Element, element: ET.Element, bound: dict[str, str], optional=frozenset()) -> str | None:
    if pattern.tag != element.tag:
        return f"{element.tag} is not {pattern.tag}"
    optional = optional | _OPTIONAL_ATTRIBUTES["*"] | _OPTIONAL_ATTRIBUTES.get(element.tag, set())
    for name in sorted(set(pattern.attrib) | set(element.attrib)):
        if name not in pattern.attrib:
            if name not in optional and (element.tag, name, element.get(name)) not in _DEFAULTS:
                return f"there is an attribute {name}='{element.get(name)}' in {element.tag}"
        elif not _value(pattern.get(name), element.get(name), bound):
            return f"{name} of {element.tag} is {element.get(name)!r}, not {fill(pattern.get(name), bound)!r}"
    text_counts = pattern.text or element.tag not in _OPTIONAL_TEXT
    if text_counts and not _value((pattern.text or "").strip(), (element.text or "").strip(), bound):
        return f"the text of {element.tag} is {element.text!r}, not {fill(pattern.text or '', bound)!r}"
    return _children(pattern, element, bound)


def _children(pattern: ET.Element, element: ET.Element, bound: dict[str, str]) -> str | None:
    """In any order: each of the pattern's is there, and nothing else but what is optional."""
    left = list(element)
    for wanted in pattern:
        if _is_anything_else(wanted):
            continue
        reasons = []
        for candidate in left:
            attempt = dict(bound)
            reason = _element(wanted, candidate, attempt)
            if reason is None:
                bound.update(attempt)
                left.remove(candidate)
                break
            if candidate.tag == wanted.tag:
                reasons.append(reason)
        else:
            return "; ".join(reasons) or f"there is no {wanted.tag} in {element.tag}"
    if any(map(_is_anything_else, pattern)):
        return None
    optional = _OPTIONAL_CHILDREN.get(element.tag, set())
    if element.tag == f"{CLIENT}error":  # what a server's own namespace says besides is its own business (RFC 6120 §8.3.4)
        optional = optional | {child.tag for child in left if not child.tag.startswith(STANZAS)}
    unexpected = [child.tag for child in left if child.tag not in optional]
    return f"there is {', '.join(unexpected)} in {element.tag}" if unexpected else None


def _is_anything_else(wanted: ET.Element) -> bool:
    return wanted.tag.split("}")[-1] == _ANYTHING_ELSE


def _value(pattern: str, value: str | None, bound: dict[str, str]) -> bool:
    if value is None:
        return False
    parts = re.split(r"\{(\w+)\}", pattern)
    expression, new = "", []
    for number, part in enumerate(parts):
        if number % 2 == 0:
            expression += re.escape(part)
        elif part in bound or part in new:
            expression += re.escape(bound[part]) if part in bound else f"(?P={part})"
        else:
            expression += f"(?P<{part}>.*)"
            new.append(part)
    match = re.fullmatch(expression, value, re.DOTALL)
    if match:
        bound.update(match.groupdict())
    return match is not None


def _with_children(element: ET.Element, children: list[ET.Element]) -> ET.Element:
    copy = ET.Element(element.tag, dict(element.attrib))
    copy.text = element.text if not children else None
    copy.extend(children)
    return copy
