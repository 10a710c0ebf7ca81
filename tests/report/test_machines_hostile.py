"""The corpus of hostile texts through every file that machines read: valid, the same shape, and nothing to obey."""

from __future__ import annotations

from lxml import etree
from markdown_it import MarkdownIt

from harness.report.machines import badge, junit, sarif
from harness.report.machines.sarif_log import Origin
from harness.report.views.parts import ReportView
from tests.report import examples
from tests.report.hostile import CORPUS
from tests.report.test_junit import schema as junit_schema
from tests.report.test_sarif import read

ORIGIN = Origin(version="0.1.0")
MARKDOWN = MarkdownIt("commonmark", {"html": True})


def shape(view: ReportView) -> list[str]:
    """The elements of the JUnit file of it, in order; valid by its schema."""
    tree = etree.fromstring(junit.render([view]).encode())
    junit_schema().assertValid(tree)
    return [each.tag for each in tree.iter()]


def test_no_text_of_the_corpus_changes_what_a_file_is() -> None:
    plain = examples.hostile_view("plain")
    wanted, results = shape(plain), len(read(sarif.render([plain], ORIGIN))["results"])
    picture = [each.tag for each in etree.fromstring(drawn(plain)).iter()]
    for text in CORPUS:
        view = examples.hostile_view(text)
        assert shape(view) == wanted, text
        assert len(read(sarif.render([view], ORIGIN))["results"]) == results, text
        assert [each.tag for each in etree.fromstring(drawn(view)).iter()] == picture, text


def drawn(view: ReportView) -> bytes:
    return badge.render(badge.badge_of([view]), "svg").encode()


def test_no_text_of_the_corpus_is_markdown_in_code_scanning() -> None:
    for text in CORPUS:
        for result in read(sarif.render([examples.hostile_view(text)], ORIGIN))["results"]:
            tokens = MARKDOWN.parse(result["message"]["text"])
            kinds = {child.type for token in tokens for child in (token, *(token.children or ()))}
            assert not kinds & {"link_open", "image", "html_inline", "html_block"}, text
