from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Type

PINS = "prompts/models.yaml"


@pytest.fixture
def ending(project: Path) -> Path:
    """A project whose model goes away on the last day of January."""
    text = (project / PINS).read_text("utf-8")
    (project / PINS).write_text(text.replace("retires_on: null", "retires_on: 2027-01-31"), "utf-8")
    return project


def test_the_list_has_life_price_age_and_users(ending: Path, typed: Type) -> None:
    said = typed("models", "list", "--today", "2026-11-21")
    line = said.out.splitlines()[1]
    assert said.status == 0
    for part in (
        "haiku-5-5",
        "active",
        "2027-01-31 (71 d)",
        "$0.10",
        "$0.50 +1",
        "2026-11-20 (1 d)",
        "sentiment",
    ):
        assert part in line
    assert said.err == ""


def test_the_list_as_json_is_exact(ending: Path, typed: Type) -> None:
    found = json.loads(typed("models", "list", "--today", "2026-11-21", "--json").out)
    [model] = found["models"]
    assert (found["schema"], found["today"]) == (1, "2026-11-21")
    assert (model["days_left"], model["price_age_days"], model["used_by"]) == (71, 1, ["sentiment"])
    assert [row["input"] for row in model["prices_usd_per_mtok"]] == ["0.10", "0.50"]
    assert model["efforts"] == ["low", "medium", "high", "xhigh", "max"]


def test_the_end_of_a_model_is_announced_so_many_days_before(ending: Path, typed: Type) -> None:
    argv = ("models", "list", "--today", "2026-12-10")
    assert "retires on 2027-01-31, in 52 days; it is used by: sentiment" in typed(*argv).err
    assert "retires" not in typed(*argv, "--within", "51").err


def test_prices_nobody_checked_for_a_month_are_a_warning(project: Path, typed: Type) -> None:
    assert typed("models", "list", "--today", "2026-12-20").err == ""
    assert "were checked 31 days ago" in typed("models", "list", "--today", "2026-12-21").err


def test_a_model_without_a_price_is_a_warning(project: Path, typed: Type) -> None:
    said = typed("models", "list", "--today", "2026-10-01")
    assert "no price" in said.out
    assert "'haiku-5-5' has no price" in said.err


def test_an_unknown_day_is_a_usage_error(project: Path, typed: Type) -> None:
    said = typed("models", "list", "--today", "tomorrow")
    assert said.status == 2
    assert "write for instance 2026-11-21" in said.err


def test_today_is_the_default(project: Path, typed: Type) -> None:
    assert typed("models", "check").status == 0


def test_check_fails_from_the_day_a_model_goes_away(ending: Path, typed: Type) -> None:
    assert typed("models", "check", "--today", "2027-01-30").status == 0
    said = typed("models", "check", "--today", "2027-01-31")
    assert said.status == 2
    assert "evals/sentiment.yaml" in said.err
    assert "'haiku-5-5' (claude-haiku-5-5) is retired (since 2027-01-31); pin another model" in said.err


def test_check_can_fail_before_the_end(ending: Path, typed: Type) -> None:
    argv = ("models", "check", "--today", "2027-01-01", "--fail-within")
    assert typed(*argv, "29").status == 0
    assert typed(*argv, "30").status == 2


def test_check_as_json(ending: Path, typed: Type) -> None:
    said = typed("models", "check", "--today", "2027-02-01", "--json")
    found = json.loads(said.out)
    assert said.status == 2
    assert (len(found["problems"]), len(found["warnings"])) == (1, 2)
    assert typed("models", "check", "--today", "2026-11-21", "--json").status == 0


def test_a_model_called_retired_is_listed_as_such_while_nobody_uses_it(project: Path, typed: Type) -> None:
    pins = (project / PINS).read_text("utf-8")
    old = pins.partition("models:\n")[2].replace("haiku-5-5", "old").replace("claude-old", "claude-haiku-3-9")
    (project / PINS).write_text(pins + old.replace("lifecycle: active", "lifecycle: retired"), "utf-8")
    said = typed("models", "check")
    assert said.status == 0
    assert typed("models", "list").out.splitlines()[2].split()[:3] == ["old", "claude-haiku-3-9", "retired"]
