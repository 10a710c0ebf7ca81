"""A route as one side of a comparison, typed as a user types it."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Type
from tests.projects import KEY, suite_text, tiny_model, write, write_project
from tests.standin import StandIn

OPUS, HAIKU = "claude-opus-5-5", "claude-haiku-5-5"
MICRO = Decimal("0.000001")
SIDES = {
    "baseline": "{version: v1, model: opus-5-5}",
    "candidate": "{version: v1, route: odd-on-haiku}",
    "gate": "{quality: {margin: 10pt}, cost: {max_increase: 20%}, latency: off}",
}
ROUTES = """\
routes:
  odd-on-haiku:
    rules:
      - {tags: [odd], model: haiku-5-5}
      - {prompt_tokens: {above: 9000}, model: haiku-5-5}
    otherwise: opus-5-5
"""


@pytest.fixture
def routed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tiny project with 24 cases, where the odd half goes to a cheap model."""
    folder = write_project(tmp_path / "project", 24, **SIDES)
    models = folder / "prompts/models.yaml"
    opus = models.read_text("utf-8").removeprefix("models:\n")
    haiku = opus.replace("opus-5-5", "haiku-5-5").replace("input: 4, output: 20, cache_write_5m: 5, cache_write_1h: 8, cache_read: 0.20", "input: 0.10, output: 0.50, cache_write_5m: 0.125, cache_write_1h: 0.20, cache_read: 0.01")  # fmt: skip
    write(models, f"models:\n{opus}{haiku}")
    write(folder / "prompts/routes.yaml", ROUTES)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in that answers, and the key and address to reach it."""
    with StandIn(tiny_model) as standin:
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", standin.url)
        yield standin


def rows(typed: Type, query: str) -> Any:
    return json.loads(typed("sql", query, "--json").out)["rows"]


@pytest.mark.loopback
def test_a_route_is_gated_like_any_other_change_and_its_bill_is_the_server_s(
    routed: Path, typed: Type, server: StandIn
) -> None:
    document = json.loads(typed("gate", "--mode", "live", "--json").out)
    assert (document["status"], document["accounting"]["candidate"]["answered"]) == ("PASS", 24)
    assert Counter(seen.body["model"] for seen in server.log) == {OPUS: 36, HAIKU: 12}
    by_model = {each["model_id"]: each for each in document["models"]}
    assert {each["side"] for each in document["models"]} == {"candidate"}
    assert {model: (each["cases"], each["answered"]) for model, each in by_model.items()} == {
        OPUS: (12, 12),
        HAIKU: (12, 12),
    }
    assert money(by_model[HAIKU]["cost_usd"]) == server.bill.of(HAIKU).quantize(MICRO)
    both = money(by_model[OPUS]["cost_usd"]) + money(document["cost"]["baseline_usd"])
    assert both == server.bill.of(OPUS).quantize(MICRO)
    assert by_model[HAIKU]["cost_ratio"] == pytest.approx(0.025)
    assert by_model[OPUS]["cost_ratio"] == 1.0
    assert document["cost"]["ratio"] == pytest.approx(0.5125, abs=0.01)

    split = "SELECT sum(cost_usd) FROM v_models GROUP BY run_id ORDER BY run_id"
    assert rows(typed, split) == rows(typed, "SELECT cost_usd FROM v_runs ORDER BY run_id")
    asked = "SELECT requested_model = served_model, count(*) FROM v_trials GROUP BY ALL"
    assert rows(typed, asked) == [[True, 48]]

    again = json.loads(typed("gate", "--mode", "live", "--json").out)
    assert (server.attempts, again["models"]) == (48, document["models"])


def money(text: str) -> Decimal:
    return Decimal(text).quantize(MICRO)


@pytest.mark.loopback
def test_a_routed_gate_replays_from_one_file_of_recordings_for_each_model(
    routed: Path, typed: Type, server: StandIn
) -> None:
    recorded = typed("gate", "--mode", "record", "--json")
    files = sorted(path.name for path in (routed / "fixtures/tiny").glob("*.jsonl"))
    assert files == [f"tiny-v1@{HAIKU}.jsonl", f"tiny-v1@{OPUS}.jsonl"]
    sent = server.attempts
    replayed = typed("gate", "--json")
    assert (replayed.status, server.attempts) == (0, sent)
    assert json.loads(replayed.out)["models"] == json.loads(recorded.out)["models"]
    shown = " ".join(typed("gate").out.split())
    assert "opus-5-5 -> route:odd-on-haiku" in shown
    assert f"{HAIKU} 12 cases, 12 trials, $0.000053 (-97.5 %), 100.0 % -> 100.0 %" in shown


@pytest.mark.loopback
def test_a_model_that_is_not_there_takes_none_of_the_others_with_it(
    routed: Path, typed: Type, server: StandIn
) -> None:
    models = routed / "prompts/models.yaml"
    write(models, models.read_text("utf-8").replace(f"id: {HAIKU}", "id: claude-haiku-9"))
    said = typed("run", "tiny", "--mode", "live", "--json")
    assert said.status == 4
    assert json.loads(said.out)["accounting"] == {
        "planned": 24, "answered": 12, "degraded": 0, "failed": 12, "skipped": 0,
    }  # fmt: skip
    assert {each["model_id"]: each["answered"] for each in json.loads(said.out)["models"]} == {
        "claude-haiku-9": 0,
        OPUS: 12,
    }
    missed = sum(seen.body["model"] == "claude-haiku-9" for seen in server.log)
    assert 1 <= missed <= 8


def stopped(typed: Type) -> str:
    """The id of a routed run that ran out of money."""
    said = typed("run", "tiny", "--mode", "live", "--budget", "0.0135", "--json")
    found = json.loads(said.out)
    assert 0 < found["accounting"]["answered"] < 24
    return str(found["run_id"])


@pytest.mark.loopback
def test_a_routed_run_goes_on_where_it_stopped(routed: Path, typed: Type, server: StandIn) -> None:
    said = typed("run", "--resume", stopped(typed), "--budget", "1", "--json")
    found = json.loads(said.out)
    assert (said.status, found["accounting"]["answered"], server.attempts) == (0, 24, 24)
    assert money(found["cost_usd"]) == server.bill.total.quantize(MICRO)


@pytest.mark.loopback
@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("prompts/routes.yaml", "above: 9000", "above: 9001"),
        ("evals/tiny.yaml", "{id: c02, tags: [even]", "{id: c02, tags: [odd]"),
    ],
)
def test_a_run_whose_route_changed_cannot_go_on(
    routed: Path, typed: Type, server: StandIn, file: str, old: str, new: str
) -> None:
    """A case that was given another tag would be asked of another model than its other repeats."""
    run_id, sent = stopped(typed), server.attempts
    path = routed / file
    assert old in path.read_text("utf-8")
    write(path, path.read_text("utf-8").replace(old, new))
    said = typed("run", "--resume", run_id, "--budget", "1")
    assert (said.status, server.attempts) == (2, sent)
    assert f"run {run_id} cannot go on: route changed since it began" in said.err


@pytest.mark.loopback
def test_a_selection_of_a_routed_run_may_be_resumed(routed: Path, typed: Type, server: StandIn) -> None:
    first = json.loads(typed("run", "tiny", "--mode", "live", "--case", "c01", "--case", "c02", "--json").out)
    again = typed("run", "--resume", first["run_id"], "--json")
    assert (again.status, json.loads(again.out)["accounting"]["planned"], server.attempts) == (0, 2, 2)


def test_a_plan_says_which_rule_gets_how_many_cases(routed: Path, typed: Type) -> None:
    said = " ".join(typed("plan").out.split())
    assert "v1 by route odd-on-haiku: 24 cases x 1 = 24 trials" in said
    assert "haiku-5-5 tag odd: 12 cases, 12 trials, worst $0.0037, prompts of" in said
    assert "haiku-5-5 prompt of more than 9,000 tokens: no case" in said
    assert "opus-5-5 otherwise: 12 cases, 12 trials, worst $0.15, prompts of" in said
    found = json.loads(typed("plan", "--json").out)
    assert (found["baseline"]["route"], found["candidate"]["route"]["name"]) == (None, "odd-on-haiku")
    assert [each["cases"] for each in found["candidate"]["route"]["rules"]] == [12, 0, 12]
    parts = [Decimal(each["worst_usd"]) for each in found["candidate"]["route"]["rules"]]
    assert sum(parts) == Decimal(found["candidate"]["worst_usd"])


def test_a_rule_for_one_size_says_one_size(routed: Path, typed: Type) -> None:
    said = typed("plan", "--case", "c01").out
    assert re.search(r"tag odd: 1 case, 1 trial, worst \$0\.0003\d, prompts of \d+ tokens\n", said)


def test_a_route_with_a_model_without_a_price_is_unpriced(routed: Path, typed: Type) -> None:
    models = routed / "prompts/models.yaml"
    text = models.read_text("utf-8")
    write(models, text[: text.rindex("    prices:")] + "    prices: []\n")
    said = " ".join(typed("plan").out.split())
    assert "haiku-5-5 tag odd: 12 cases, 12 trials, UNPRICED" in said
    assert "v1 by route odd-on-haiku: 24 cases x 1 = 24 trials, UNPRICED" in said


def test_a_run_takes_a_route_where_it_takes_a_model(routed: Path, typed: Type) -> None:
    write(routed / "evals/tiny.yaml", suite_text("tiny", 24))
    said = typed("run", "tiny", "--version", "v1", "--route", "odd-on-haiku")
    assert said.status == 4  # nobody has recorded it
    assert "prompt v1 by route odd-on-haiku" in said.out
    assert (
        "record it with: harness run tiny --version v1 --model haiku-5-5 --mode record"
        in (rows(typed, "SELECT detail FROM v_trials WHERE case_id = 'c01'")[0][0])
    )


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["run", "tiny", "--route", "odd"], "there is no route 'odd' in prompts/routes.yaml; there are: odd-on-haiku"),
        (["run", "tiny", "--route", "odd-on-haiku", "--model", "opus-5-5"], "not allowed with argument"),
        (["gate", "--candidate", "@route:odd"], "there is no route 'odd'"),
        (["gate", "--candidate", "@odd-on-haiku"], "a route of this name is written route:odd-on-haiku"),
        (["gate", "--baseline", "@route:odd-on-haiku"], "baseline and candidate of 'tiny' are both v1 by route odd-on-haiku"),
        (["run", "--resume", "x", "--route", "odd-on-haiku"], "--route cannot be chosen"),
    ],
)  # fmt: skip
def test_a_route_that_cannot_be_taken_is_refused(
    routed: Path, typed: Type, argv: list[str], said: str
) -> None:
    found = typed(*argv)
    assert (found.status, said in found.err) == (2, True), found.err


def test_without_any_route_none_is_offered(routed: Path, typed: Type) -> None:
    (routed / "prompts/routes.yaml").unlink()
    write(routed / "evals/tiny.yaml", suite_text("tiny", 24))
    assert "there are: none" in typed("run", "tiny", "--route", "odd").err


def test_a_model_of_a_route_is_used_by_the_suites_that_take_it(routed: Path, typed: Type) -> None:
    models = json.loads(typed("models", "list", "--json").out)["models"]
    assert {each["model"]: each["used_by"] for each in models} == {
        "opus-5-5": ["tiny"],
        "haiku-5-5": ["tiny"],
    }


def test_routes_are_counted_by_the_check(routed: Path, typed: Type) -> None:
    assert "2 models, 1 route: nothing wrong" in typed("check").out


def test_the_past_of_a_route_is_what_a_plan_expects_of_it(routed: Path, typed: Type) -> None:
    typed("run", "tiny", "--route", "odd-on-haiku")
    assert json.loads(typed("plan", "--json").out)["candidate"]["earlier_runs"] == 1
    write(routed / "prompts/routes.yaml", ROUTES.replace("9000", "9001"))
    assert json.loads(typed("plan", "--json").out)["candidate"]["earlier_runs"] == 0
    assert "v1 by route odd-on-haiku" in typed("history", "tiny").out


def test_routes_are_listed_rule_by_rule(routed: Path, typed: Type) -> None:
    lines = [" ".join(line.split()) for line in typed("models", "routes").out.splitlines()]
    assert lines == [
        "route cases with model used by",
        "odd-on-haiku tag odd haiku-5-5 tiny",
        "prompt of more than 9,000 tokens haiku-5-5",
        "otherwise opus-5-5",
    ]
    [found] = json.loads(typed("models", "routes", "--json").out)["routes"]
    assert (found["name"], found["otherwise"], found["used_by"]) == ("odd-on-haiku", OPUS, ["tiny"])
    (routed / "prompts/routes.yaml").unlink()
    write(routed / "evals/tiny.yaml", suite_text("tiny", 24))
    assert "no route yet" in typed("models", "routes").err


def test_a_route_that_changed_since_a_commit_is_gated_against_what_it_was(routed: Path, typed: Type) -> None:
    for command in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"],
    ):
        subprocess.run(["git", *command], check=True)  # noqa: S607 - whatever git there is
    write(routed / "prompts/routes.yaml", ROUTES.replace("[odd]", "[even]"))
    found = typed("gate", "tiny", "--base", "HEAD")
    assert found.status == 4  # nobody has recorded it
    said = " ".join(found.out.split())
    assert "route odd-on-haiku -> route odd-on-haiku, edited, prompt v1" in said
    assert "baseline, claude-haiku-5-5 12 cases" in said
    assert "candidate, claude-haiku-5-5 12 cases" in said
