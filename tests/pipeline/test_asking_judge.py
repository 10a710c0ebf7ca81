"""A judge that is asked about labelled answers: what it is told, what it costs, and what comes of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.cli.main import main
from harness.settings import read_settings
from harness.store.read import read_side
from tests.judged import PAIR, PREFERENCE, prompt
from tests.judged_project import JUDGES, both, is_canary, is_judge, verdict, write_judged
from tests.projects import KEY, write
from tests.standin import Answer, StandIn, last_text

pytestmark = pytest.mark.loopback
PREFERS = JUDGES + "  better: {prompt: better, version: v1, model: opus-5-5, scale: preference}\n"
PANEL = (
    PREFERS
    + "  both: {panel: [kind, kind-too]}\n  kind-too: {prompt: kind, version: v1, model: opus-5-5, scale: binary}\n"
)


def answers(many: int = 24, **more: str) -> str:
    """Good answers are short, bad ones long; every third is not what it seems."""
    rows = [
        {
            "question": f"Where is parcel {i}?",
            "answer": f"Parcel {i} is here." * (1 + i % 2),
            "label": ["pass", "fail"][i % 2],
            "criteria": "says where it is",
            **more,
        }
        for i in range(many)
    ]
    return "".join(json.dumps(each) + "\n" for each in rows)


def strict(body: Mapping[str, Any]) -> Answer:
    """Passes short answers, and mumbles about parcel 3."""
    assert is_judge(body)
    text = last_text(body)
    if "Parcel 3 is" in text:
        return Answer(text="well")
    return verdict("fail" if text.count("is here.") > 1 else "pass")


def first_of_two(body: Mapping[str, Any]) -> Answer:
    """Likes whatever stands first."""
    assert is_judge(body)
    return verdict("first")


@pytest.fixture
def judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write_judged(tmp_path / "project", judges=PANEL)
    write(folder / "prompts/better/v1.yaml", prompt(PREFERENCE, template=PAIR))
    monkeypatch.chdir(folder)
    return folder


def calibrate(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    capsys.readouterr()
    status = main(["calibrate", *argv])
    said = capsys.readouterr()
    return status, said.out, said.err


def test_a_judge_is_asked_about_every_answer_and_replayed(
    judged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(judged / "people.jsonl", answers())
    asked = ("--judge", "kind", "--labels", "people.jsonl", "--json")
    with StandIn(strict) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        status, out, err = calibrate(capsys, *asked, "--mode", "record")
        assert len(server.log) == 24
    assert status == 0, err
    found = json.loads(out)
    assert (found["judgings"], found["items"], found["labelled"]) == (24, 24, 23)
    assert found["agreement"]["accuracy"]["value"] == 1
    assert found["failed"]["value"] == pytest.approx(1 / 24)
    assert (
        found["errors"] == [{"error": "it said no JSON: 'well'", "times": 1}]
        or found["errors"][0]["times"] == 1
    )
    assert found["identity"].startswith("kind v1 on claude-opus-5-5")
    status, out, err = calibrate(capsys, *asked)
    assert status == 0, err
    again = json.loads(out)
    assert again["drift"]["score"]["value"] == 0
    assert {**again, "drift": None, "earlier": None} == {**found, "drift": None, "earlier": None}
    write(judged / "prompts/judges.yaml", PANEL.replace("scale: binary}", "scale: binary, judgings: 2}", 1))
    status, out, err = calibrate(capsys, *asked[:-1])
    assert (status, err) == (0, "")
    assert "its prompt, model or scale was another one when it was calibrated last" in out
    assert "mean of 2 judgings" in out


def test_a_preference_is_asked_in_both_orders(
    judged: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(judged / "pairs.jsonl", answers(other="It left.", criteria="which says where"))
    with StandIn(first_of_two) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        status, out, err = calibrate(
            capsys, "--judge", "better", "--labels", "pairs.jsonl", "--json", "--mode", "live"
        )
        assert len(server.log) == 48
    assert status == 0, err
    found = json.loads(out)
    assert found["position_bias"]["first"]["value"] == 1
    assert found["position_bias"]["flips"]["value"] == 1
    assert not found["is_calibrated"]


@pytest.mark.parametrize(
    ("judge", "rows", "why"),
    [
        (
            "kind",
            {"criteria": ""},
            "judge 'kind' is told the column `criteria`, which 24 of 24 answers lack: Parcel 0",
        ),
        ("better", {}, "judge 'better' is told the column `other`"),
        ("both", {}, "'both' is a panel of kind, kind-too: calibrate each of them"),
        (
            "kind",
            {"criterion": "a"},
            "judge 'kind' answered none of 24 questions (there is no recording of them)",
        ),
    ],
)
def test_what_a_judge_cannot_be_asked_is_said_before_anything_is_sent(
    judged: Path, capsys: pytest.CaptureFixture[str], judge: str, rows: dict[str, str], why: str
) -> None:
    write(judged / "people.jsonl", answers(24, **rows))
    status, out, err = calibrate(capsys, "--judge", judge, "--labels", "people.jsonl")
    assert (status, out) == (2, "")
    assert why in err


def letters(body: Mapping[str, Any]) -> Answer:
    """As `both`, but the judge does not like every fourth number."""
    if not is_judge(body) or is_canary(body):
        return both(body)
    number = re.findall(r"number (\d+)", last_text(body))[-1]
    return verdict("fail" if int(number) % 4 == 0 else "pass")


def typed(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, Any]:
    """A command with `--json`: its status, and what it printed."""
    capsys.readouterr()
    status = main([*argv, "--json"])
    said = capsys.readouterr()
    return status, json.loads(said.out) if said.out else said.err


def label_all(folder: Path, run: str) -> None:
    """People say what the judge says, but for one answer."""
    observed = read_side(read_settings().store, run).observations
    rows = [(each.case_id, int(each.score == 1)) for each in observed]
    told = [f"{case},{score if number else 1 - score}" for number, (case, score) in enumerate(rows)]
    write(folder / "people.csv", "case_id,score\n" + "\n".join(told) + "\n")


def test_a_gate_waits_for_a_calibration_and_then_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_judged(tmp_path / "project", 40, gate="{quality: {margin: 50pt}, judges: calibrated}")
    monkeypatch.chdir(folder)
    with StandIn(letters) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        status, found = typed(capsys, "gate", "tiny", "--mode", "live")
        assert (status, len(server.log)) == (4, 0)
        runs = [typed(capsys, "run", "tiny", "--version", v, "--mode", "record")[1] for v in ("v1", "v2")]
    assert found["findings"][0]["rule"] == "judges"
    assert "harness calibrate --judge kind --labels FILE" in found["findings"][0]["because"]
    run = runs[1]["run_id"]
    label_all(folder, run)
    assert typed(capsys, "calibrate", "--judge", "kind", "--run", run)[0] == 2
    status, found = typed(capsys, "import", "labels", "people.csv", "--run", run)
    assert status == 0, found
    status, found = typed(capsys, "calibrate", "--judge", "kind", "--run", run)
    assert (status, found["lacking"], found["labelled"]) == (0, "", 40), found["agreement"]
    assert found["agreement"]["accuracy"]["value"] == pytest.approx(39 / 40)
    status, found = typed(capsys, "gate", "tiny")
    assert (status, found["status"]) == (0, "PASS")
    assert found["judges"]["judges"] == ["kind"]
    assert 0.5 < found["judges"]["seen"] < 1
