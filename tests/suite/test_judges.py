"""`prompts/judges.yaml`: every mistake with its place and its remedy, and who may ask which judge."""

from __future__ import annotations

import pytest

from harness.errors import FilesRejected
from harness.suite.expectation import all_parts
from harness.suite.expectations.judged import Rubric, rejudged
from harness.suite.judge import Judge, Levels, Panel, Preference, Range, members_of
from harness.suite.read import examine
from tests.judged import FILES, JUDGES_FILE, PAIR, any_judge, judge, project, prompt, suite_of
from tests.suite.files import Files, said

TONE = "  tone:\n    prompt: by-criteria\n    version: v1\n    model: opus\n    scale: binary\n"


def mistakes(path: str, text: str) -> list[str]:
    return said(Files({**FILES, path: text}))


def of_judges(old: str, new: str) -> list[str]:
    assert old in JUDGES_FILE
    return mistakes("prompts/judges.yaml", JUDGES_FILE.replace(old, new, 1))


def test_a_project_with_judges_of_every_kind_is_right() -> None:
    assert said(Files(FILES)) == []
    assert judge("tone").scale == Levels(names=("fail", "pass"))
    assert judge("truth").scale == Levels(names=("wrong", "half", "right"))
    assert judge("stars").scale == Range(least=1, most=5, whole=True)
    assert judge("share").scale == Range(least=0, most=1, whole=False)
    assert judge("better").scale == Preference()
    panel = any_judge("panel")
    assert isinstance(panel, Panel)
    assert [each.name for each in members_of([panel, judge("tone")])] == ["tone", "stars", "share"]


