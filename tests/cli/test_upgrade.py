"""`harness upgrade`: every suite on today's model and on another one, before anybody changes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.providers.archive import Recorder, recordings_of
from harness.providers.recording import Asked, Recording
from tests.cli.conftest import Type
from tests.projects import KEY, RECORDED, suite_text, tiny_model, write
from tests.standin import StandIn

_PIN = """\
  {name}:
    id: {id}
    lifecycle: active
    released: 2026-09-28
    retires_on: {retires}
    context_tokens: 1000000
    max_output_tokens: {most}
    thinking: [adaptive]
    efforts: [low]
    structured_output: true
    prefill: false
    prices: {prices}
"""
_PRICES = """
      - {valid_from: 2026-09-22, input: 2, output: 10, cache_write_5m: 2.5, cache_write_1h: 4, cache_read: 0.10,
         source: a test, checked_on: 2026-11-20}"""


def on_another(version: str, answers_of: str, model: str) -> Iterator[Recording]:
    """What `version` says on another model: the answers that another version gave on the first one."""
    recorded = [each for _, each in recordings_of(Path("fixtures"))]
    said = {each.origin.case: each for each in recorded if each.origin.version == answers_of}
    for each in recorded:
        if each.origin.version == version and each.request["model"] == "claude-opus-5-5":
            answer = said[each.origin.case]
            body = {**answer.body, "model": model} if isinstance(answer.body, dict) else None
            request = {**each.request, "model": model}
            asked = Asked(body=request, api_version=each.api_version, beta="", origin=each.origin)
            yield replace(each, key=asked.key, request=request, body=body)


def record(version: str, answers_of: str, model: str = "claude-sonnet-5-5") -> None:
    recordings = list(on_another(version, answers_of, model))
    recorder = Recorder(Path("fixtures"))
    for each in recordings:
        recorder.keep(each)
    recorder.close()


@pytest.fixture
def models(tiny: Path) -> Path:
    """The tiny project, which may also go to a cheaper model, and to two that it cannot go to."""
    with (tiny / "prompts/models.yaml").open("a") as file:
        sonnet = {"name": "sonnet-5-5", "id": "claude-sonnet-5-5", "most": 128000, "prices": _PRICES}
        short = {"name": "short-5", "id": "claude-haiku-5-5", "most": 10, "prices": " []"}
        file.write(_PIN.format(**sonnet, retires="2027-09-28") + _PIN.format(**short, retires="null"))
    return tiny


def test_a_model_that_answers_as_well_passes(models: Path, typed: Type) -> None:
    record("v2", "v2")
    said = typed("upgrade", "--to", "sonnet-5-5")
    assert said.status == 0
    assert "tiny   v2 on claude-opus-5-5" in said.out
    assert "0.0 (" in said.out
    assert "PASS" in said.out
    assert "claude-sonnet-5-5 retires on 2027-09-28, in " in said.out
    assert "prices of claude-sonnet-5-5 against claude-opus-5-5: input −50 %, output −50 %" in said.out
    assert "(advisory)" in said.out


def test_a_model_that_answers_worse_regresses_and_says_how_many_cases(models: Path, typed: Type) -> None:
    record("v2", "v3")
    page = models / "up.md"
    said = typed("upgrade", "--to", "sonnet-5-5", "tiny", "--markdown", str(page))
    assert said.status == 1
    assert "REGRESSED" in said.out
    assert "`10` |" in page.read_text("utf-8")
    assert "- `tiny`: `quality 100.0 % -> 66.7 %" in page.read_text("utf-8")


def test_the_whole_of_it_is_there_as_json(models: Path, typed: Type) -> None:
    record("v2", "v2")
    found = json.loads(typed("upgrade", "--to", "sonnet-5-5", "--json").out)
    assert (found["schema"], found["to"], found["status"], found["already"]) == (1, "sonnet-5-5", "PASS", [])
    assert [each["model"] for each in found["models"]] == ["sonnet-5-5", "opus-5-5"]
    assert found["price_change"][0]["ratios"]["cache_read"] == 0.5
    assert found["suites"][0]["verdict"]["cost"]["ratio"] == 0.5
    assert found["alpha_per_suite"] == 0.05
    assert found["suites"][0]["advice"] == "go"


def test_a_suite_without_recordings_is_not_measured_and_says_how_to_record_it(
    models: Path, typed: Type
) -> None:
    said = typed("upgrade", "--to", "sonnet-5-5")
    assert said.status == 4
    assert "not measured" in said.out
    assert "record it: harness upgrade --to sonnet-5-5 tiny --mode record" in said.out


def test_several_suites_share_the_error_rate_and_the_worst_of_them_counts(models: Path, typed: Type) -> None:
    record("v2", "v2")
    _another("other", "{version: v3, model: opus-5-5}")
    _another("there", "{version: v2, model: sonnet-5-5}")
    said = typed("upgrade", "--to", "sonnet-5-5", "--json")
    found = json.loads(said.out)
    assert said.status == 4
    assert [(each["suite"], each["status"]) for each in found["suites"]] == [
        ("other", "NOT_MEASURED"),
        ("tiny", "PASS"),
    ]
    assert (found["alpha_per_suite"], found["already"]) == (0.025, ["there"])
    told = typed("upgrade", "--to", "sonnet-5-5").out
    assert "already on sonnet-5-5: there" in told
    assert "2 suites decide together, so each is tested at 2.5 %" in told


def test_suites_with_error_rates_of_their_own_say_no_common_one(models: Path, typed: Type) -> None:
    gate = "{quality: {margin: 10pt}, cost: {max_increase: 20%}, latency: off, alpha: 0.1}"
    _another("other", "{version: v2, model: opus-5-5}", gate=gate)
    found = json.loads(typed("upgrade", "--to", "sonnet-5-5", "--json").out)
    assert found["alpha_per_suite"] is None


def _another(name: str, candidate: str, **changes: str) -> None:
    write(Path(f"evals/{name}.yaml"), suite_text(name, 30, candidate=candidate, **changes))
    for version in RECORDED:
        file = Path(f"fixtures/{name}/tiny-{version}@claude-opus-5-5.jsonl")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes((Path("fixtures/tiny") / file.name).read_bytes())


def test_what_a_model_cannot_do_is_told_before_anything_is_asked(models: Path, typed: Type) -> None:
    said = typed("upgrade", "--to", "short-5")
    assert said.status == 4
    assert "tiny: v2 on claude-haiku-5-5: max_tokens 50 is above the model's 10" in said.err
    assert "NOT_MEASURED" in said.out
    assert "claude-haiku-5-5 has no announced end, has no price" in said.out
    assert not (models / "reports/runs").exists()
    page = json.loads(typed("upgrade", "--to", "short-5", "--json").out)
    assert page["suites"][0]["verdict"] is None
    assert page["price_change"][0]["ratios"]["input"] is None


@pytest.mark.parametrize(
    ("argv", "why"),
    [
        (("--to", "gpt"), "no model is pinned as 'gpt'"),
        (("--to", "opus-5-5"), "every suite asks opus-5-5 already (tiny)"),
        (("--to", "sonnet-5-5", "nothing"), "there is no suite 'nothing'"),
        (("--to", "sonnet-5-5", "--degrade-to", "cached"), "never compared"),
        (("--to", "sonnet-5-5", "--markdown", "evals"), "evals"),
        (("--to", "sonnet-5-5", "--html", "evals"), "evals"),
    ],
)
def test_what_cannot_be_looked_at_is_a_usage_error(
    models: Path, typed: Type, argv: tuple[str, ...], why: str
) -> None:
    said = typed("upgrade", *argv)
    assert said.status == 2
    assert why in said.err


def test_made_up_replies_are_said_to_be(models: Path, typed: Type) -> None:
    record("v2", "v2")
    for file in Path("fixtures/tiny").glob("*.jsonl"):
        file.write_text(file.read_text("utf-8").replace('"synthetic":false', '"synthetic":true'), "utf-8")
    page = models / "up.md"
    assert (
        "replies are synthetic recordings"
        in typed("upgrade", "--to", "sonnet-5-5", "--markdown", str(page)).out
    )
    assert "> **replies are synthetic recordings**" in page.read_text("utf-8")


def test_all_suites_are_one_page_with_advice_for_each(models: Path, typed: Type) -> None:
    record("v2", "v3")
    said = typed("upgrade", "--to", "sonnet-5-5", "--html", "pages/up.html")
    page = (models / "pages" / "up.html").read_text("utf-8")
    assert said.status == 1
    assert "report   pages/up.html" in said.err
    assert "The suite should stay." in page
    assert "slice" in page
    assert page.count('<details class="worst">') == 3
    assert "7 more became worse." in page
    assert "harness report tiny-v2-opus-5-5" in page
    assert "input −50 %, output −50 %" in page


def test_a_suite_that_cannot_be_asked_is_on_the_page_too(models: Path, typed: Type) -> None:
    assert typed("upgrade", "--to", "short-5", "--html", "up.html", "--json").status == 4
    page = (models / "up.html").read_text("utf-8")
    assert "The new model cannot be asked: v2 on claude-haiku-5-5: max_tokens 50" in page
    assert "no price" in page


def test_every_model_the_store_knows_of_stands_beside_the_new_one(models: Path, typed: Type) -> None:
    with (models / "prompts/models.yaml").open("a") as file:
        file.write(
            _PIN.format(name="cheap-5", id="claude-haiku-5-4", most=64000, prices=_PRICES, retires="null")
        )
    record("v2", "v2")
    record("v2", "v2", "claude-haiku-5-4")
    assert typed("upgrade", "--to", "sonnet-5-5").status == 0
    assert typed("run", "tiny", "--version", "v1", "--model", "opus-5-5").status == 0
    said = typed("upgrade", "--to", "cheap-5", "--html", "up.html", "--json")
    page = (models / "up.html").read_text("utf-8")
    assert (said.status, json.loads(said.out)["suites"][0]["advice"]) == (0, "go")
    assert "The suite may go." in page
    rows = page[page.index("beaten by none") :]
    assert [
        name in rows[: rows.index("</tbody>")] for name in ("opus-5-5 (now)", "cheap-5 (new)", "sonnet-5-5")
    ] == [True] * 3
    assert rows[: rows.index("</tbody>")].count(">PASS<") == 2


@pytest.mark.loopback
def test_a_live_upgrade_asks_both_sides_within_one_budget(
    models: Path, typed: Type, monkeypatch: pytest.MonkeyPatch
) -> None:
    with StandIn(tiny_model) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.url)
        monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
        said = typed("upgrade", "--to", "sonnet-5-5", "--mode", "live", "--budget", "1")
        poor = typed("upgrade", "--to", "sonnet-5-5", "--mode", "live", "--budget", "0.0001", "--fresh")
    assert said.status == 0
    assert "−50 %" in said.out
    assert poor.status == 4
    assert "harness upgrade --to sonnet-5-5 tiny --mode live --budget 0.0001" in poor.err
