"""Routes: what the file may say, every mistake in it, and which case goes where."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from harness.suite.forms.compiled import thaw
from harness.suite.notation.document import parse
from harness.suite.notation.node import plain
from harness.suite.prompt import Rendered
from harness.suite.read import examine, read_project
from harness.suite.route import Route, Rule, Sizes, catches_all, out_of_reach, prompt_tokens
from harness.suite.schema import schemas
from harness.units import Tokens
from tests import values
from tests.suite.files import GOOD, MODELS, SUITE, Files, said, with_files

HAIKU = MODELS.removeprefix("models:\n").replace("opus", "haiku")
ROUTED = "candidate: {version: v2, route: by-tag}"
ROUTES = """\
routes:
  by-tag:
    description: Refunds on Haiku.
    rules:
      - {tags: [refund], model: haiku}
      - {prompt_tokens: {above: 10, at_most: 400}, model: haiku}
    otherwise: opus
"""
NAMES = ("alpha", "beta", "gamma")
TAGS = st.lists(st.sampled_from(["a", "b", "c"]), unique=True, max_size=3).map(tuple)
ENDS = st.none() | st.integers(0, 12).map(Tokens)


def project(routes: str, suite: str = SUITE) -> Files:
    """The good project with a second model, these routes and this suite."""
    models = MODELS + HAIKU
    return with_files(
        {"prompts/models.yaml": models, "prompts/routes.yaml": routes, "evals/triage.yaml": suite}
    )


def routed(routes: str = ROUTES) -> Files:
    """The same, with a candidate that takes the route."""
    return project(routes, SUITE.replace("candidate: {version: v2, model: opus}", ROUTED))


def test_a_suite_may_name_a_route_in_place_of_a_model() -> None:
    found = read_project(routed())
    assert found.suites["triage"].candidate.model == "route:by-tag"
    route = found.choice("route:by-tag")
    assert isinstance(route, Route)
    assert [str(rule) for rule in route.rules] == [
        "tag refund",
        "prompt of more than 10 and at most 400 tokens",
    ]
    assert (route.description, [pin.name for pin in route.pins]) == ("Refunds on Haiku.", ["haiku", "opus"])
    assert examine(routed()).routes == 1


def test_a_project_without_routes_needs_no_file() -> None:
    found = read_project(Files(GOOD))
    assert (dict(found.routes), found.choice("route:by-tag")) == ({}, None)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("otherwise: opus", "otherwise: opas", "7:16: prompts/models.yaml has no model 'opas'; did you mean 'opus'?"),
        ("model: haiku}\n      - {p", "model: claude-haiku-5-5}\n      - {p", "5:33: prompts/models.yaml has no model 'claude-haiku-5-5'; write 'haiku', its short name"),
        ("otherwise: opus", "otherwise: claude-opus-latest", "7:16: 'claude-opus-latest' is an alias: the model behind it can change; name a pin: haiku, opus"),
        ("{tags: [refund], model: haiku}", "{tags: [refund]}", "5:9: a rule has no 'model'; add `model:`"),
        ("{tags: [refund], model: haiku}", "{model: haiku}", "5:9: a rule that catches every case; add `tags:` or `prompt_tokens:`, or write its model as `otherwise`"),
        ("{tags: [refund], model: haiku}", "{tag: [refund], model: haiku}", "5:10: a rule has no key 'tag'; did you mean 'tags'?"),
        ("[refund]", "[]", "5:16: no tag is no case; name a tag, or remove `tags:`"),
        ("[refund]", "[refund, refund]", "5:16: a tag appears twice; keep one"),
        ("- {tags: [refund], model: haiku}", "- haiku", "5:9: a rule must be a mapping, not text; write `key: value` lines"),
        ("at_most: 400", "at_most: 10", "6:25: no prompt has more than 10 tokens and at most 10; mend one of the numbers"),
        ("{above: 10, at_most: 400}", "{}", "6:25: 'prompt_tokens' says nothing; write `{at_most: 400}` or `{above: 400}`"),
        ("{above: 10, at_most: 400}", "400", "6:25: 'prompt_tokens' must be a mapping, not the number 400; write `key: value` lines"),
        ("    otherwise: opus\n", "", "3:5: a route has no 'otherwise'; add `otherwise:`"),
        ("otherwise", "default", "7:5: a route has no key 'default'; did you mean 'otherwise'?"),
        ("otherwise: opus", "otherwise: haiku", "2:3: every case goes to 'haiku': nothing is routed; write `model: haiku` in the suite, or name another"),
        ("{prompt_tokens: {above: 10, at_most: 400}, model: haiku}", "{tags: [refund], prompt_tokens: {above: 9}, model: opus}", "6:9: this rule catches nothing (tag refund, prompt of more than 9 tokens): the rules before it catch all it could; move it up, or remove it"),
        ("{tags: [refund], model: haiku}", "{prompt_tokens: {at_most: 10}, model: opus}\n      - {prompt_tokens: {above: 400}, model: opus}", "8:16: no case is left for 'otherwise': the rules catch every size of prompt; remove the last rule, and write its model here"),
        ("[refund]", "[refunds]", "5:9: no case of triage has the tag 'refunds'; did you mean 'refund'?"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_route_is_named_with_its_place_and_its_remedy(
    old: str, new: str, problem: str
) -> None:
    assert ROUTES.count(old) == 1
    assert said(routed(ROUTES.replace(old, new))) == [f"prompts/routes.yaml:{problem}"]


@pytest.mark.parametrize(
    ("routes", "problem"),
    [
        ("routes: {}\n", "evals/triage.yaml:4:33: prompts/routes.yaml has no route 'by-tag'; there is none: add it to that file"),
        ("routes: []\n", "prompts/routes.yaml:1:9: 'routes' must be a mapping, not a list; write `key: value` lines"),
        ("- by-tag\n", "prompts/routes.yaml:1:1: routes.yaml must be a mapping, not a list; write `key: value` lines"),
        ("routes: {by-tag: opus}\n", "prompts/routes.yaml:1:18: route 'by-tag' must be a mapping, not text; write `key: value` lines"),
        (ROUTES.replace("by-tag", "by-tags"), "evals/triage.yaml:4:33: prompts/routes.yaml has no route 'by-tag'; did you mean 'by-tags'?"),
        ("routes:\n  by-tag: {rules: [], otherwise: opus}\n", "prompts/routes.yaml:2:19: a route without a rule; add one, or name the model itself in the suite"),
    ],
)  # fmt: skip
def test_a_file_of_routes_that_is_wrong_as_a_whole_is_one_mistake(routes: str, problem: str) -> None:
    assert said(routed(routes)) == [problem]


def test_the_name_of_a_route_is_plain() -> None:
    [problem] = said(project(ROUTES.replace("by-tag", "By Tag")))
    assert problem.startswith("prompts/routes.yaml:2:3: a route's name 'By Tag' is not plain")


@pytest.mark.parametrize(
    ("variant", "problem"),
    [
        ("{version: v2, model: opus, route: by-tag}", "4:46: a variant has a model or a route, not both; remove one"),
        ("{version: v2}", "4:12: a variant has no 'model'; add `model:`, or `route:`"),
        ("{version: v2, model: route:by-tag}", "4:33: prompts/models.yaml has no model 'route:by-tag'; write `route: by-tag` instead of `model:`"),
        ("{version: v2, rout: by-tag}", "4:26: a variant has no key 'rout'; did you mean 'route'?"),
        ("{version: v2, route: 5}", "4:33: 'route' must be text, not the number 5; quote it: \"5\""),
    ],
)  # fmt: skip
def test_a_variant_names_a_model_or_a_route(variant: str, problem: str) -> None:
    suite = SUITE.replace("{version: v2, model: opus}", variant)
    assert said(project(ROUTES, suite)) == [f"evals/triage.yaml:{problem}"]


def test_every_model_of_a_route_must_take_the_prompt() -> None:
    models = MODELS + HAIKU.replace("efforts: [low, medium, high]", "efforts: []")
    tree = routed()
    found = said(Files({**tree.texts, "prompts/models.yaml": models}))
    assert found == [
        "evals/triage.yaml:4:12: v2 on claude-haiku-5-5: the model has no effort 'low'; write `effort:` default"
    ]


def test_a_budget_needs_a_price_of_every_model_of_a_route() -> None:
    models = MODELS + HAIKU[: HAIKU.index("    prices:")] + "    prices: []\n"
    tree = routed()
    [problem] = said(Files({**tree.texts, "prompts/models.yaml": models}))
    assert "claude-haiku-5-5 has no price, so no budget can be held" in problem


def test_a_tag_of_a_route_no_suite_takes_may_be_anything() -> None:
    assert said(project(ROUTES.replace("refund", "else"))) == []


def test_cases_without_any_tag_are_to_be_tagged() -> None:
    tree = routed()
    texts = {
        path: text.replace("    tags: [refund, urdu]\n", "")
        for path, text in tree.texts.items()
        if isinstance(text, str)
    }
    assert said(Files(texts)) == [
        "prompts/routes.yaml:5:9: no case of triage has the tag 'refund'; tag the cases"
    ]


def test_the_schema_takes_what_the_reader_takes_and_refuses_what_it_refuses() -> None:
    validator = jsonschema_rs.validator_for(thaw(schemas()["routes.schema.json"]))
    assert validator.is_valid(yaml(ROUTES))
    assert not validator.is_valid(yaml(ROUTES.replace("otherwise", "default")))
    assert not validator.is_valid(yaml(ROUTES.replace("tags: [refund], ", "")))
    suite = jsonschema_rs.validator_for(thaw(schemas()["suite.schema.json"]))
    assert suite.is_valid(yaml(SUITE.replace("candidate: {version: v2, model: opus}", ROUTED)))
    assert not suite.is_valid(yaml(SUITE.replace("{version: v2, model: opus}", "{version: v2}")))
    assert not suite.is_valid(yaml(SUITE.replace("v2, model: opus", "v2, model: opus, route: by-tag")))


def yaml(text: str) -> Any:
    node = parse("f.yaml", text, [])
    assert node is not None
    return thaw(plain(node))


def rule(tags: tuple[str, ...], above: Tokens | None, at_most: Tokens | None, model: str = "alpha") -> Rule:
    return Rule(tags=tags, above=above, at_most=at_most, model=values.model_pin(model), place=values.HERE)


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    made = rule(draw(TAGS), draw(ENDS), draw(ENDS), draw(st.sampled_from(NAMES)))
    assume(made.tags or made.above is not None or made.at_most is not None)
    return made


@st.composite
def routes(draw: st.DrawFn) -> Route:
    listed = draw(st.lists(rules(), min_size=1, max_size=5))
    return Route(
        name="r",
        description="",
        rules=tuple(listed),
        otherwise=values.model_pin(draw(st.sampled_from(NAMES))),
        place=values.HERE,
    )


CASES = [
    (tags, Tokens(size)) for tags in ((), ("a",), ("b",), ("c",), ("a", "b"), ("z",)) for size in range(16)
]


@given(routes())
def test_every_case_goes_to_exactly_one_pin_of_the_route(route: Route) -> None:
    for tags, size in CASES:
        assert route.model_for(tags, size) in route.pins
        caught = route.rule_for(tags, size)
        assert route.model_for(tags, size) is (route.otherwise if caught is None else caught.model)


@given(routes())
def test_the_first_rule_that_catches_a_case_decides(route: Route) -> None:
    for tags, size in CASES:
        found = route.rule_for(tags, size)
        before = route.rules[: len(route.rules) if found is None else route.rules.index(found)]
        assert not any(each.catches(tags, size) for each in before if each != found)


@given(routes())
def test_a_rule_out_of_reach_is_one_that_no_case_gets_to(route: Route) -> None:
    """Against every case there is: one tag or none is enough to reach a rule that can be reached at all."""
    cases = [(tags, size) for tags, size in CASES if len(tags) < 2]
    reached = {
        next((place for place, each in enumerate(route.rules) if each.catches(tags, size)), None)
        for tags, size in cases
    }
    dead = [
        place
        for place, each in enumerate(route.rules)
        if any(each is one for one in out_of_reach(route.rules))
    ]
    assert dead == [place for place in range(len(route.rules)) if place not in reached]
    left = {route.rule_for(("z",), Tokens(size)) is None for size in range(16)}
    assert catches_all(route.rules) == (left == {False})


@given(
    st.lists(st.tuples(st.integers(0, 12), st.none() | st.integers(0, 12)), max_size=4), st.integers(0, 12)
)
def test_a_range_is_within_others_where_each_of_its_numbers_is(
    ends: list[tuple[int, int | None]], most: int
) -> None:
    others = [Sizes(*each) for each in ends]
    whole = Sizes(0, most)
    assert whole.is_within(others) == all(any(size in each for each in others) for size in range(most + 1))


@given(st.text(max_size=50), st.lists(st.text(max_size=50), max_size=3))
def test_the_size_of_a_prompt_is_a_quarter_of_its_bytes_and_nothing_else(
    system: str, texts: list[str]
) -> None:
    size = prompt_tokens(Rendered(system=system, messages=tuple(("user", text) for text in texts)))
    whole = "".join([system, *texts]).encode("utf-8", "surrogatepass")
    assert size == -(-len(whole) // 4)


def test_what_a_run_is_pinned_to_changes_with_every_word_of_a_rule() -> None:
    one = rule(("a",), Tokens(1), Tokens(4))
    route = Route(name="r", description="x", rules=(one,), otherwise=values.model_pin(), place=values.HERE)
    changed = (
        replace(route, rules=(replace(one, tags=("b",)),)),
        replace(route, rules=(replace(one, above=None),)),
        replace(route, rules=(replace(one, at_most=Tokens(5)),)),
        replace(route, rules=(replace(one, model=values.model_pin("beta")),)),
        replace(route, otherwise=values.model_pin("beta")),
        replace(route, rules=(one, one)),
    )
    spelled = {json.dumps(each.spelled()) for each in (route, *changed)}
    assert len(spelled) == 1 + len(changed)
    assert replace(route, description="y").spelled() == route.spelled()
