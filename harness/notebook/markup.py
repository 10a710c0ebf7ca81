"""What a notebook shows of an object of ours: HTML that is built as a tree, so that no text in it can be markup."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from harness.report.safe import visible


def block(title: str) -> Element:
    """The element that everything is put into. Notebooks typeset `$...$` as formulas, but not inside of it."""
    whole = Element("div", {"class": "harness tex2jax_ignore mathjax_ignore"})
    paragraph = SubElement(whole, "p")
    SubElement(paragraph, "strong").text = visible(title)
    return whole


def say(whole: Element, text: str) -> None:
    """A paragraph; nothing where there is nothing to say."""
    if text:
        SubElement(whole, "p").text = visible(text)


def table(whole: Element, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Rows under their heads; nothing where there are none."""
    if not rows:
        return
    made = SubElement(whole, "table")
    head = SubElement(SubElement(made, "thead"), "tr")
    for name in heads:
        SubElement(head, "th").text = visible(name)
    body = SubElement(made, "tbody")
    for row in rows:
        line = SubElement(body, "tr")
        for cell in row:
            SubElement(line, "td").text = visible(cell)


def html(whole: Element) -> str:
    """As text. Lone surrogates are named by `visible`, so that it can always be encoded."""
    return tostring(whole, encoding="unicode", method="html")
