"""Nothing leaves the denominator: five places count the same trials."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.projects import harness, read_json, tiny_model, write_project
from tests.standin import Answer, StandIn, Trouble, last_text

pytestmark = pytest.mark.loopback
KINDS = ("planned", "answered", "degraded", "failed", "skipped")


def failing(body: object) -> Answer:
    """One bad request, two refusals by the server's HTML, and wrong answers."""
    assert isinstance(body, dict)
    text = last_text(body)
    if "v2" in str(body["system"]):
        if "number is 1?" in text:
            return Answer(trouble=Trouble(kind="status", status=400, error_type="invalid_request_error"))
        if "number is 2?" in text or "number is 3?" in text:
            return Answer(trouble=Trouble(kind="wrong_model"))
        if "number is 4?" in text or "number is 5?" in text:
            return Answer(text="no idea")
    return tiny_model(body)


def counted(text: str) -> dict[str, int]:
    """`24 planned = 21 answered + 3 failed` as numbers."""
    found = re.findall(r"(\d+)\s+(planned|answered|degraded|failed|skipped)", text)
    return dict.fromkeys(KINDS, 0) | {kind: int(number) for number, kind in found}


def test_five_places_agree_on_where_every_trial_ended(tmp_path: Path) -> None:
    folder = write_project(tmp_path / "project", 24)
    with StandIn(failing) as server:
        done = harness(
            folder, "gate", "tiny", "--mode", "live", "--html", "p.html", "--junit", "j.xml", url=server.url
        )
    assert done.returncode == 4, done.stdout + done.stderr
    [path] = (folder / "reports/runs").glob("tiny-v2-*.jsonl")
    document = read_json(harness(folder, "report", path.stem, "--json").stdout)["accounting"]
    assert (
        document["planned"]
        == 24
        == document["answered"] + document["degraded"] + document["failed"] + document["skipped"]
    )
    assert document["answered"] < 24

    page = (folder / "p.html").read_text("utf-8")
    pages = [counted(text) for text in re.findall(r"\d+ planned = [^<]*", page)]
    assert document in pages

    terminal = [counted(line) for line in done.stdout.splitlines() if "planned =" in line]
    assert document in terminal

    rows = read_json(
        harness(
            folder,
            "sql",
            "SELECT outcome, count(*) FROM v_trials WHERE starts_with(run_id, 'tiny-v2') GROUP BY 1",
            "--json",
        ).stdout
    )["rows"]
    stored: Counter[str] = Counter(dict(rows))
    assert {kind: stored[kind] for kind in KINDS[1:]} == {kind: document[kind] for kind in KINDS[1:]}

    suite = next(ET.parse(folder / "j.xml").iter("testsuite"))  # noqa: S314 - our own file
    assert int(suite.get("tests", "0")) >= 24
    text = ET.tostring(suite, encoding="unicode")
    assert document in [counted(each) for each in re.findall(r"\d+ planned = [^<\"]*", text)]
