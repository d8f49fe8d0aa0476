#!/usr/bin/python3
"""Every listing in README.md and docs/ is what the named source says: a listing that is a test cannot rot.

In the document, a comment before the code block names a file, and a section of it or nothing for the whole file:

    <!-- from: examples/echo/component.cpp#handler -->

In the file, lines that hold nothing but a comment `[handler]` and `[/handler]` (after //, # or --) enclose the section.
C++ blocks must name their source; other blocks may. Decisions (docs/decisions) are exempt: they tell of what was.

    listings.py           compares
    listings.py --write   copies the sources into the documents
"""

import difflib
import pathlib
import re
import sys
import textwrap

import sources

BLOCK = re.compile(
    r"^(?:<!-- from: (?P<path>[^\s#]+)(?:#(?P<tag>[\w-]+))? -->\n)?(?P<fence>```(?P<language>\w*)[^\n]*\n)(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
ANY_TAG = re.compile(r"^\s*(?://|#|--)\s*\[/?[\w-]+\]\s*$")


def section(text: str, tag: str | None) -> str | None:
    """The tagged part of a source without its indentation, tags inside of it left out; None when it is not there."""
    lines = text.splitlines()
    if tag is not None:
        begin = [n for n, line in enumerate(lines) if re.fullmatch(rf"\s*(?://|#|--)\s*\[{re.escape(tag)}\]\s*", line)]
        end = [n for n, line in enumerate(lines) if re.fullmatch(rf"\s*(?://|#|--)\s*\[/{re.escape(tag)}\]\s*", line)]
        if len(begin) != 1 or len(end) != 1 or end[0] < begin[0]:
            return None
        lines = lines[begin[0] + 1 : end[0]]
    kept = [line for line in lines if not ANY_TAG.match(line)]
    return textwrap.dedent("\n".join(kept)).strip("\n") + "\n"


def faults_of(name: str, text: str, root: pathlib.Path) -> tuple[list[str], str]:
    """The faults of one document, and the document as it should be."""
    faults = []

    def compare(block: re.Match) -> str:
        where = f"{name}:{text.count(chr(10), 0, block.start('fence')) + 1}"
        if block["path"] is None:
            if block["language"] == "cpp":
                faults.append(f"{where}: this listing names no source; put <!-- from: path#tag --> before it.")
            return block[0]
        source = root / block["path"]
        if not source.is_file():
            faults.append(f"{where}: there is no file {block['path']}.")
            return block[0]
        wanted = section(source.read_text(), block["tag"])
        if wanted is None:
            faults.append(f"{where}: {block['path']} has no section [{block['tag']}] … [/{block['tag']}], or several.")
            return block[0]
        if block["code"] != wanted:
            difference = difflib.unified_diff(
                block["code"].splitlines(), wanted.splitlines(), "in the document", "in the source", lineterm=""
            )
            faults.append(f"{where}: differs from {block['path']}; `listings.py --write` copies it.\n" + "\n".join(difference))
        start = block.start("code") - block.start()
        return block[0][:start] + wanted + "```"

    return faults, BLOCK.sub(compare, text)


def main() -> None:
    documents = [
        path
        for path in [sources.ROOT / "README.md", sources.ROOT / "ARCHITECTURE.md", *sources.files("docs", suffixes=(".md",))]
        if path.is_file() and not path.is_relative_to(sources.ROOT / "docs/decisions")
    ]
    faults = []
    for path in documents:
        text = path.read_text()
        found, corrected = faults_of(str(path.relative_to(sources.ROOT)), text, sources.ROOT)
        if sys.argv[1:] == ["--write"] and corrected != text:
            path.write_text(corrected)
        else:
            faults += found
    sources.report(faults, f"{len(documents)} documents: their listings are what the sources say.")


if __name__ == "__main__":
    main()
