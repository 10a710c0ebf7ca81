"""Live runs over real HTTP, typed as a user types them: what was asked, kept and paid agrees everywhere."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.store.lines import decode
from tests.projects import KEY, harness, read_json, suite_text, tiny_model, write
from tests.standin import Answer, StandIn, Trouble

pytestmark = pytest.mark.loopback
OVERLOADED = Trouble(kind="status", status=529)
MICRO = Decimal("0.000001")


def run(folder: Path, server: StandIn, *argv: str, **more: str) -> tuple[int, Any]:
    """`harness run tiny --mode live --json`: the exit status and the document."""
    done = harness(folder, "run", "tiny", "--mode", "live", "--json", *argv, url=server.url, **more)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, read_json(done.stdout)


def sql(folder: Path, query: str) -> Any:
    return read_json(harness(folder, "sql", query, "--json").stdout)["rows"]


def journal(folder: Path) -> list[Any]:
    [path] = (folder / "reports/runs").glob("*.jsonl")
    return [body for line in path.read_bytes().splitlines() if (body := decode(line))]


def attempts_everywhere(folder: Path, document: Any) -> set[int]:
    """How many requests each place says were sent."""
    lines = journal(folder)
    recorded = sum(len(line["record"]["attempts"]) for line in lines if line["kind"] == "trial")
    settled = sum(line["kind"] == "settled" for line in lines)
    [stored] = sql(folder, "SELECT count(*) AS n FROM v_calls")
    return {document["attempts"], recorded, settled, stored["n"] if isinstance(stored, dict) else stored[0]}


def test_every_case_is_answered_and_the_bill_is_the_server_s(blank: Path, server: StandIn) -> None:
    status, document = run(blank, server)
    assert (status, document["accounting"]["answered"]) == (0, 12)
    assert Decimal(document["cost_usd"]).quantize(MICRO) == server.bill.total.quantize(MICRO)
    assert attempts_everywhere(blank, document) == {server.attempts} == {12}


def test_an_overload_is_ridden_out_and_every_request_is_on_record(blank: Path) -> None:
    with StandIn(tiny_model, troubles=[OVERLOADED] * 5) as server:
        status, document = run(blank, server)
    assert (status, document["accounting"]["answered"]) == (0, 12)
    assert server.attempts == 17
    assert attempts_everywhere(blank, document) == {17}
    assert Decimal(document["cost_usd"]).quantize(MICRO) == server.bill.total.quantize(MICRO)


def test_an_invalid_key_stops_the_run_and_names_the_remedy(blank: Path, server: StandIn) -> None:
    write(blank / "pyproject.toml", "[tool.harness]\nat_once = 2\n")
    key = "sk-invalid-" + "0" * 20
    done = harness(blank, "run", "tiny", "--mode", "live", url=server.url, ANTHROPIC_API_KEY=key)
    assert done.returncode == 4
    assert 1 <= server.attempts <= 2
    assert "ANTHROPIC_API_KEY" in done.stdout + done.stderr
    assert key not in done.stdout + done.stderr


@pytest.mark.parametrize("key", ["", " \n"])
def test_without_a_key_nothing_is_sent_and_nothing_is_left(blank: Path, server: StandIn, key: str) -> None:
    done = harness(blank, "run", "tiny", "--mode", "live", url=server.url, ANTHROPIC_API_KEY=key)
    assert (done.returncode, server.attempts) == (2, 0)
    assert "needs ANTHROPIC_API_KEY" in done.stderr
    assert not (blank / "reports").exists()


def test_a_token_alone_is_enough_and_is_written_nowhere(blank: Path, server: StandIn) -> None:
    token = "sk-ant-oat01-" + "0" * 20
    tokens = {"ANTHROPIC_API_KEY": "", "ANTHROPIC_AUTH_TOKEN": token}
    done = harness(blank, "run", "tiny", "--mode", "live", url=server.url, **tokens)
    assert (done.returncode, server.attempts > 0) == (0, True)
    assert not any(token.encode() in file.read_bytes() for file in blank.rglob("*") if file.is_file())


def test_a_refused_token_is_called_by_its_name(blank: Path, server: StandIn) -> None:
    tokens = {"ANTHROPIC_API_KEY": "", "ANTHROPIC_AUTH_TOKEN": "sk-invalid-" + "0" * 20}
    done = harness(blank, "run", "tiny", "--mode", "live", url=server.url, **tokens)
    assert (done.returncode, "check ANTHROPIC_AUTH_TOKEN" in done.stderr) == (4, True)


def test_the_answers_of_another_model_count_for_nothing(blank: Path) -> None:
    with StandIn(tiny_model, troubles=lambda _: Trouble(kind="wrong_model")) as server:
        status, document = run(blank, server)
    assert status == 4
    assert document["accounting"]["answered"] == 0
    assert sql(blank, "SELECT count(score) AS n FROM v_trials")[0] in ({"n": 0}, [0])


def paid(document: Any) -> Decimal:
    return Decimal(document["cost_usd"]) + Decimal(document["cost_uncertain_usd"])


def test_the_cap_holds_and_a_larger_one_pays_only_for_the_rest(blank: Path, server: StandIn) -> None:
    cap = Decimal("0.0135")  # one call may cost 0.0122 at worst, and costs 0.0002
    status, document = run(blank, server, "--budget", str(cap))
    found = document["accounting"]
    assert status == 4
    assert 0 < found["answered"] < 12
    assert found["answered"] + found["skipped"] == found["planned"] == 12
    assert server.bill.total <= cap
    assert paid(document) <= cap
    asked = server.attempts

    more = harness(blank, "run", "--resume", document["run_id"], "--budget", "1", "--json", url=server.url)
    assert more.returncode == 0, more.stderr
    assert server.attempts == asked + found["skipped"] == 12
    assert Decimal(read_json(more.stdout)["cost_usd"]).quantize(MICRO) == server.bill.total.quantize(MICRO)


def test_a_reason_to_skip_is_stored_with_the_trial(blank: Path, server: StandIn) -> None:
    run(blank, server, "--budget", "0.0001")
    assert server.attempts == 0
    reasons = sql(blank, "SELECT DISTINCT why FROM v_trials")
    assert "budget" in json.dumps(reasons)


def test_both_sides_of_a_live_gate_are_asked_in_turn_and_never_twice(blank: Path, server: StandIn) -> None:
    write(blank / "evals/tiny.yaml", suite_text("tiny", 24))
    first = harness(blank, "gate", "--mode", "live", "--json", url=server.url)
    assert first.returncode == 0, first.stderr + first.stdout
    assert server.attempts == 48
    sides = ["v1" if "v1" in seen.body["system"] else "v2" for seen in server.log]
    assert sum(one != other for one, other in itertools.pairwise(sides)) > 5
    again = harness(blank, "gate", "--mode", "live", "--json", url=server.url)
    assert server.attempts == 48
    assert read_json(again.stdout)["quality"] == read_json(first.stdout)["quality"]


def test_an_answer_that_cannot_be_read_fails_one_trial_only(blank: Path) -> None:
    def one_is_odd(body: Any) -> Answer:
        answer = tiny_model(body)
        return (
            answer if answer.text != "number 3" else Answer(stop_reason="refusal", refusal_category="other")
        )

    with StandIn(one_is_odd) as server:
        status, document = run(blank, server)
    assert document["accounting"]["planned"] == 12
    assert status == 0
    assert KEY not in json.dumps(document)


def test_streamed_answers_are_recorded_with_their_first_token_and_replay_unstreamed(
    blank: Path, server: StandIn
) -> None:
    write(blank / "pyproject.toml", "[tool.harness]\nstream = true\n")
    status, document = run(blank, server, "--mode", "record")
    assert (status, document["accounting"]["answered"]) == (0, 12)
    assert all(seen.body["stream"] is True for seen in server.log)
    assert Decimal(document["cost_usd"]).quantize(MICRO) == server.bill.total.quantize(MICRO)
    [timed] = sql(blank, "SELECT count(ttft_ms) AS n FROM trials")
    assert timed in ({"n": 12}, [12])
    write(blank / "pyproject.toml", "")
    again = harness(blank, "run", "tiny", "--json")
    assert read_json(again.stdout)["accounting"]["answered"] == 12
