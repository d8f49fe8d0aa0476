"""`rondel conformance` at Prosody, at ejabberd and at our own server: it finds there what tests/conformance/recorded.json says.

Whoever sees other differences: `tests/conformance/table --write` records them, and writes docs/conformance.md anew.
"""

import json
import pathlib

import pytest

from conftest import EVERY_SERVER
from harness import conformance

RECORDED = json.loads((pathlib.Path(__file__).parents[1] / "conformance/recorded.json").read_text())["servers"]


@pytest.mark.parametrize("name", EVERY_SERVER)
def test_every_difference_is_recorded(name):
    with EVERY_SERVER[name](conformance.SETTINGS) as server:
        results = conformance.at_server(server)
    for verdict in ("fail", "not offered"):
        seen = {result.name: result["why"] for result in results if result["verdict"] == verdict}
        recorded = set(RECORDED[name]["differences"].get(verdict, []))
        # A few of theirs come and go with the moment: either way is right.
        sometimes = set(RECORDED[name].get("sometimes", []))
        new = {case: why for case, why in seen.items() if case not in recorded | sometimes}
        assert not new, f"{name}, {verdict}, and not recorded: {json.dumps(new, indent=1, ensure_ascii=False)}"
        gone = recorded - sometimes - seen.keys()
        assert not gone, f"{name}: recorded as “{verdict}”, and not so any more: {sorted(gone)}"


def test_ours_fails_nowhere_and_offers_everything():
    assert RECORDED["rondel"]["differences"] == {}