def test_a_project_without_judges_has_none() -> None:
    without = Files({path: text for path, text in FILES.items() if path != "prompts/judges.yaml"})
    assert said(without) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("model: opus", "model: opsu", "5:12: prompts/models.yaml has no model 'opsu'; did you mean 'opus'?"),
        ("version: v1", "version: v7", "4:14: prompt 'by-criteria' has no version 'v7'; use one of: v1"),
        ("prompt: by-criteria", "prompt: nobody", "there is no prompt 'nobody': no folder prompts/nobody/"),
        ("    scale: binary\n  truth", "  truth", "3:5: a judge has no 'scale'; add `scale:`"),
        ("scale: binary", "scale: yes", "6:12: 'scale' cannot be 'yes'; use one of: binary, preference"),
        ("scale: binary", "scale: [pass]", "6:12: a scale of 1 words; write 2 to 25, the worst first"),
        ("scale: binary", "scale: [a, a]", "6:12: a word stands twice in the scale; keep one"),
        (
            "scale: binary",
            'scale: [a, " b"]',
            "a word of the scale is empty, or has space around it; mend it",
        ),
        ("from: 1, to: 5", "from: 5, to: 1", "a scale from 5 to 1; the best number is the larger one"),
        ("judgings: 3", "judgings: 0", "'judgings' is 0, outside 1 to 25"),
        ("take: median", "take: best", "'take' cannot be 'best'"),
        ("scale: binary", "scale: [bad, good]", "its output schema does not fit the scale of 'tone'"),
        ("scale: {from: 1, to: 5}", "scale: binary", "its output schema does not fit the scale of 'stars'"),
        (
            "scale: {from: 0, to: 1}",
            "scale: preference",
            "by-share v1 never uses `first`, so it judges nothing",
        ),
        ("[tone, stars, share]", "[tone]", "a panel has two judges or more"),
        ("[tone, stars, share]", "[tone, tone]", "a judge stands twice in the panel; keep one"),
        ("[tone, stars, share]", "[tone, nobody]", "there is no judge 'nobody'"),
        ("[tone, stars, share]", "[tone, panel]", "'panel' is a panel itself; name its judges"),
        (
            "[tone, stars, share]",
            "[tone, better]",
            "some judges of the panel look at one text, others prefer one",
        ),
        (
            "take: vote}",
            "take: vote, model: opus}",
            "'model' is not taken here: each judge of a panel has its own",
        ),
        ("panel: {panel", "Panel: {panel", "a judge's name 'Panel' is not plain"),
        (
            '    known_bad: {question: "Where is it?", answer: "Get lost."}\n',
            "",
            "nothing says what 'polite' must turn down: its prompt takes neither criteria nor a reference",
        ),
        (
            TONE,
            TONE + "    known_bad: {question: q, answer: a}\n",
            "'known_bad' has no 'criteria', which by-criteria v1 needs; add `criteria:`",
        ),
        (
            "scale: preference}",
            "scale: preference, known_bad: {question: q, answer: a}}",
            "'known_bad' has no 'good', which by-pair v1 needs; add `good:`",
        ),
        ("tone:", "tone: 5\n  more:", "judge 'tone' must be a mapping, not the number 5"),
        (
            'known_bad: {question: "Where is it?", answer: "Get lost."}',
            "known_bad: rude",
            "must be a mapping",
        ),
    ],
)
def test_a_mistake_of_a_judge_is_named_with_its_place_and_its_remedy(
    old: str, new: str, expected: str
) -> None:
    found = of_judges(old, new)
    assert any(expected in each for each in found), found


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "by-criteria",
            prompt().partition("output:")[0],
            "is the prompt of a judge, and has no output schema",
        ),
        (
            "by-criteria",
            prompt()
            .replace("      reason: {type: string}\n", "")
            .replace("    properties:\n", "    properties:\n")
            + "      reason: {type: string}\n",
            "a judge says a `reason` and then a `verdict`, both required, and nothing else",
        ),
        (
            "by-criteria",
            prompt().replace("additionalProperties: false", "minProperties: 1"),
            "and nothing else",
        ),
        (
            "by-criteria",
            prompt().replace("{type: string}", "{type: number}"),
            "does not fit the scale of 'tone'",
        ),
        ("by-criteria", prompt("{type: string}"), "does not fit the scale of 'tone'"),
        ("by-criteria", prompt("{enum: pass}"), ""),
        ("by-criteria", prompt("true"), "does not fit the scale of 'tone'"),
        (
            "by-criteria",
            prompt().replace("answer | untrusted", "answer"),
            "'answer' is text of a model, and is not fenced here; write `{{ answer | untrusted }}`",
        ),
        (
            "by-criteria",
            prompt(more="{% set it = answer %}{{ criteria }}{{ it | untrusted }}"),
            "'answer' is text of a model, and is not fenced here",
        ),
        (
            "by-criteria",
            prompt().replace("You judge answers.", "You judge {{ answer | untrusted }}{{ question }}."),
            "nor does it belong into the system prompt",
        ),
        (
            "by-criteria",
            prompt(more="")
            .replace("Say whether it is good.", "")
            .replace("Question:", "{{ criteria }} Say whether it is good."),
            "nothing stands after the text that is judged",
        ),
        (
            "by-criteria",
            prompt(more="{{ criteria }}{{ shop }}"),
            "by-criteria v1 uses 'shop', which a judge is not told",
        ),
        ("by-criteria", prompt() + "tools: [find]\n", "a judge has no tools"),
        (
            "by-criteria",
            prompt().replace("output:", "  - assistant: '{'\noutput:"),
            "the last message of a judge must be the user's",
        ),
        ("by-criteria", prompt(more="{{ criteria | round }}"), "cannot be filled in with texts"),
        ("by-pair", prompt("{enum: [first, second]}", template=PAIR), "does not fit the scale of 'better'"),
    ],
)
def test_a_prompt_that_is_none_of_a_judge_is_refused(name: str, text: str, expected: str) -> None:
    found = mistakes(f"prompts/{name}/v1.yaml", text)
    assert found
    assert any(expected in each for each in found), found


def test_a_fence_may_stand_behind_other_filters_and_a_test_is_no_way_into_the_text() -> None:
    more = "{% if conversation is defined %}{{ conversation | trim | untrusted }}{% endif %} {{ criteria }}"
    assert mistakes("prompts/by-criteria/v1.yaml", prompt(more=more)) == []


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        ("{rubric: {criteria: x}}", "no judge is named; add `judge:` here, or `judge:` to the suite"),
        ("{rubric: {judge: nobody, criteria: x}}", "there is no judge 'nobody'"),
        ("{rubric: {judge: tone}}", "the judge 'tone' needs to be given its 'criteria'; add `criteria:`"),
        ("{rubric: {judge: tone, criteria: ' '}}", "'criteria' is empty; write what is wanted"),
        ("{rubric: {judge: truth}}", "needs to be given its 'reference'; use `agrees`, or another judge"),
        ("{rubric: {judge: polite, criteria: x}}", "'polite' is never told the 'criteria'"),
        ("{rubric: {judge: better}}", "the judge 'better' prefers one of two texts; use `prefers`"),
        ("{agrees: {judge: tone, reference: x, criteria: y}}", "'tone' is never told the 'reference'"),
        ("{agrees: {judge: truth}}", "agrees has no 'reference'"),
        ("{agrees: {judge: better, reference: x}}", "'better' is never told the 'reference'"),
        (
            "{prefers: {judge: tone, over: x, criteria: y}}",
            "'tone' looks at one text, and does not say which",
        ),
        ("{prefers: {judge: better}}", "prefers has no 'over'"),
        ("{rubric: {judge: tone, criteria: x, at_least: 2}}", "'at_least' is 2, outside 0 to 1"),
        ("{rubric: 5}", "must be text"),
    ],
)
def test_an_expectation_that_its_judge_cannot_decide_is_refused(expect: str, expected: str) -> None:
    with pytest.raises(FilesRejected) as rejected:
        suite_of(expect)
    assert expected in str(rejected.value)


