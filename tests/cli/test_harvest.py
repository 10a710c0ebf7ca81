"""Logs become proposals, and proposals count for nothing until a person says what is expected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Said, Type
from tests.intake.harvest.logs import otlp, write_log

SUITE = Path("evals/sentiment.yaml")
PROPOSED = Path("evals/proposed/sentiment.jsonl")
DECISIONS = Path("evals/proposed/decisions.jsonl")
ACCEPTED = Path("evals/harvested/sentiment.jsonl")


def seen(message: str, reply: str = '{"sentiment": "neutral"}', **more: Any) -> dict[str, Any]:
    return {"inputs": {"message": message}, "reply": reply, **more}


@pytest.fixture
def log(project: Path) -> Path:
    entries = [
        seen("The lid does not close, and nobody answers me", "", error="KeyError: 'sentiment'"),
        seen("Shukriya, the lamp is lovely", feedback={"score": 0, "corrected": {"sentiment": "positive"}}),
        seen("This is my third order, and again everything was perfect."),
    ]
    return write_log(project / "log.jsonl", *entries)


def ids(typed: Type) -> list[str]:
    return [
        each["case"]["id"] for each in json.loads(typed("harvest", "--review", "--json").out)["proposals"]
    ]


def cases(typed: Type) -> int:
    said = typed("check", "--json")
    assert said.status == 0, said.err
    return int(json.loads(said.out)["cases"])


def decisions() -> list[Any]:
    return [json.loads(line) for line in DECISIONS.read_text("utf-8").splitlines()]


def test_failures_are_listed_first_and_known_cases_are_left_out(log: Path, typed: Type) -> None:
    said = typed("harvest", "log.jsonl")
    assert said.status == 0
    first, second = said.out.splitlines()
    assert first.startswith("the-lid-does-not-close-")
    assert first.endswith(": it failed")
    assert second.startswith("shukriya-the-lamp-is-lovely-")
    assert second.endswith(": people said it was bad")
    assert "3 answers seen, 2 cases proposed; 1 known already" in said.err
    assert "count for nothing yet" in said.err
    assert cases(typed) == 30


def test_the_document_accounts_for_every_answer(log: Path, typed: Type) -> None:
    found = json.loads(typed("harvest", "log.jsonl", "--most", "1", "--json").out)
    parts = ("proposed", "repeated", "decided", "near", "over_budget")
    assert {name: found[name] for name in ("seen", *parts)} == {
        "seen": 3, "proposed": 1, "repeated": 0, "decided": 1, "near": 0, "over_budget": 1
    }  # fmt: skip
    assert found["kinds"] == {"own": 3}


def test_a_second_harvest_adds_only_what_is_new_and_keeps_what_people_wrote(log: Path, typed: Type) -> None:
    typed("harvest", "log.jsonl")
    text = PROPOSED.read_text("utf-8").replace('"expect": []', '"expect": [{"contains": "negative"}]')
    PROPOSED.write_text(text, "utf-8")
    write_log(
        log, seen("The lid does not close, and nobody answers me"), seen("Something entirely new, at last")
    )
    said = typed("harvest", "log.jsonl")
    assert "2 answers seen, 1 case proposed; 1 known already" in said.err
    assert PROPOSED.read_text("utf-8").startswith(text)
    assert typed("harvest", "--accept", ids(typed)[0]).status == 0
    assert '"expect": [{"contains": "negative"}]' in ACCEPTED.read_text("utf-8")


def test_an_accepted_case_counts_and_stays_decided(log: Path, typed: Type) -> None:
    typed("harvest", "log.jsonl")
    first, second = ids(typed)
    said = typed(
        "harvest",
        "--accept",
        first,
        "--expect",
        "equals: {path: $.sentiment, value: negative}",
        "--must-pass",
    )
    assert (said.status, said.out) == (0, f"{first}\n")
    assert "1 case added to evals/harvested/sentiment.jsonl" in said.err
    assert cases(typed) == 31
    assert "  - file: harvested/sentiment.jsonl\n" in SUITE.read_text("utf-8")
    [case] = map(json.loads, ACCEPTED.read_text("utf-8").splitlines())
    assert (case["must_pass"], case["tags"]) == (True, ["harvested"])

    assert typed("harvest", "--accept", second, "--json").status == 0
    assert SUITE.read_text("utf-8").count("harvested/sentiment.jsonl") == 1
    assert cases(typed) == 32
    assert [each["decision"] for each in decisions()] == ["accepted", "accepted"]
    assert "3 known already" in typed("harvest", "log.jsonl").err
    trail = Path("reports/audit.jsonl").read_text("utf-8")
    assert [trail.count(f'"{action}"') for action in ("harvested", "case_accepted")] == [1, 2]


def test_what_a_suite_cannot_ask_is_refused_and_nothing_is_written(log: Path, typed: Type) -> None:
    typed("harvest", "log.jsonl")
    before = (SUITE.read_text("utf-8"), PROPOSED.read_text("utf-8"))
    said = typed("harvest", "--accept", ids(typed)[0], "--expect", "contians: x")
    assert said.status == 2
    assert "evals/harvested/sentiment.jsonl:1:1" in said.err
    assert "did you mean 'contains'?" in said.err
    assert (SUITE.read_text("utf-8"), PROPOSED.read_text("utf-8")) == before
    assert not ACCEPTED.exists()
    assert not DECISIONS.exists()


def test_nobody_accepts_a_case_that_expects_nothing(log: Path, typed: Type) -> None:
    typed("harvest", "log.jsonl")
    said = typed("harvest", "--accept", ids(typed)[0])
    assert said.status == 2
    assert "nobody has said what a good answer is" in said.err


def test_a_rejected_question_is_never_proposed_again(log: Path, typed: Type) -> None:
    typed("harvest", "log.jsonl")
    first, second = ids(typed)
    assert typed("harvest", "--reject", first, "--because", "a test of ours").status == 0
    assert ids(typed) == [second]
    assert (decisions()[0]["decision"], decisions()[0]["because"]) == ("rejected", "a test of ours")
    write_log(
        log,
        seen("the LID does not close, and nobody answers me"),
        seen("The lid does not close, and nobody answers me!"),
    )
    said = typed("harvest", "log.jsonl")
    assert "2 answers seen, 0 cases proposed; 1 known already, 1 nearly the same as another" in said.err
    assert "0 accepted, 1 rejected" in typed("harvest", "--review").err


def test_a_review_shows_what_was_seen(log: Path, typed: Type) -> None:
    write_log(log, seen("x" * 400, "\x1b[31mred", confidence=0.2, feedback="no good", stop_reason="end_turn"))
    typed("harvest", "log.jsonl")
    said = typed("harvest", "--review")
    assert "confidence: 0.2" in said.out
    assert "comment: no good" in said.out
    assert "..." in said.out
    assert "\x1b" not in said.out
    assert "1 proposal for sentiment; 0 accepted, 0 rejected" in said.err


def test_what_could_not_be_read_shows_in_the_exit_status(log: Path, typed: Type) -> None:
    other = otlp({"traceId": "t", "spanId": "s", "attributes": []})
    write_log(log, seen("Something new"), "nonsense", {"inputs": {}, "reply": "x"}, other, *["bad"] * 30)
    said = typed("harvest", "log.jsonl")
    assert said.status == 3
    assert "log.jsonl:2:1: not JSON" in said.err
    assert "31 log lines could not be read, 11 of them not shown" in said.err
    assert "1 span passed over: no call of a model" in said.err
    assert "1 answer passed over: the question does not say what was asked" in said.err


def test_a_log_in_which_nothing_was_seen_is_no_success(log: Path, typed: Type) -> None:
    write_log(log, "nonsense")
    assert typed("harvest", "log.jsonl").status == 2
    write_log(log)
    assert typed("harvest", "log.jsonl").status == 2


def test_nothing_speaks_against_an_ordinary_answer(log: Path, typed: Type) -> None:
    write_log(log, {"messages": [{"role": "user", "content": "Call me at +92 300 1234567"}], "reply": "ok"})
    assert ": nothing speaks against it" in typed("harvest", "log.jsonl", "--input", "message").out
    assert "[REDACTED:phone]" in PROPOSED.read_text("utf-8")
    PROPOSED.unlink()
    typed("harvest", "log.jsonl", "--keep-personal")
    assert "+92 300 1234567" in PROPOSED.read_text("utf-8")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        ([], "name logs to read, or one of"),
        (["log.jsonl", "--review"], "name logs to read, or one of"),
        (["log.jsonl", "--most", "0"], "at least one case"),
        (["log.jsonl", "--expect", "contains: x"], "go with --accept"),
        (["log.jsonl", "--because", "x"], "goes with --reject"),
        (["log.jsonl", "--suite", "nosuch"], "there is no suite 'nosuch'"),
        (["log.jsonl", "--input", "nosuch"], "has no input 'nosuch'"),
        (["missing.jsonl"], "missing.jsonl: cannot be read"),
        (["--accept", "nosuch"], "no open proposal 'nosuch'"),
        (["--accept", "nosuch", "--expect", "[1"], "--expect '[1'"),
        (["--accept", "nosuch", "--expect", "text"], "it is no mapping"),
    ],
)
def test_what_cannot_be_done_is_said(log: Path, typed: Type, argv: list[str], said: str) -> None:
    found = typed("harvest", *argv)
    assert found.status == 2
    assert said in found.err


def test_a_guess_is_told(log: Path, typed: Type) -> None:
    write_log(log, {"inputs": {"text": "Something entirely new"}, "reply": "ok"})
    assert "1 answer: the input 'text' of the log is taken for 'message'" in typed("harvest", "log.jsonl").err


def other_suite() -> None:
    other = SUITE.read_text("utf-8").replace("suite: sentiment", "suite: other")
    Path("evals/other.yaml").write_text(other, "utf-8")


def test_two_suites_of_one_prompt_need_a_name(log: Path, typed: Type) -> None:
    other_suite()
    for argv in (["log.jsonl"], ["--review"], ["--accept", "nosuch"]):
        said = typed("harvest", *argv)
        assert (said.status, "name one with --suite: other, sentiment" in said.err) == (2, True)


def test_a_log_finds_the_suite_whose_prompt_it_names_or_whose_inputs_it_has(log: Path, typed: Type) -> None:
    other_suite()
    text = (
        Path("evals/other.yaml")
        .read_text("utf-8")
        .replace("prompt: sentiment", "prompt: mood")
        .replace("message:", "words:")
    )
    Path("evals/other.yaml").write_text(text, "utf-8")
    for version in ("v1", "v2"):
        written = Path(f"prompts/sentiment/{version}.yaml").read_text("utf-8").replace("message", "words")
        Path("prompts/mood").mkdir(exist_ok=True)
        Path(f"prompts/mood/{version}.yaml").write_text(written.replace("wordss:", "messages:"), "utf-8")
    assert cases(typed) == 60
    assert json.loads(typed("harvest", "log.jsonl", "--json").out)["suite"] == "sentiment"
    write_log(
        log, {"messages": [{"role": "user", "content": "Something new"}], "reply": "", "prompt": "mood@v2"}
    )
    found = json.loads(typed("harvest", "log.jsonl", "--json").out)
    assert found["suite"] == "other"
    name = found["proposals"][0]["case"]["id"]
    assert typed("harvest", "--reject", name).status == 0


@pytest.mark.parametrize(
    ("path", "line", "what"),
    [
        (PROPOSED, "nonsense", "not JSON"),
        (PROPOSED, "[]", "an entry that is no object"),
        (PROPOSED, '{"case": {}}', "no proposal"),
        (DECISIONS, '{"decision": "maybe"}', "no decision"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(
    log: Path, typed: Type, path: Path, line: str, what: str
) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"\n{line}\n", "utf-8")
    said = typed("harvest", "log.jsonl")
    assert said.status == 2
    assert f"{path}:2:1: {what}" in said.err


def test_files_that_cannot_be_read_or_written_are_named(log: Path, typed: Type) -> None:
    PROPOSED.mkdir(parents=True)
    assert "evals/proposed/sentiment.jsonl: is not a file" in typed("harvest", "log.jsonl").err
    PROPOSED.rmdir()
    PROPOSED.parent.rmdir()
    PROPOSED.parent.write_text("", "utf-8")
    said = typed("harvest", "log.jsonl")
    assert said.status == 2
    assert "evals/proposed" in said.err


def accepted(typed: Type, suite: str) -> Said:
    typed("harvest", "log.jsonl")
    SUITE.write_text(suite, "utf-8")
    return typed("harvest", "--accept", ids(typed)[0], "--expect", "contains: negative")


def test_a_suite_whose_cases_stand_on_one_line_is_left_to_its_author(log: Path, typed: Type) -> None:
    head, _cases, _rest = SUITE.read_text("utf-8").partition("cases:\n")
    said = accepted(typed, head + 'cases: [{id: a, inputs: {message: "Hi"}, expect: [{contains: x}]}]\n')
    assert (said.status, "no line can be added to `cases`" in said.err) == (2, True)


def test_a_suite_that_names_the_file_already_is_not_touched(log: Path, typed: Type) -> None:
    ACCEPTED.parent.mkdir()
    ACCEPTED.write_text(
        json.dumps({"id": "a", "inputs": {"message": "Hi"}, "expect": [{"contains": "x"}]}), "utf-8"
    )
    suite = SUITE.read_text("utf-8") + "  - file: harvested/sentiment.jsonl\n"
    assert accepted(typed, suite).status == 0
    assert SUITE.read_text("utf-8") == suite
    assert len(ACCEPTED.read_text("utf-8").splitlines()) == 2
