"""What the gate says of the made-up replies: good edits pass, and bad ones are caught in the slice they broke."""

from decimal import Decimal

import pytest

from harness.call.exchange import Reply
from harness.compare.comparison import Comparison, compare
from harness.compare.observation import Accounting, Observation, Side
from harness.gate.judge import judge
from harness.gate.verdict import Status, Verdict
from harness.grade.grading import grade
from harness.suite.project import Project
from harness.trial import Answered, Trial
from tests.evals.conftest import Replies

SUITES = ("triage", "extract", "policy")
HIDDEN = [("triage", "urdu"), ("extract", "ocr-noise"), ("policy", "sounds-risky")]


def cost_of(trial: Trial, reply: Reply) -> float:
    row = trial.model.prices[-1]
    dollars = row.input * reply.usage.input_tokens + row.output * reply.usage.output_tokens
    return float(dollars / Decimal(1_000_000))


def observed(trial: Trial, reply: Reply) -> Observation:
    return Observation(
        case_id=trial.case.id,
        repeat=trial.repeat,
        score=grade(trial.case, Answered(reply=reply)).score,
        missing=None,
        cost=cost_of(trial, reply),
        latency=reply.latency,
        cluster=trial.case.cluster,
        tags=trial.case.tags,
        case_digest=trial.case.digest,
    )


def side(replies: Replies, suite: str, variant: str) -> Side:
    pairs = replies[suite, variant]
    return Side(
        run_id=variant,
        suite=suite,
        label=variant,
        observations=tuple(observed(trial, reply) for trial, reply in pairs),
        accounting=Accounting(planned=len(pairs), answered=len(pairs), degraded=0, failed=0, skipped=0),
        graders="{}",
        cost_usd=None,
        session=variant,
        mode="replay",
        synthetic=True,
    )


def decided(
    project: Project, replies: Replies, suite: str, variants: tuple[str, str]
) -> tuple[Comparison, Verdict]:
    before, after = (side(replies, suite, each) for each in variants)
    comparison = compare(before, after, project.suites[suite].policy)
    return comparison, judge(comparison, project.suites[suite].policy)


@pytest.mark.parametrize("model", ["opus-5-5", "sonnet-5-5"])
@pytest.mark.parametrize("suite", SUITES)
def test_the_better_prompt_passes_as_improved(
    project: Project, replies: Replies, suite: str, model: str
) -> None:
    _, verdict = decided(project, replies, suite, (f"v1@{model}", f"v2@{model}"))
    assert (verdict.status, verdict.label) == (Status.PASS, "improved")


@pytest.mark.parametrize(("suite", "tag"), HIDDEN)
def test_the_edit_that_breaks_one_slice_is_caught_there_and_nowhere_else(
    project: Project, replies: Replies, suite: str, tag: str
) -> None:
    comparison, verdict = decided(project, replies, suite, ("v1@opus-5-5", "v3@opus-5-5"))
    assert verdict.status is Status.REGRESSED
    assert verdict.quality is not Status.REGRESSED
    assert [name for name, status in verdict.slices if status is Status.REGRESSED] == [tag]
    worst = next(each for each in comparison.slices if each.slice == tag)
    assert worst.difference < -0.30
    assert worst.p_adjusted < 0.01


@pytest.mark.parametrize("suite", SUITES)
def test_no_edit_costs_more_than_its_suite_allows(project: Project, replies: Replies, suite: str) -> None:
    for version in ("v2", "v3"):
        _, verdict = decided(project, replies, suite, ("v1@opus-5-5", f"{version}@opus-5-5"))
        assert verdict.cost is Status.PASS, version


@pytest.mark.parametrize(
    ("suite", "status"),
    [("triage", Status.PASS), ("extract", Status.PASS), ("policy", Status.INCONCLUSIVE)],
)
def test_the_cheaper_model_halves_the_cost_and_leaves_one_suite_undecided(
    project: Project, replies: Replies, suite: str, status: Status
) -> None:
    comparison, verdict = decided(project, replies, suite, ("v2@opus-5-5", "v2@sonnet-5-5"))
    assert verdict.status is status
    assert comparison.cost is not None
    assert comparison.cost.upper < 0.6
