"""Nunjucks templates, said in Jinja: what they print, and what of them is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import Place
from harness.intake.nunjucks import fill, jinja, literally
from harness.suite.template import checked, filled
from harness.units import Json

GIVEN: dict[str, Json] = {
    "name": "Ada",
    "count": 3,
    "list": ["a", "b"],
    "user": {"first": "Ada", "tags": ["x"]},
    "json": '{"tone": "calm"}',
    "empty": "",
    "_odd": "odd",
    "self": "me",
}

# The template, and what it prints with these variables.
SAME: list[tuple[str, str]] = [
    ("Hello {{ name }}!", "Hello Ada!"),
    ("{{name}} {{ count }}", "Ada 3"),
    ("{{ missing }}.", "."),
    ("{{ name | upper }} {{ ' x ' | trim }}", "ADA x"),
    ("{{ list | join(', ') }}", "a, b"),
    ("{{ list.length }}", "2"),
    ("{{ user | dump }}", '{"first":"Ada","tags":["x"]}'),
    ("{{ user.first }} {{ user['first'] }} {{ user.tags[0] }}", "Ada Ada x"),
    ("{{ list }}", '["a","b"]'),
    ("{% for x in list %}{{ loop.index }}{{ x }};{% endfor %}", "1a;2b;"),
    ("{% for k, v in user %}{{ k }} {% endfor %}", "first tags "),
    ("{% if count === 3 %}three{% elseif count > 3 %}more{% else %}less{% endif %}", "three"),
    ("{% if name and not empty %}yes{% endif %}", "yes"),
    ("{% set x = name %}{{ x }}", "Ada"),
    ("{{ 'yes' if empty }}", ""),
    ("{{ missing | default('you') }}", "you"),
    ("{{ name | default('you') }}", "Ada"),
    ("{{ name | safe }}", "Ada"),
    ("{# not shown #}x", "x"),
    ("{% raw %}{{ name }}{% endraw %}", "{{ name }}"),
    ("{{ '{{' }} name }}", "{{ name }}"),
    ("{{ (json | load).tone }}", "calm"),
    ("{{ _odd }} {{ self }}", "odd me"),
    ("{{ count + 1 }} {{ name ~ '!' }}", "4 Ada!"),
    ("{{ env.HOME or 'nowhere' }}", "nowhere"),
    ("a { b } 100% }}", "a { b } 100% }}"),
    ("line\n\n{{ name }}\n", "line\n\nAda\n"),
]
# The template, what it prints, and a word of what is lost.
LOST: list[tuple[str, str, str]] = [
    ("{{ name | nl2br }}", "Ada", "nl2br"),
    ("{{ name.split(',')[0] }}", "Ada", "split"),
    ("{{ range(3) }}x", "x", "range"),
    ("{% include 'a.txt' %}x", "x", "include"),
    ("{% macro m() %}x{% endmacro %}y", "xy", "macro"),
    ("{% if name is sameas(x) %}y{% endif %}", "y", "sameas"),
    ("{% for x in list %}{{ x }}", "", "left out"),
    ("{{ env }}x", "x", "environment"),
]


@pytest.mark.parametrize(("text", "wanted"), SAME, ids=[row[0][:50] for row in SAME])
def test_it_prints_the_same(text: str, wanted: str) -> None:
    assert fill(text, GIVEN) == (wanted, ())


@pytest.mark.parametrize(("text", "wanted", "lost"), LOST, ids=[row[0][:50] for row in LOST])
def test_what_cannot_be_said_is_left_out_and_told(text: str, wanted: str, lost: str) -> None:
    found, told = fill(text, GIVEN)
    assert found == wanted
    assert lost in " ".join(told)
    assert told


def test_the_environment_becomes_an_input() -> None:
    template = jinja("{{ env.MODEL }} {{ process.env.REGION }}")
    assert template.env == {"MODEL", "REGION"}
    assert template.text == "{{ env_MODEL }} {{ env_REGION }}"


@given(st.text("{}%# abx.|()[]'\"\\\n=+~-ifrsetdnolu", max_size=60))
def test_every_text_becomes_a_template_that_can_be_filled_in(text: str) -> None:
    template = jinja(text)
    assert isinstance(checked(template.text, lambda _line, _column: Place("x")), frozenset)
    assert isinstance(fill(text, GIVEN)[0], str)


@given(st.text("{}%# ab", max_size=40))
def test_a_literal_text_prints_itself(text: str) -> None:
    assert filled(literally(text), {}, Place("x")) == text
