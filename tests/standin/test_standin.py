"""The stand-in itself: it must be as strict as what it stands for, and its bill must be right."""

import json
import subprocess
import sys
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path

import httpx2
import pytest

from tests.standin import TROUBLES, Answer, StandIn, Trouble, count_tokens, last_text, named
from tests.standin.bill import price
from tests.standin.outages import begins_late, first, lasting

pytestmark = pytest.mark.loopback
HEADERS = {"authorization": "Bearer sk-test", "anthropic-version": "2026-10-21"}
BODY = {
    "model": "claude-opus-5-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello there"}],
}


def post(server: StandIn, body: object = BODY, path: str = "/v1/messages", **headers: str) -> httpx2.Response:
    return httpx2.post(server.url + path, json=body, headers={**HEADERS, **headers})


def test_it_echoes_and_bills_what_it_counted() -> None:
    with StandIn() as server:
        message = post(server).json()
    assert message["content"][0]["text"] == "Hello there"
    assert message["usage"]["input_tokens"] == count_tokens(BODY) == 8 + 4 + 3
    assert server.bill.total == Decimal("0.000120")  # 15 x 4 + 3 x 20 millionths of a dollar


@pytest.mark.parametrize(
    ("change", "status", "error_type"),
    [
        ({"temperature": 0}, 400, "invalid_request_error"),
        ({"messages": []}, 400, "invalid_request_error"),
        ({"max_tokens": 10**9}, 400, "invalid_request_error"),
        ({"max_tokens": "many"}, 400, "invalid_request_error"),
        ({"model": "claude-nobody"}, 404, "not_found_error"),
        ({"messages": [{"role": "user", "content": ""}]}, 400, "invalid_request_error"),
        ({"output_config": {"effort": "huge"}}, 400, "invalid_request_error"),
    ],
)
def test_it_refuses_what_the_api_refuses(change: dict[str, object], status: int, error_type: str) -> None:
    with StandIn() as server:
        response = post(server, {**BODY, **change})
    assert (response.status_code, response.json()["error"]["type"]) == (status, error_type)
    assert response.json()["request_id"] == response.headers["request-id"]
    assert not server.bill.items


def test_it_wants_a_key_and_a_version() -> None:
    with StandIn() as server:
        assert post(server, authorization="").status_code == 401
        assert (
            httpx2.post(server.url + "/v1/messages", json=BODY, headers={"x-api-key": "k"}).status_code == 400
        )


def test_it_counts_tokens_and_lists_models() -> None:
    with StandIn() as server:
        assert post(
            server, {k: v for k, v in BODY.items() if k != "max_tokens"}, "/v1/messages/count_tokens"
        ).json() == {"input_tokens": 15}
        models = httpx2.get(server.url + "/v1/models", headers=HEADERS).json()
        assert "claude-opus-5-5" in [model["id"] for model in models["data"]]
        assert httpx2.get(server.url + "/v1/models/claude-nobody", headers=HEADERS).status_code == 404
    assert server.attempts == 0


def test_a_refused_call_and_a_reset_before_the_answer_cost_nothing() -> None:
    with StandIn(
        troubles=[Trouble(kind="status", status=529), Trouble(kind="reset_before"), Trouble(kind="html")]
    ) as server:
        assert post(server).status_code == 529
        with pytest.raises(httpx2.NetworkError):
            post(server)
        assert not server.bill.items
        assert "html" in post(server).text
    assert len(server.bill.items) == 1
    assert [seen.status for seen in server.log] == [529, 0, 200]


def test_it_prices_long_prompts_batches_and_speed() -> None:
    usage = {"input_tokens": 100_001, "output_tokens": 1000}
    assert price("claude-haiku-5-5", usage) == Decimal("0.0525005")
    assert price("claude-haiku-5-5", {**usage, "service_tier": "batch", "speed": "fast"}) == Decimal(
        "0.0525005"
    )


def test_it_is_a_program_with_a_scripted_model(tmp_path: Path) -> None:
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps([{"when": "Hello", "text": "scripted"}]))
    command = [sys.executable, "-m", "tests.standin", "--answers", str(answers)]
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        url = program.stdout.readline().strip()
        response = httpx2.post(url + "/v1/messages", json=BODY, headers=HEADERS)
        program.terminate()
        _, talk = program.communicate(timeout=20)
    assert response.json()["content"][0]["text"] == "scripted"
    assert json.loads(talk)["attempts"] == 1


def test_a_function_may_play_the_model() -> None:
    with StandIn(lambda body: Answer(text=last_text(body).upper())) as server:
        assert post(server).json()["content"][0]["text"] == "HELLO THERE"


def test_every_trouble_has_a_name_says_what_it_does_and_can_be_tried_by_hand() -> None:
    assert all(known.about and known.trouble for known in TROUBLES.values())
    command = [sys.executable, "-m", "tests.standin", "--help"]
    said = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    ).stdout
    assert all(f"  {name} " in said for name in TROUBLES)


def test_an_outage_ends_after_its_time_and_a_number_of_troubles_after_so_many() -> None:
    now = iter([10.0, 10.0, 14.9, 15.0]).__next__
    overloaded = named("overloaded")
    script = lasting(overloaded, 5, now)
    assert [script(number) for number in range(1, 4)] == [overloaded, overloaded, None]
    late = begins_late(first(2, overloaded), after=1)
    assert [late(number) for number in range(1, 5)] == [None, overloaded, overloaded, None]


def test_a_request_that_is_not_read_counts_and_costs_nothing() -> None:
    with StandIn(troubles=first(1, named("reset_unread"))) as server:
        with pytest.raises(httpx2.TransportError):
            post(server)
        assert server.attempts == 1
        assert not server.bill.items
        assert post(server).status_code == 200
    assert (server.attempts, len(server.bill.items)) == (2, 1)


def test_a_date_to_come_back_at_is_counted_from_the_response_s_own() -> None:
    with StandIn(troubles=[named("limited_date"), named("limited_bare")]) as server:
        headers = post(server).headers
        assert "anthropic-ratelimit-requests-limit" not in post(server).headers
    dates = [parsedate_to_datetime(headers[name]) for name in ("retry-after", "date")]
    assert (dates[0] - dates[1]).total_seconds() in {2.0, 3.0, 4.0}
