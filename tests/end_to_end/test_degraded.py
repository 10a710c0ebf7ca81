"""Runs that take something instead of an answer, typed as a user types them: marked, paid, and never compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.test_live import MICRO, journal, run, sql
from tests.projects import harness, read_json, tiny_model, write
from tests.standin import Answer, StandIn, Trouble, last_text
from tests.standin.spoils import cut

pytestmark = pytest.mark.loopback
BROKEN = (3, 7)
HTML = Trouble(kind="html")


def breaking(trouble: Trouble) -> Callable[[Mapping[str, Any]], Answer]:
    """The tiny model, but opus meets `trouble` at two of the questions."""

    def answer(body: Mapping[str, Any]) -> Answer:
        found = tiny_model(body)
        number = int(re.findall(r"number is (\d+)", last_text(body))[0])
        is_broken = number in BROKEN and body["model"] == "claude-opus-5-5"
        return Answer(text=found.text + " " + "more " * 30, trouble=trouble) if is_broken else found

    return answer


@pytest.fixture
def project(blank: Path) -> Path:
    """With a second pin."""
    models = blank / "prompts/models.yaml"
    first = models.read_text("utf-8").partition("models:\n")[2]
    second = first.replace("opus-5-5", "haiku-5-5").replace("input: 4, output: 20", "input: 1, output: 5")
    write(models, f"models:\n{first}{second}")
    return blank


def degraded(folder: Path) -> list[Any]:
    query = (
        "SELECT case_id, why, detail, served_model, score FROM trials WHERE outcome = 'degraded' ORDER BY 1"
    )
    rows = sql(folder, query)
    return [list(row.values()) if isinstance(row, dict) else row for row in rows]


def test_another_model_answers_where_one_fails_and_nothing_calls_that_a_success(project: Path) -> None:
    with StandIn(breaking(HTML)) as server:
        status, document = run(project, server, "--degrade-to", "haiku-5-5")
    counts = document["accounting"]
    assert (status, counts["answered"], counts["degraded"], counts["failed"]) == (4, 10, 2, 0)
    sentence = "claude-haiku-5-5 answered after claude-opus-5-5 failed: garbled"
    assert degraded(project) == [
        ["c03", "degraded", sentence, "claude-haiku-5-5", None],
        ["c07", "degraded", sentence, "claude-haiku-5-5", None],
    ]
    assert document["attempts"] == server.attempts == 10 + 2 * 3
    uncertain = Decimal(document["cost_uncertain_usd"])
    assert Decimal(document["cost_usd"]) + uncertain >= server.bill.total.quantize(MICRO)
    records = {
        each["record"]["case_id"]: each["record"] for each in journal(project) if each["kind"] == "trial"
    }
    attempts = records["c03"]["attempts"]
    assert [(each["number"], each["model"], each["fault"]) for each in attempts] == [
        (1, None, "garbled"),
        (2, None, "garbled"),
        (3, "claude-haiku-5-5", None),
    ]
    assert Decimal(attempts[2]["cost"]) > 0


def test_the_report_of_a_degraded_run_says_so(project: Path) -> None:
    with StandIn(breaking(HTML)) as server:
        done = harness(
            project,
            "run",
            "tiny",
            "--mode",
            "live",
            "--degrade-to",
            "haiku-5-5",
            "--html",
            "page.html",
            url=server.url,
        )
    assert done.returncode == 4
    page = (project / "page.html").read_text("utf-8")
    assert "2 degraded" in done.stdout
    assert "c03  none  (degraded: claude-haiku-5-5 answered after" in done.stdout
    assert "never compared: start a new run for the answers" in done.stderr
    assert "degraded" in page
    assert page.count("claude-haiku-5-5 answered after claude-opus-5-5 failed: garbled") >= 2


def test_degraded_trials_are_left_out_of_a_comparison_which_says_so(project: Path) -> None:
    with StandIn(tiny_model) as server:
        _, before = run(project, server, "--version", "v1")
    with StandIn(breaking(HTML)) as server:
        _, after = run(project, server, "--degrade-to", "haiku-5-5")
    done = harness(project, "compare", before["run_id"], after["run_id"], "--json")
    document = read_json(done.stdout)
    assert (done.returncode, document["status"]) == (4, "NOT_MEASURED")
    assert document["quality"]["n"] == 10
    assert document["accounting"]["candidate"]["degraded"] == 2
    assert "degraded" in harness(project, "compare", before["run_id"], after["run_id"]).stdout
    refused = harness(project, "baseline", "bless", after["run_id"], "--note", "x")
    assert refused.returncode == 2
    assert "2 degraded" in refused.stderr


def test_a_recording_of_the_question_stands_in_whichever_repeat_it_was(project: Path) -> None:
    with StandIn(tiny_model) as server:
        run(project, server, "--mode", "record")
    with StandIn(breaking(HTML)) as server:
        status, document = run(project, server, "--repeats", "2", "--degrade-to", "cached")
    assert (status, document["accounting"]["degraded"]) == (4, 4)
    assert document["attempts"] == server.attempts == 20 + 4 * 2
    [[_, _, detail, served, score], *_] = degraded(project)
    assert re.fullmatch(r"a recording of \d{4}-\d\d-\d\d instead: claude-opus-5-5 failed: garbled", detail), (
        detail
    )
    assert (served, score) == ("claude-opus-5-5", None)


def test_the_text_that_had_arrived_stands_in_where_a_stream_was_cut(project: Path) -> None:
    write(project / "pyproject.toml", "[tool.harness]\nstream = true\n")
    with StandIn(breaking(Trouble(kind="spoil", spoil=cut(0.7, reset=True)))) as server:
        status, document = run(project, server, "--degrade-to", "cached", "--degrade-to", "partial")
    assert (status, document["accounting"]["degraded"]) == (4, 2)
    [[_, _, detail, *_], _] = degraded(project)
    assert re.match(r"the stream was cut after \d+ characters: claude-opus-5-5 failed: disconnected", detail)
    outcomes = [each["record"]["outcome"] for each in journal(project) if each["kind"] == "trial"]
    texts = [each["reply"]["text"] for each in outcomes if each["kind"] == "degraded"]
    assert [text.startswith(("number 3 more", "number 7 more")) for text in texts] == [True, True]
    uncertain = Decimal(document["cost_uncertain_usd"])
    assert Decimal(document["cost_usd"]) + uncertain >= server.bill.total.quantize(MICRO)


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["gate", "tiny", "--degrade-to", "haiku-5-5"], "it is never compared; only harness run takes it"),
        (["compare", "a", "b", "--degrade-to", "cached"], "it is never compared; only harness run takes it"),
        (["run", "tiny", "--degrade-to", "cached"], "--degrade-to cached is for --mode live, not replay"),
        (
            ["run", "tiny", "--mode", "live", "--degrade-to", "gpt"],
            "no model is pinned as 'gpt'; there are: cached, partial, haiku-5-5, opus-5-5",
        ),
        (["run", "tiny", "--mode", "live", "--degrade-to", "opus-5-5"], "is the model the run asks anyway"),
        (["run", "tiny", "--mode", "live", "--degrade-to", "partial"], "set stream = true in [tool.harness]"),
        (
            ["run", "tiny", "--mode", "live", *["--degrade-to", "cached"] * 2],
            "--degrade-to cached is given twice",
        ),
    ],
    ids=lambda each: " ".join(each[-2:]) if isinstance(each, list) else "",
)
def test_what_may_not_degrade_or_could_never_help_is_refused_with_the_reason(
    project: Path, argv: list[str], said: str
) -> None:
    done = harness(project, *argv, url="http://127.0.0.1:9")
    assert done.returncode == 2
    assert said in done.stderr
    assert not (project / "reports").exists()
