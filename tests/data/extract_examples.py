#!/usr/bin/env python3
"""Collects the XML examples of RFC texts and XEP sources into xml_examples.txt.

    tests/data/extract_examples.py FOLDER > tests/data/xml_examples.txt

FOLDER holds rfcNNNN.txt (rfc-editor.org) and xep-NNNN.xml (the sources of xmpp.org/extensions). Each example stands under a line
"==== name number", as it is in the text: whole streams, fragments, and some that are no XML at all, on purpose or not. An example
that occurs again is left out.
"""

import html
import itertools
import pathlib
import re
import sys

EXAMPLE = re.compile(r"<example\b[^>]*?(?:/>|>(.*?)</example>)", re.DOTALL)
CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
PAGE_BREAK = re.compile(r"\n*\n[^\n]*\[Page \d+\]\n\f\n[^\n]*\n\n*")
PROSE = re.compile(r"   [A-Za-z(][^<=]*")  # a paragraph that a page break joined to an example
LINE = re.compile(r"   (?P<who>[A-Z]{1,3}\d?: )?(?P<space> *)(?P<text><.*)")


def of_xep(source: str):
    """What stands in <example/>: mostly CDATA, raw; else text with the references of XML."""
    # CDATA may hold what looks like markup of the XEP itself, so it is set aside first.
    kept = []

    def set_aside(match):
        kept.append(match[1])
        return f"\0{len(kept) - 1}\0"

    source = COMMENT.sub("", CDATA.sub(set_aside, source))
    for match in EXAMPLE.finditer(source):
        parts = re.split(r"\0(\d+)\0", match[1] or "")
        yield "".join(kept[int(part)] if i % 2 else html.unescape(part) for i, part in enumerate(parts))


def of_rfc(source: str):
    """Indented blocks whose first line begins with "<", perhaps after who sends it ("C: "); page breaks do not end them."""
    source = PAGE_BREAK.sub("\n", source)
    for block in re.split(r"\n[ \t]*\n", source):
        lines = block.strip("\n").split("\n")
        first = LINE.fullmatch(lines[0])
        if not first:
            continue
        indent = 3 + len(first["who"] or "")
        rest = itertools.takewhile(lambda line: not PROSE.fullmatch(line), lines[1:])
        yield "\n".join([first["space"] + first["text"], *(line[indent:] if not line[:indent].strip() else line for line in rest)])


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    seen = set()
    for path in sorted([*folder.glob("rfc*.txt"), *folder.glob("xep-*.xml")]):
        # In a XEP source the names of other XEPs are entities, which only occur outside CDATA.
        source = path.read_text(encoding="utf-8", errors="strict")
        found = of_rfc(source) if path.suffix == ".txt" else of_xep(source)
        for number, example in enumerate(found, 1):
            example = "\n".join(line.rstrip() for line in example.strip("\n").split("\n")).strip()
            if not example or "<" not in example or example in seen:
                continue
            seen.add(example)
            assert "\n==== " not in example
            sys.stdout.write(f"==== {path.stem} {number}\n{example}\n")


if __name__ == "__main__":
    main()
