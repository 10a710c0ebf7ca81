"""The composition root: what terms can be met, and what a run may spend."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.pipeline.pricing import price_row_of
from harness.plan import make_plan
from harness.record import Mode
from harness.settings import Settings, read_settings
from harness.trial import Answered, Degraded, Outcome, Skipped
from harness.units import Usd
from harness.wiring import Terms, open_line, redactor
from tests.doubles import REPLY, FakeClock, go
from tests.projects import KEY, write_project
from tests.values import model_pin, suite, variant

PINS = {"claude-opus-5-5": model_pin()}
TRIAL = make_plan(suite(), variant()).trials[0]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(write_project(tmp_path, 1), {"ANTHROPIC_API_KEY": KEY})


@pytest.mark.parametrize("mode", ["live", "record"])
def test_without_a_key_only_recordings_can_be_asked(settings: Settings, mode: Mode) -> None:
    with pytest.raises(UsageError, match=rf"--mode {mode} needs ANTHROPIC_API_KEY.*--mode replay"):
        open_line(replace(settings, api_key=""), Terms(mode=mode), PINS)
    go(open_line(replace(settings, api_key=""), Terms(mode="replay"), PINS).close())


@pytest.mark.parametrize("mode", ["live", "record", "replay"])
def test_with_a_key_every_mode_can_be_asked(settings: Settings, mode: Mode) -> None:
    go(open_line(settings, Terms(mode=mode, budget=Usd(Decimal(1))), PINS).close())


@pytest.mark.parametrize("key", ["with a space", "ünïcode-" * 3, "tab\there"])
def test_a_key_with_stray_characters_is_refused(settings: Settings, key: str) -> None:
    with pytest.raises(UsageError, match="stray characters") as refused:
        open_line(replace(settings, api_key=key), Terms(mode="live"), PINS)
    assert key not in str(refused.value)


def test_a_budget_needs_prices(settings: Settings) -> None:
    unpriced = {"claude-free": replace(model_pin("free"), prices=())}
    with pytest.raises(UsageError, match="free has no price"):
        open_line(settings, Terms(mode="live", budget=Usd(Decimal(1))), unpriced)
    go(open_line(settings, Terms(mode="live"), unpriced).close())
    go(open_line(settings, Terms(mode="replay", budget=Usd(Decimal(1))), unpriced).close())


@pytest.mark.parametrize(
    ("outcome", "row"),
    [
        (Answered(reply=REPLY), "opus-5-5@2026-09-22"),
        (Degraded(reply=REPLY, why="another model"), "opus-5-5@2026-09-22"),
        (Skipped(why="budget"), None),
    ],
)
def test_only_what_was_billed_has_a_price_row(outcome: Outcome, row: str | None) -> None:
    assert price_row_of(TRIAL, outcome, FakeClock()) == row


def test_a_model_without_a_price_has_no_price_row() -> None:
    trial = replace(TRIAL, variant=replace(TRIAL.variant, model=model_pin(prices=())))
    assert price_row_of(trial, Answered(reply=REPLY), FakeClock()) is None


def test_the_key_of_this_environment_is_redacted(settings: Settings) -> None:
    assert KEY not in redactor(settings).redact_text(f"x-api-key: {KEY}")
