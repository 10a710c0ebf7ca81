"""Forms of the graders of documents: XML, HTML, code, and what an answer refers to."""

from __future__ import annotations

import re
from typing import Final

from harness.errors import Place
from harness.suite.expectation import Expectation
from harness.suite.expectations.documents import Citations, Code, Html, Urls, Xml
from harness.suite.forms.compiled import check_path, check_pattern
from harness.suite.forms.graders.form import GraderForm, Reading, stands_for
from harness.suite.forms.kinds import FLAG, TEXT, TEXTS, may, need, whole
from harness.suite.notation.fields import Fields, suggest
from harness.suite.notation.node import Node, Scalar

PARSED: Final = ("html", "json", "python", "xml", "yaml")
"""The languages a `code` expectation can parse, besides their other names."""
_OTHER_NAMES: Final = {"py": "python", "python3": "python", "yml": "yaml"}
_ELEMENT: Final = re.compile(r"[^\s/<>]+(/[^\s/<>]+)*")
_HOST: Final = re.compile(r"(\*\.)?([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}|\[[0-9a-f:.]{2,45}\]")


def _xml(reading: Reading, given: Fields, place: Place) -> Expectation:
    elements = given.texts("elements")
    for each in elements:
        if not _ELEMENT.fullmatch(each):
            what = f"{each[:80]!r} is no way to an element"
            reading.noted.bad(
                given.place_of("elements"), what, "write names from the root on: `order/items/item`"
            )
    return Xml(place=place, elements=elements, anywhere=bool(given.flag("anywhere")))


def _html(_reading: Reading, given: Fields, place: Place) -> Expectation:
    return Html(place=place, anywhere=bool(given.flag("anywhere")))


def _code(reading: Reading, given: Fields, place: Place) -> Expectation | None:
    language, count, parses = given.text("language"), given.integer("count", 1, 1_000), given.flag("parses")
    if language is None:
        return None
    known = _OTHER_NAMES.get(language.lower(), language.lower())
    if parses is not False and known not in PARSED:
        remedy = f"{suggest(known, PARSED)}, or say `parses: false`"
        reading.noted.bad(given.place_of("language"), f"nobody here can parse {language[:40]!r}", remedy)
    return Code(place=place, language=known, count=count, parses=parses is not False)


def _urls(reading: Reading, given: Fields, place: Place) -> Expectation:
    allow = given.texts("allow") if "allow" in given else None
    deny, least, most = given.texts("deny"), given.integer("min", 0), given.integer("max", 0)
    for key, hosts in (("allow", allow or ()), ("deny", deny)):
        for each in hosts:
            if not _HOST.fullmatch(each):
                what = f"{each[:80]!r} is no host"
                reading.noted.bad(
                    given.place_of(key), what, "write it in small letters: `example.com`, `*.example.com`"
                )
    if least is not None and most is not None and least > most:
        reading.noted.bad(
            given.place_of("min"), f"no answer has {least} or more and {most} or fewer", "swap them"
        )
    if allow is None and not deny and not least and most is None:
        reading.noted.bad(given.place, "'urls' asks for nothing", "add `allow:`, `deny:`, `min:` or `max:`")
    return Urls(place=place, allow=allow, deny=deny, least=least or 0, most=most)


def _citations(reading: Reading, given: Fields, place: Place) -> Expectation:
    node, pattern = given.node("of"), given.text("pattern")
    of, of_inputs = _sources(reading, given, node)
    if pattern is not None:
        check_pattern(reading.noted, given.place_of("pattern"), pattern)
    least, all_of_them = given.integer("min", 0), bool(given.flag("all"))
    if of and least is not None and least > len(set(of)):
        what = f"nobody can cite {least} of {len(set(of))} sources"
        reading.noted.bad(given.place_of("min"), what, "ask for fewer")
    return Citations(
        place=place,
        of=of,
        of_inputs=of_inputs,
        pattern=pattern,
        all_of_them=all_of_them,
        least=1 if least is None else least,
    )


def _sources(reading: Reading, given: Fields, node: Node | None) -> tuple[tuple[str, ...], str | None]:
    """The names that are written out, or the path into the inputs that selects them."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        check_path(reading.noted, node.place, node.value)
        return (), node.value
    of = given.texts("of")
    if node is not None and not any(each.strip() for each in of):
        reading.noted.bad(
            node.place, "there is no source to be cited", "name one, or write a path into the inputs"
        )
    return of, None


_XML: Final = {
    "elements": may("Elements it must have, as ways from the root: `order/items/item`.", TEXTS),
    "anywhere": may("Whether XML somewhere in the text is enough.", FLAG),
}
_CODE: Final = {
    "language": need("The language of the blocks.", TEXT),
    "count": may("How many blocks; one or more where it is left out.", whole(1, 1_000)),
    "parses": may("Whether they must parse; true where it is left out.", FLAG),
}

FORMS: Final = (
    GraderForm(name="xml", means="The answer is well-formed XML.", keys=_XML, read=_xml),
    GraderForm(
        name="html",
        means="The answer is HTML.",
        keys={"anywhere": may("Whether an element somewhere in the text is enough.", FLAG)},
        read=_html,
    ),
    GraderForm(
        name="code",
        means="The answer has code blocks of a language, and they parse.",
        keys=_CODE,
        read=_code,
        short=TEXT,
        read_short=stands_for("language", _code, _CODE),
    ),
    GraderForm(
        name="urls",
        means="Where the URLs of the answer lead, and how many there are.",
        keys={
            "allow": may("Hosts they may lead to; `*.example.com` is every host below it.", TEXTS),
            "deny": may("Hosts they must not lead to.", TEXTS),
            "min": may("At least so many URLs.", whole(0)),
            "max": may("At most so many URLs.", whole(0)),
        },
        read=_urls,
    ),
    GraderForm(
        name="citations",
        means="Every citation names a source that was given.",
        keys={
            "of": need("The sources by name, or a JSONPath into the inputs.", {"anyOf": [TEXTS, TEXT]}),
            "pattern": may("An RE2 pattern of a citation, whose first group is the name.", TEXT),
            "all": may("Whether every source must be cited.", FLAG),
            "min": may("At least so many different sources; 1 where it is left out.", whole(0)),
        },
        read=_citations,
    ),
)
