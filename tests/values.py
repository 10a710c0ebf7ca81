"""Small, complete values of the domain for tests that need one and do not care which."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from harness.errors import Place
from harness.events import RunBegan
from harness.record import RunInfo
from harness.suite.case import Case, Suite, VariantName
from harness.suite.expectations.text import Contains
from harness.suite.model import ModelPin, PriceRow, RateLimits
from harness.suite.policy import Policy
from harness.suite.prompt import MessageTemplate, PromptVersion
from harness.trial import Variant
from harness.units import FREE, Tokens, Usd

HERE = Place("evals/triage.yaml", 1, 1)


def price_row() -> PriceRow:
    return PriceRow(
        id="opus-5-5@2026-09-22",
        valid_from=date(2026, 9, 22),
        above_prompt_tokens=Tokens(0),
        input=Decimal(4),
        output=Decimal(20),
        cache_write_5m=Decimal(5),
        cache_write_1h=Decimal(8),
        cache_read=Decimal("0.20"),
        source="a test",
        checked_on=date(2026, 11, 20),
    )


def model_pin(name: str = "opus-5-5", prices: tuple[PriceRow, ...] | None = None) -> ModelPin:
    return ModelPin(
        name=name,
        id=f"claude-{name}",
        lifecycle="active",
        released=date(2026, 9, 22),
        retires_on=None,
        context_tokens=Tokens(1_000_000),
        max_output_tokens=Tokens(128_000),
        thinking=frozenset({"adaptive"}),
        efforts=frozenset({"low", "medium", "high", "xhigh", "max"}),
        disabled_thinking_efforts=frozenset(),
        structured_output=True,
        prefill=False,
        prices=(price_row(),) if prices is None else prices,
        rate_limits=RateLimits(),
        place=HERE,
    )


def prompt_version(version: str = "v1") -> PromptVersion:
    return PromptVersion(
        name="triage",
        version=version,
        description="Sort a ticket.",
        system="You sort tickets.",
        messages=(MessageTemplate(role="user", template="{{ ticket }}", place=HERE),),
        max_tokens=Tokens(400),
        effort="low",
        thinking="adaptive",
        output_schema=None,
        stop_sequences=(),
        variables=frozenset({"ticket"}),
        digest=f"digest of {version}",
        place=HERE,
    )


def variant(version: str = "v1", model: str = "opus-5-5") -> Variant:
    return Variant(prompt=prompt_version(version), model=model_pin(model))


def case(id: str = "refund-late", tags: tuple[str, ...] = ("refund",)) -> Case:  # noqa: A002 - the field's name
    return Case(
        id=id,
        inputs={"ticket": f"Where is my refund? ({id})"},
        expect=(Contains(place=HERE, all_of=("refunds",)),),
        tags=tags,
        cluster=id,
        digest=f"digest of {id}",
        place=HERE,
    )


def suite(*cases: Case, repeats: int = 1, budget: str | None = None) -> Suite:
    return Suite(
        name="triage",
        prompt="triage",
        baseline=VariantName(version="v1", model="opus-5-5"),
        candidate=VariantName(version="v2", model="opus-5-5"),
        repeats=repeats,
        budget=None if budget is None else Usd(Decimal(budget)),
        policy=Policy(),
        cases=cases or (case(),),
        digest="digest of the suite",
        place=HERE,
    )


def run_began(**said: object) -> RunBegan:
    """A live run of one trial, without a cap; `said` in its place."""
    began = RunBegan(
        run_id="one",
        side="",
        suite="tiny",
        prompt_version="v1",
        model="claude-opus-5-5",
        mode="live",
        planned=1,
        kept=0,
        budget=None,
        used=FREE,
    )
    return replace(began, **said)  # type: ignore[arg-type]  # test data, field by field


def run_info(**said: object) -> RunInfo:
    """A live run of two cases, asked once; `said` in its place."""
    info = RunInfo(
        run_id="r1",
        suite="triage",
        suite_digest="5" * 64,
        prompt="triage",
        prompt_version="v1",
        prompt_digest="1" * 64,
        model="opus-5-5",
        model_id="claude-opus-5-5",
        params="{}",
        prices="[]",
        graders='{"equals":1}',
        mode="live",
        repeats=1,
        planned=2,
        case_ids=("a", "b"),
        harness_version="0.1.0",
        sdk_version="2.12.0",
        started_at=datetime(2026, 11, 21, 12, 0, tzinfo=UTC),
        session="s1",
    )
    return replace(info, **said)  # type: ignore[arg-type]  # test data, field by field
