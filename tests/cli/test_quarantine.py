"""A case in quarantine, from the suite through a gate, its store and its reports."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type

HELD = "{owner: dana, until: 2999-12-31, reason: the shop changed its rules}"
TOLD = "until 2999-12-31 (dana): the shop changed its rules"


def put_into_quarantine(project: Path, held: str = HELD) -> None:
    suite = project / "evals/tiny.yaml"
    suite.write_text(suite.read_text().replace("{id: c00,", f"{{id: c00, quarantine: {held},", 1))


def test_a_case_in_quarantine_is_asked_and_shown_and_decides_nothing(tiny: Path, typed: Type) -> None:
    put_into_quarantine(tiny)
    said = typed("gate", "tiny", "--candidate", "v4", "--json", "--junit", "j.xml", "--markdown", "m.md")
    document = json.loads(said.out)
    assert (said.status, document["status"], document["quality"]["n"]) == (0, "PASS", 29)
    assert document["accounting"]["candidate"] == {
        "planned": 30,
        "answered": 30,
        "degraded": 0,
        "failed": 0,
        "skipped": 0,
    }
    assert document["quarantined"] == [{"case": "c00", "quarantine": TOLD}]
    (note,) = [each for each in document["findings"] if each["rule"] == "quarantine"]
    assert note["because"] == f"1 case is in quarantine and decides nothing: c00 ({TOLD})"
    assert "in quarantine" in (tiny / "j.xml").read_text()
    assert f"decides nothing: c00 ({TOLD})" in (tiny / "m.md").read_text().replace("`", "")
    (row,) = json.loads(
        typed("sql", "SELECT DISTINCT quarantine FROM v_trials WHERE case_id = 'c00'", "--json").out
    )["rows"]
    assert TOLD in (row if isinstance(row, list) else row.values())


def test_a_quarantine_that_is_over_is_a_mistake_and_excuses_nothing(tiny: Path, typed: Type) -> None:
    put_into_quarantine(tiny, HELD.replace("2999", "2020"))
    said = typed("check")
    assert said.status == 2
    assert (
        "the quarantine of case 'c00' is over since 2020-12-31 (owner: dana); mend the case and remove"
        in said.err
    )
    document = json.loads(typed("gate", "tiny", "--candidate", "v4", "--json").out)
    assert (document["status"], document["quality"]["n"], document.get("quarantined")) == (
        "INCONCLUSIVE",
        30,
        None,
    )


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        ("{owner: dana, until: 2999-12-31}", "a quarantine has no 'reason'; add `reason:`"),
        ("{owner: dana, until: soon, reason: x}", "'until' is not a date: 'soon'; write it as 2026-11-21"),
        ("{owner: '', until: 2999-12-31, reason: x}", "'owner' of a quarantine must be a line of 1 to 500 plain characters; write who sees to it, and why"),
        ("true", "'quarantine' must be a mapping, not `true` (true or false); write `key: value` lines"),
    ],
)  # fmt: skip
def test_a_quarantine_without_an_owner_an_end_or_a_reason_is_refused(
    tiny: Path, typed: Type, held: str, expected: str
) -> None:
    put_into_quarantine(tiny, held)
    assert expected in typed("check").err
