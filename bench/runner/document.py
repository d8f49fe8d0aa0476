"""Documents whose figures a command prints. What stands between the two marks is what the command in the first one said:

    <!-- measured: bench/run -->            Markdown, as it is
    <!-- measured as text: bench/readers -->   a block of text
    <!-- /measured -->
"""

import re
from collections.abc import Callable

PLACE = re.compile(r"(?P<begin><!-- measured(?P<as_text> as text)?: (?P<command>[^\n]+?) -->\n).*?(?P<end><!-- /measured -->)", re.DOTALL)


def commands(text: str) -> list[str]:
    return [place["command"] for place in PLACE.finditer(text)]


def replaced(text: str, said: Callable[[str], str | None]) -> str:
    """The document with what `said` returns for each command; None leaves the place as it is."""

    def one(place: re.Match) -> str:
        output = said(place["command"])
        if output is None:
            return place[0]
        body = output.strip("\n")
        if place["as_text"]:
            body = f"```text\n{body}\n```"
        return f"{place['begin']}\n{body}\n\n{place['end']}"

    return PLACE.sub(one, text)