def test_a_suite_names_the_judge_of_expectations_that_name_none() -> None:
    suite = suite_of("{rubric: be kind}", judge="tone")
    (wanted,) = suite.cases[0].expect
    assert isinstance(wanted, Rubric)
    assert (wanted.judge, wanted.criteria, wanted.at_least) == ("tone", "be kind", None)
    assert list(suite.judges) == ["tone"]
    with pytest.raises(FilesRejected, match="there is no judge 'nobody'"):
        suite_of("{rubric: {judge: tone, criteria: x}}", judge="nobody")


def test_a_file_of_judges_that_cannot_be_read_is_one_mistake() -> None:
    found = mistakes("prompts/judges.yaml", "judges: [\n")
    assert [each.partition(":")[0] for each in found] == ["prompts/judges.yaml"]
    suite = FILES["evals/triage.yaml"].replace(
        "- json: {schema: prompt}", "- rubric: {judge: tone, criteria: x}"
    )
    both = said(Files({**FILES, "prompts/judges.yaml": "judges: [\n", "evals/triage.yaml": suite}))
    assert [each.partition(":")[0] for each in both] == ["prompts/judges.yaml"]


def test_the_identity_of_a_judge_changes_with_everything_its_opinion_depends_on() -> None:
    before = judge("stars").identity
    changed = [
        project(judges=JUDGES_FILE.replace("judgings: 3", "judgings: 4")),
        project(judges=JUDGES_FILE.replace("take: median", "take: mean")),
        project(judges=JUDGES_FILE.replace("to: 5}", "to: 6}")),
    ]
    assert len({before, *(each.judges["stars"].identity for each in changed)}) == 4
    panels = {each.judges["panel"].identity for each in changed}
    assert len({any_judge("panel").identity, *panels}) == 4
    assert project().judges["stars"].identity == before


def test_a_grade_rests_on_the_identity_of_its_judge_and_the_case_does_not() -> None:
    expect = "{all: [{rubric: {judge: stars, criteria: x}}, {not: {agrees: {judge: truth, reference: y}}}]}"
    before = suite_of(expect)
    after = suite_of(expect, judges=JUDGES_FILE.replace("judgings: 3", "judgings: 4"))
    assert before.cases[0].digest == after.cases[0].digest
    assert list(before.judges) == ["stars", "truth"]
    named = [each.rests_on for case in (before.cases[0], after.cases[0]) for each in all_parts(case.expect)]
    assert named[1] != named[4]
    assert named[2] == named[5] == {"judge:truth": judge("truth").identity}
    assert [rejudged(each, after.judges) for each in before.cases[0].expect] == list(after.cases[0].expect)


def test_a_judge_is_one_of_its_own_members() -> None:
    found = any_judge("tone")
    assert isinstance(found, Judge)
    assert found.members == (found,)


def test_a_judge_that_is_the_model_it_judges_is_allowed_and_warned_of() -> None:
    text = FILES["evals/triage.yaml"].replace("contains: sorry", "rubric: {judge: tone, criteria: is sorry}")
    found = examine(Files({**FILES, "evals/triage.yaml": text}))
    assert found.problems == ()
    [warning] = map(str, found.warnings)
    assert warning.startswith(
        "evals/triage.yaml:1:1: judge 'tone' asks claude-opus-5-5, which writes answers of"
    )
    assert examine(Files(FILES)).warnings == ()
