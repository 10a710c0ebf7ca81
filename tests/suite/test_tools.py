"""Tools in files: what a prompt offers, what a suite allows and fakes, and what a case has of its own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from harness.errors import UsageError
from harness.plan import make_plan
from harness.suite.project import Project
from harness.suite.read import read_project
from harness.suite.spoken import spoken
from harness.suite.tool import Canned, Fake, LoopLimits, ToolError
from harness.trial import Variant
from harness.units import Seconds, Tokens, Usd
from tests.suite.files import MODELS, PROMPT, SUITE, Files, said, with_files

LOOKUP = """\
tools:
  - name: lookup_order
    description: Where an order is.
    input:
      type: object
      properties: {order: {type: string}}
      required: [order]
"""
NAMED = "tools: [lookup_order]\n"
TOOLS = """\
tools:
  lookup_order:
    results:
      - when: {order: "17"}
        result: {state: shipped}
      - error: not_found
        message: There is no such order.
limits: {turns: 10, tool_calls: 20, tokens: 100000, cost_usd: 0.50, seconds: 120, on_loop: flag}
"""
DEFINED = """\
tools:
  lookup_order:
    description: Where an order is.
    input: {type: object, properties: {order: {type: string}}}
    python: lookup_order
"""
FAKES = "def lookup_order(order):\n    return order\n\nasync def later(): ...\n"


def project_with(
    tools: str = TOOLS, v1: str = LOOKUP, v2: str = LOOKUP, more: Mapping[str, str] | None = None
) -> Files:
    """The good project with tools. `more`: texts of other files."""
    files = {
        "evals/triage.yaml": SUITE.replace("defaults:\n", f"{tools}defaults:\n"),
        "prompts/triage/v1.yaml": PROMPT + v1,
        "prompts/triage/v2.yaml": PROMPT + v2,
    }
    return with_files({**files, **(more or {})})


def read(files: Files) -> Project:
    return read_project(files)


def variant(project: Project, version: str = "v1") -> Variant:
    return Variant(prompt=project.prompts["triage", version], model=project.models["opus"])


def test_a_suite_with_tools_gives_every_case_its_fakes_and_limits() -> None:
    case = read(project_with()).suites["triage"].cases[0]

    assert case.conversation is not None
    assert case.conversation.fakes == {
        "lookup_order": Fake(
            name="lookup_order",
            results=(
                Canned(when={"order": "17"}, value={"state": "shipped"}),
                Canned(when={}, error=ToolError.NOT_FOUND, message="There is no such order."),
            ),
        )
    }
    assert case.conversation.limits == LoopLimits(
        turns=10,
        tool_calls=20,
        tokens=Tokens(100_000),
        cost=Usd(Decimal("0.50")),
        seconds=Seconds(120.0),
        on_loop="flag",
    )


def test_the_definition_of_a_prompt_is_what_the_model_reads() -> None:
    project = read(project_with())
    request = make_plan(project.suites["triage"], variant(project)).trials[0].request

    assert [tool.description for tool in request.tools] == ["Where an order is."]
    assert request.conversation is not None


def test_a_prompt_that_only_names_a_tool_uses_the_definition_of_the_suite() -> None:
    project = read(project_with(DEFINED, NAMED, NAMED, {"evals/tools.py": FAKES}))
    request = make_plan(project.suites["triage"], variant(project)).trials[0].request

    assert [tool.description for tool in request.tools] == ["Where an order is."]
    assert request.conversation is not None
    python = request.conversation.fakes["lookup_order"].python
    assert python is not None
    assert (python.function, python.source) == ("lookup_order", FAKES)


def test_a_case_may_see_other_results_than_the_suite() -> None:
    own = "    tools: {lookup_order: {results: [{error: rate_limited}]}}\n    turns: [And now?]\n"
    files = project_with()
    text = str(files.texts["evals/triage.yaml"]).replace("  - id: second\n", f"  - id: second\n{own}")
    cases = {
        case.id: case
        for case in read(with_files({**files.texts, "evals/triage.yaml": text})).suites["triage"].cases
    }

    talk = cases["second"].conversation
    assert talk is not None
    assert talk.says == ("And now?",)
    assert talk.fakes["lookup_order"].results == (Canned(when={}, error=ToolError.RATE_LIMITED),)
    first = cases["refund-late"].conversation
    assert first is not None
    assert len(first.fakes["lookup_order"].results) == 2
    assert first.digest != talk.digest


def test_further_turns_need_no_tools() -> None:
    text = SUITE.replace("  - id: second\n", "  - id: second\n    turns: [And now?]\n")
    project = read(with_files({"evals/triage.yaml": text}))
    requests = {
        trial.case.id: trial.request for trial in make_plan(project.suites["triage"], variant(project)).trials
    }

    assert requests["second"].conversation is not None
    assert requests["second"].tools == ()
    assert requests["refund-late"].conversation is None


def test_files_without_tools_keep_their_digests() -> None:
    plain, tooled = read(with_files({})), read(project_with())

    assert plain.prompts["triage", "v1"].digest == (
        "eb6bdff2f07a71d2180b4c8eb1cd3d9135a378279c62940bce7669249bd78f1d"
    )
    assert plain.suites["triage"].digest == "4ca8f391ba2f099e8cbee82598aeaf34798b78cdee0cf5df5d4f917a599c14a8"
    assert tooled.prompts["triage", "v1"].digest != plain.prompts["triage", "v1"].digest
    assert tooled.suites["triage"].digest != plain.suites["triage"].digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("shipped", "lost"),
        ('order: "17"', 'order: "18"'),
        ("not_found", "permission"),
        ("There is no such order.", "Unknown."),
        ("turns: 10", "turns: 11"),
        ("cost_usd: 0.50", "cost_usd: 0.60"),
    ],
)
def test_a_change_of_what_tools_say_is_a_change_of_the_suite(old: str, new: str) -> None:
    before, after = read(project_with()), read(project_with(TOOLS.replace(old, new)))

    assert before.suites["triage"].digest != after.suites["triage"].digest
    assert before.prompts["triage", "v1"].digest == after.prompts["triage", "v1"].digest


def test_a_change_of_a_description_is_a_change_of_the_prompt() -> None:
    after = read(project_with(v1=LOOKUP.replace("Where", "Says where")))

    assert (
        after.prompts["triage", "v1"].digest
        != after.prompts["triage", "v2"].digest[:0] + read(project_with()).prompts["triage", "v1"].digest
    )


def test_a_change_of_a_python_fake_is_a_change_of_the_suite() -> None:
    digests = {
        read(project_with(DEFINED, NAMED, NAMED, {"evals/tools.py": source})).suites["triage"].digest
        for source in (FAKES, FAKES + "# more\n")
    }
    assert len(digests) == 2


def test_a_version_whose_tool_the_suite_does_not_allow_cannot_be_asked() -> None:
    other = PROMPT + LOOKUP.replace("lookup_order", "cancel_order")
    project = read(project_with(more={"prompts/triage/v3.yaml": other}))

    with pytest.raises(UsageError, match=r"v3 offers the tool 'cancel_order'.*does not allow"):
        make_plan(project.suites["triage"], variant(project, "v3"))


def test_a_version_that_names_a_tool_nobody_defines_cannot_be_asked() -> None:
    project = read(project_with(more={"prompts/triage/v3.yaml": PROMPT + NAMED}))

    with pytest.raises(UsageError, match="does not define"):
        make_plan(project.suites["triage"], variant(project, "v3"))


@pytest.mark.parametrize(
    ("tools", "v2", "expected"),
    [
        pytest.param("", LOOKUP, "offers the tool 'lookup_order', which the suite does not allow; add", id="not allowed"),
        pytest.param(TOOLS.replace("lookup_order", "lookup_oder"), LOOKUP, "did you mean 'lookup_oder'?", id="misspelt"),
        pytest.param(TOOLS.replace("limits", "  other: {results: [{result: x}]}\nlimits"), LOOKUP, "no version the suite names offers the tool 'other'", id="unused"),
        pytest.param(TOOLS, NAMED, "nobody says what 'lookup_order' is: v2 only names it", id="undefined"),
        pytest.param(TOOLS.replace("    results", "    description: x\n    input: {type: object}\n    results"), LOOKUP, "nobody reads this description of 'lookup_order'", id="unread"),
        pytest.param(TOOLS.replace("    results", "    description: x\n    results"), LOOKUP, "'description' without 'input'; add `input:`", id="half a definition"),
        pytest.param(TOOLS.replace("    results", "    python: lookup_order\n    results"), LOOKUP, "a tool needs `results` or `python`, not both; keep one", id="both"),
        pytest.param("tools: {lookup_order: {}}\n", LOOKUP, "a tool needs `results` or `python`; add `results:`", id="neither"),
        pytest.param(TOOLS.replace("result: {state: shipped}", "result: x\n        error: timeout"), LOOKUP, "a result has a `result` or an `error`, not both", id="result and error"),
        pytest.param(TOOLS.replace("        result: {state: shipped}\n", ""), LOOKUP, "a result has no `result` and no `error`; add one", id="nothing"),
        pytest.param(TOOLS.replace("result: {state: shipped}", "resutl: x"), LOOKUP, "a result has no key 'resutl'; did you mean 'result'?", id="misspelt key"),
        pytest.param(TOOLS.replace("error: not_found", "result: x"), LOOKUP, "a 'message' without an 'error'", id="message"),
        pytest.param(TOOLS.replace("not_found", "notfound"), LOOKUP, "'error' cannot be 'notfound'; did you mean 'not_found'?", id="kind"),
        pytest.param(TOOLS.replace('      - when: {order: "17"}\n        result', "      - result"), LOOKUP, "this result is never reached", id="unreachable"),
        pytest.param(TOOLS.replace('{order: "17"}', '{oder: "17"}'), LOOKUP, "'lookup_order' has no argument 'oder'; did you mean 'order'?", id="argument"),
        pytest.param(TOOLS.replace('{order: "17"}', "{}"), LOOKUP, "'when' is empty", id="empty when"),
        pytest.param("tools: {lookup_order: {results: [x]}}\n", LOOKUP, "a result must be a mapping, not text", id="no mapping"),
        pytest.param("tools: {lookup_order: x}\n", LOOKUP, "the tool 'lookup_order' must be a mapping, not text", id="no tool"),
        pytest.param("tools: {lookup_order: {results: []}}\n", LOOKUP, "'results' is empty", id="no results"),
        pytest.param("tools: {lookup_order: {python: lookup_order}}\n", LOOKUP, "evals/tools.py: there is no such file", id="no file"),
        pytest.param(TOOLS.replace("lookup_order", "lookup order"), LOOKUP, "'lookup order' is no name of a tool", id="name"),
        pytest.param(TOOLS.replace("turns: 10", "turns: 0"), LOOKUP, "'turns' is 0, outside 1 to 1,000", id="turns"),
        pytest.param(TOOLS.replace("cost_usd: 0.50", "cost_usd: 0"), LOOKUP, "a limit of nothing", id="cost"),
        pytest.param(TOOLS.replace("seconds: 120", "seconds: 0"), LOOKUP, "'seconds' is 0, outside 0 to 1e+06", id="seconds"),
        pytest.param(TOOLS.replace("on_loop: flag", "on_loop: ignore"), LOOKUP, "'on_loop' cannot be 'ignore'", id="on_loop"),
        pytest.param(TOOLS, "tools: []\n", "'tools' is empty; name a tool", id="empty list"),
        pytest.param(TOOLS, LOOKUP + LOOKUP.removeprefix("tools:\n"), "the tool 'lookup_order' stands here twice", id="twice"),
        pytest.param(TOOLS, LOOKUP.replace("type: object", "type: string"), "the arguments of a tool are an object; add `type: object`", id="no object"),
        pytest.param(TOOLS, LOOKUP.replace("type: string", "type: strng"), "this is not a JSON Schema", id="schema"),
        pytest.param(TOOLS, LOOKUP.replace("input:", "input_schema:"), "'input_schema' is not taken here: it is called `input` here", id="input_schema"),
        pytest.param(TOOLS, LOOKUP.replace("Where an order is.", '""'), "'description' is empty", id="no description"),
        pytest.param(TOOLS, "tools: [17]\n", "a tool must be a mapping, not the number 17", id="number"),
        pytest.param(TOOLS, "tools: [a b]\n", "'a b' is no name of a tool", id="bad name"),
    ],
)  # fmt: skip
def test_a_mistake_about_tools_says_its_place_and_its_remedy(tools: str, v2: str, expected: str) -> None:
    problems = said(project_with(tools, v2=v2))

    assert [each for each in problems if expected in each], problems
    assert all(each.partition(": ")[0].count(":") == 2 for each in problems), problems


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def lookup_oder(): ...\n", "evals/triage.yaml:18:13: evals/tools.py has no function 'lookup_order'; did you mean 'lookup_oder'?"),
        ("async def lookup_order(): ...\n", "evals/triage.yaml:18:13: 'lookup_order' is an `async def`; write a plain `def`: it runs in a process of its own"),
        ("x = 1\ndef lookup_order(:\n", "evals/tools.py:2:18: this is not Python: invalid syntax; mend it"),
        ("", "evals/triage.yaml:18:13: evals/tools.py has no function 'lookup_order'; there is none"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_python_file_is_found_without_running_it(source: str, expected: str) -> None:
    assert said(project_with(DEFINED, NAMED, NAMED, {"evals/tools.py": source})) == [expected]


def test_a_file_that_is_too_deep_for_python_is_a_mistake_and_no_crash() -> None:
    [problem] = said(project_with(DEFINED, NAMED, NAMED, {"evals/tools.py": "(" * 5000 + ")" * 5000}))
    assert problem.startswith("evals/tools.py")


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ("tools: {lookup_oder: {results: [{result: x}]}}", "the suite allows no tool 'lookup_oder'; did you mean 'lookup_order'?"),
        ("tools: {lookup_order: {results: [{result: x}], python: f}}", "'python' is not taken here: a case only has other results"),
        ("tools: [lookup_order]", "'tools' must be a mapping, not a list"),
        ('turns: [" "]', "a turn of nothing but space"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_tools_of_a_case_is_named(own: str, expected: str) -> None:
    files = project_with()
    text = str(files.texts["evals/triage.yaml"]).replace("  - id: second\n", f"  - id: second\n    {own}\n")

    problems = said(with_files({**files.texts, "evals/triage.yaml": text}))

    assert len(problems) == 1
    assert expected in problems[0]


def test_a_case_cannot_use_a_tool_where_the_suite_has_none() -> None:
    text = SUITE.replace("  - id: second\n", "  - id: second\n    tools: {x: {results: [{result: 1}]}}\n")

    assert said(with_files({"evals/triage.yaml": text})) == [
        "evals/triage.yaml:29:13: the suite allows no tool 'x'; add it to the `tools:` of the suite"
    ]


def test_limits_without_anything_to_limit_are_a_mistake() -> None:
    text = SUITE.replace("defaults:\n", "limits: {turns: 3}\ndefaults:\n")

    assert said(with_files({"evals/triage.yaml": text})) == [
        (
            "evals/triage.yaml:14:9: 'limits' without a tool and without `turns:` in a case; "
            "remove them: there is nothing to go on with"
        )
    ]


def test_a_limit_in_dollars_needs_a_price() -> None:
    lines = [line for line in MODELS.splitlines() if "valid_from" not in line]
    models = "\n".join(lines).replace("prices:", "prices: []") + "\n"
    files = project_with(more={"prompts/models.yaml": models})

    assert "claude-opus-5-5 has no price, so no limit can be held" in "\n".join(said(files))


def test_a_schema_that_takes_any_argument_lets_a_when_name_any() -> None:
    anything = LOOKUP.replace("      properties: {order: {type: string}}\n      required: [order]\n", "")

    assert said(project_with(TOOLS.replace('{order: "17"}', "{whatever: 1}"), anything, anything)) == []


def test_a_difference_of_tools_is_shown_between_two_versions() -> None:
    project = read(project_with(DEFINED.replace("python: lookup_order", "results: [{result: x}]"), v2=NAMED))

    assert "tool lookup_order:" in spoken(project.prompts["triage", "v1"])
    assert "tool lookup_order: as the suite defines it" in spoken(project.prompts["triage", "v2"])


def test_an_expectation_of_a_tool_the_suite_does_not_have_is_a_mistake_once() -> None:
    wanted = "- tools: {never: [lookup_orders]}\n      - tool_call: {tool: refund}\n      - tool_call: {tool: 'look*'}"
    texts = project_with().texts
    suite = str(texts["evals/triage.yaml"]).replace("- not: {contains: sorry}", wanted)
    found = said(with_files({**texts, "evals/triage.yaml": suite}))
    assert [each.split(": ", 1)[1] for each in found] == [
        "the suite has no tool 'lookup_orders'; did you mean 'lookup_order'?",
        "the suite has no tool 'refund'; use one of: lookup_order",
    ]
