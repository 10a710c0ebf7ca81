"""Tables of the graders of documents, and of what an answer refers to."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from harness.grade.opinion import Opinion
from harness.grade.response import Response
from tests.grade.tables import Table, fails, neither, passes, reply, unmeasured

_ORDER: Final = "xml: {elements: [order/item, order]}"
_SOMEWHERE: Final = "xml: {anywhere: true, elements: [a/b]}"
_LAUGHS: Final = '<!DOCTYPE order [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><order><item>&b;</item></order>'
_FILE: Final = '<!DOCTYPE order [<!ENTITY a SYSTEM "file:///etc/hostname">]><order><item>&a;</item></order>'
_OURS: Final = "urls: {allow: [example.com, '*.example.com'], min: 1}"
_CITED: Final = "citations: {of: [doc-1, doc-2]}"
_INPUTS: Final = "citations: {of: '$.documents[*].id', all: true}"


def _py(source: str) -> str:
    return f"Here:\n```python\n{source}\n```\n"


def _asked(text: str) -> Response:
    documents = (MappingProxyType({"id": "a"}), MappingProxyType({"id": 7}))
    return dataclasses.replace(reply(text), inputs=MappingProxyType({"documents": documents}))


TABLES: Final[Mapping[str, Table]] = {
    "xml": Table(
        right=[
            ("xml: {}", "<?xml version='1.0'?><a b='c'>é<!-- x --></a>\n"),
            (_ORDER, "<order><x/><item>1</item></order>"),
            (_SOMEWHERE, "So <br> it is <x/> or <a><b/></a>!"),
        ],
        wrong=[
            ("xml: {}", "prose"),
            ("xml: {}", "<a></b>"),
            ("xml: {}", "Sure: <a/>"),
            (_ORDER, "<order><x><item/></x></order>"),
            (_SOMEWHERE, "a < b"),
            (_SOMEWHERE, "<a><c/></a>"),
        ],
        edge=[
            fails("xml: {}", "```xml\n<a/>\n```"),
            passes("xml: {anywhere: true}", "```xml\n<a/>\n```"),
            passes(
                "xml: {elements: ['s:Envelope/s:Body']}", "<s:Envelope xmlns:s='u'><s:Body/></s:Envelope>"
            ),
            fails("xml: {}", "<a/><b/>"),
        ],
        hostile=[
            fails(_ORDER, _LAUGHS),
            fails(_ORDER, _FILE),
            fails("xml: {anywhere: true, elements: [order]}", _LAUGHS.replace("<order>", "< order>")),
            fails("xml: {}", "<a>" * 100_000),
            fails("xml: {}", "<a>" * 101 + "</a>" * 101),
            neither("xml: {anywhere: true}", "<a>" * 100_000),
            neither("xml: {}", " " * ((1 << 20) + 1) + "<a/>"),
            fails("xml: {}", "<a>\ud800</a>"),
            fails("xml: {}", "<a>\x00</a>"),
        ],
    ),
    "html": Table(
        right=[
            (
                "html: {}",
                "<!DOCTYPE html><html><head><title>a<b</title></head><body><p>x<br>y<p>z</body></html>",
            ),
            ("html: {}", "<ul><li>a<li>b</ul>\n<my-tag>c</my-tag>"),
            ("html: {anywhere: true}", "Use <b>this</b>."),
        ],
        wrong=[
            ("html: {}", "prose"),
            ("html: {}", "Sure: <p>x</p>"),
            ("html: {}", "<b><i>x</b></i>"),
            ("html: {}", "<order>1</order>"),
            ("html: {anywhere: true}", "a <order> b"),
        ],
        edge=[
            passes("html: {}", "<svg><path d='M1 1'/></svg>"),
            passes("html: {}", '<a title="1 > 0">x</a><!-- <order> -->'),
            passes("html: {}", "<script>if (a<b) x('</p>')</script>"),
            fails("html: {}", "<div>x"),
            fails("html: {}", "<p>a < b</p>"),
            fails("html: {}", "<!-- only -->"),
            fails("html: {}", "```html\n<p>x</p>\n```"),
        ],
        hostile=[
            fails("html: {}", "<!--" * 40_000),
            fails("html: {}", '<a b="' * 30_000),
            fails("html: {}", "<div>" * 501),
            fails("html: {}", "<script>" + "</scrip" * 20_000),
            neither("html: {}", "<p>" + "x" * 200_000),
            fails("html: {anywhere: true}", "<b " * 50_000),
        ],
    ),
    "sql": Table(
        right=[("sql: {tables: [orders]}", Opinion(score=1.0, reason="SQL that duckdb can read"))],
        wrong=[("sql: {tables: [orders]}", Opinion(score=0.0, reason="SQL with the table secrets"))],
        edge=[
            neither("sql: postgres", Opinion(score=0.0, reason="SQL that takes too long", undecidable=True))
        ],
        hostile=[
            unmeasured("sql: {}", Opinion(score=0.0, reason="it could not be read", mistake="grader_error"))
        ],
    ),
    "sql_result": Table(
        right=[("sql_result: {rows: [[1]]}", Opinion(score=1.0, reason="1 row"))],
        wrong=[("sql_result: {same_as: SELECT 1}", Opinion(score=0.0, reason="2 rows"))],
        edge=[
            neither("sql_result: {rows: []}", Opinion(score=0.0, reason="too many rows", undecidable=True))
        ],
        hostile=[
            unmeasured("sql_result: {rows: []}", Opinion(score=0.0, reason="no", mistake="grader_error"))
        ],
    ),
    "code": Table(
        right=[
            ("code: python", _py("def f(x):\n    return x")),
            ("code: json", '```json\n{"a": 1}\n```'),
            ("code: yml", "~~~yaml\na: [1, 2]\n~~~"),
            ("code: {language: xml, count: 2}", "```xml\n<a/>\n```\n```xml\n<b/>\n```"),
            ("code: html", "```HTML\n<p>x</p>\n```"),
            ("code: {language: rust, parses: false}", "```rust\nfn main( {\n```"),
        ],
        wrong=[
            ("code: python", _py("def f(x)\n    return x")),
            ("code: python", "def f(x): return x"),
            ("code: json", "```json\n{'a': 1}\n```"),
            ("code: yaml", "```yaml\na: [1\n```"),
            ("code: {language: xml, count: 2}", "```xml\n<a/>\n```"),
            ("code: html", "```html\n<order/>\n```"),
        ],
        edge=[
            passes("code: python", "```py\nx = '\\d'\n```\n```sh\n$ no python\n```"),
            passes("code: python", "1. so:\n   ```python\n   if a:\n       b\n   ```"),
            fails("code: python", "```python\nx = 1"),
            fails("code: python", "```python\n\n```"),
            fails("code: python", _py("x = 1") + _py("x =")),
        ],
        hostile=[
            neither("code: python", _py("-" * 40_000 + "1")),
            neither("code: python", _py("a" + ".b" * 20_000)),
            fails("code: python", _py("(" * 20_000)),
            fails("code: python", _py("x = 1\x00")),
            fails("code: python", _py("x = '\ud800'")),
            fails("code: python", _py("1" * 5_000)),
            neither("code: python", _py("x" * 50_001)),
            neither("code: yaml", "```yaml\n" + "[" * 10_000 + "\n```"),
            neither("code: yaml", "```yaml\n" + "a" * 20_001 + "\n```"),
            passes("code: yaml", "```yaml\na: &a [x, x]\n" + "b: &b [*a, *a]\nc: [*b, *b]\n" + "```"),
            neither("code: json", " " * ((1 << 20) + 1)),
        ],
    ),
    "urls": Table(
        right=[
            (_OURS, "See https://example.com/a and [b](http://docs.EXAMPLE.com:80/?x=1)."),
            ("urls: {deny: [evil.example]}", "https://example.com"),
            ("urls: {max: 1}", "no link"),
            (_OURS, "www.example.com."),
        ],
        wrong=[
            (_OURS, "https://example.com and https://evil.example"),
            (_OURS, "no link"),
            ("urls: {deny: [evil.example]}", "https://evil.example/x"),
            ("urls: {max: 1}", "http://a.example http://a.example"),
            ("urls: {allow: [example.com]}", "https://docs.example.com"),
        ],
        edge=[
            passes("urls: {allow: []}", "a//b, c:d, 1/2"),
            passes("urls: {allow: [xn--bcher-kva.example]}", "https://bücher.example/"),
            passes("urls: {allow: ['[::1]']}", "http://[::1]:8080/x"),
            fails("urls: {allow: ['*.example.com']}", "https://example.com"),
            fails("urls: {allow: ['[::1]']}", "http://[::1]:80@evil.example/"),
        ],
        hostile=[
            fails(_OURS, "https://example.com@evil.example/"),
            fails(_OURS, "https://evil.example\\@example.com/"),
            fails(_OURS, "https://example.com.evil.example"),
            fails(_OURS, "https:\\\\evil.example https://example.com"),
            fails(_OURS, "https://%65vil.example https://example.com"),
            fails(_OURS, "https://ｅvil.example https://example.com"),
            fails(_OURS, "[a](//evil.example/x) https://example.com"),
            fails(_OURS, "https://example。com.evil。example"),
            fails("urls: {deny: [evil.example]}", "HTTPS://EVIL.EXAMPLE./"),
            fails("urls: {deny: [evil.example]}", "http://\u202eevil"),
            neither(_OURS, "http://a.b " * 2_001),
            neither(_OURS, "x" * ((1 << 20) + 1)),
            passes("urls: {max: 0}", "a" * 500_000 + ":" * 500_000),
        ],
    ),
    "citations": Table(
        right=[
            (_CITED, "So it is [doc-1], and so [doc-2; doc-1]."),
            (_INPUTS, _asked("x [a, 7]")),
            ("citations: {of: [a], pattern: '\\(see (\\w+)\\)'}", "x (see a) [b]"),
            ("citations: {of: [a, b], min: 2}", "[a] [b]"),
        ],
        wrong=[
            (_CITED, "So it is [doc-1] and [doc-3]."),
            (_CITED, "So it is."),
            (_INPUTS, _asked("x [a]")),
            (_INPUTS, _asked("x [a] [7] [8]")),
            ("citations: {of: [a, b], min: 2}", "[a] [a]"),
        ],
        edge=[
            passes(_CITED, "[doc-1] and a [link](https://example.com)"),
            passes("citations: {of: [a], min: 0}", "nothing cited"),
            passes("citations: {of: [a], pattern: 'a|b'}", "a"),
            neither("citations: {of: '$.nowhere[*]'}", _asked("[a]")),
            neither("citations: {of: '$.documents[*]'}", _asked("[a]")),
            fails(_CITED, "[doc-1][]".replace("[]", "[ ]")),
        ],
        hostile=[
            fails(_CITED, "[" * 100_000 + "doc-1]" + "[x]"),
            fails(_CITED, "[DOC-1]"),
            fails(_CITED, "[doc-1\u200b]"),
            neither(_CITED, "[doc-1] " * 10_001),
            neither(_CITED, "a" * ((1 << 20) + 1)),
        ],
    ),
}
