"""What a run is pinned to, written down before its first call, and whether that still holds."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

from harness import __version__
from harness.call.canonical import canonical, digest
from harness.errors import UsageError
from harness.grade.table import graders_in_use
from harness.plan import Plan
from harness.record import RunInfo
from harness.suite.model import ModelPin
from harness.suite.prompt import PromptVersion
from harness.suite.route import MARK
from harness.units import Json
from harness.wiring import Terms

PINNED = (
    "suite_digest",
    "prompt_version",
    "prompt_digest",
    "model_id",
    "params",
    "graders",
    "mode",
    "route",
    "route_digest",
)
"""What must be as it was for a run to go on, or to stand for another."""


def describe(plan: Plan, terms: Terms, *, session: str, at: datetime) -> RunInfo:
    """Everything a run of `plan` is pinned to. The id holds suite, variant and time, and a part of chance."""
    prompt, pins, route = plan.variant.prompt, plan.variant.pins, plan.route
    name = pins[0].name if route is None else route.name
    model_id, rules = asked_of(plan)
    stamp = f"{at:%Y%m%dT%H%M%S}-{secrets.token_hex(2)}"
    return RunInfo(
        run_id=f"{plan.suite.name}-{prompt.version}-{name}-{stamp}",
        suite=plan.suite.name,
        suite_digest=plan.suite.digest,
        prompt=prompt.name,
        prompt_version=prompt.version,
        prompt_digest=prompt.digest,
        model=name if route is None else f"{MARK}{name}",
        model_id=model_id,
        params=_params(prompt),
        prices=_prices(pins),
        graders=graders_in_use(each for case in plan.suite.cases for each in case.expect),
        mode=terms.mode,
        repeats=plan.repeats,
        planned=len(plan.trials),
        case_ids=tuple(case.id for case in plan.cases),
        harness_version=__version__,
        sdk_version=_sdk_version(),
        started_at=at,
        session=session,
        budget=plan.suite.budget if terms.budget is None else terms.budget,
        synthetic=terms.synthetic,
        route=rules,
        route_digest=None if route is None else _routed(plan),
        purpose=terms.purpose,
        first_repeat=plan.first,
        times=plan.times,
    )


def asked_of(plan: Plan) -> tuple[str, str | None]:
    """`model_id` and `route` of its runs: equal for plans that ask the same models by the same rules."""
    ids = ", ".join(pin.id for pin in plan.variant.pins)
    return ids, None if plan.route is None else canonical(plan.route.spelled())


def _routed(plan: Plan) -> str:
    """Which case is asked of which model: tags decide on it too, and no other digest covers them."""
    return digest(sorted({(trial.case.id, trial.request.model) for trial in plan.trials}))


def _params(prompt: PromptVersion) -> str:
    schema = None if prompt.output_schema is None else digest(prompt.output_schema)
    said: dict[str, Json] = {
        "effort": prompt.effort,
        "thinking": prompt.thinking,
        "max_tokens": prompt.max_tokens,
        "output_schema": schema,
        "stop_sequences": list(prompt.stop_sequences),
    }
    return canonical(said | {"tools": [each.name for each in prompt.tools]} if prompt.tools else said)


def _prices(pins: Sequence[ModelPin]) -> str:
    return canonical(
        [
            {
                "id": row.id,
                "valid_from": row.valid_from.isoformat(),
                "above_prompt_tokens": row.above_prompt_tokens,
                "input": str(row.input),
                "output": str(row.output),
                "cache_write_5m": str(row.cache_write_5m),
                "cache_write_1h": str(row.cache_write_1h),
                "cache_read": str(row.cache_read),
            }
            for pin in pins
            for row in pin.prices
        ]
    )


@cache
def _sdk_version() -> str:
    from importlib.metadata import version

    return version("anthropic")


def check_unchanged(info: RunInfo, plan: Plan, terms: Terms) -> None:
    """Raises UsageError with everything `info` was pinned to and `plan` says otherwise.

    `plan` may hold cases the run never had: it may have been made of a selection.
    """
    cases = set(info.case_ids)
    plan = replace(plan, trials=tuple(trial for trial in plan.trials if trial.case.id in cases))
    now = describe(plan, terms, session=info.session, at=info.started_at)
    changed = [name for name in PINNED if getattr(info, name) != getattr(now, name)]
    if changed:
        words = ("route" if name == "route_digest" else name.replace("_", " ") for name in changed)
        names = ", ".join(dict.fromkeys(words))
        raise UsageError(
            f"run {info.run_id} cannot go on: {names} changed since it began; start a new run, or restore the files"
        )
