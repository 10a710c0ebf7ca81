"""Markdown as GitHub makes a page of it: by its own parser, and by another that reads the same dialect."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import html5lib
from cmarkgfm import cmark, github_flavored_markdown_to_html
from markdown_it import MarkdownIt

OURS = {"html", "head", "body", "p", "strong", "code", "pre", "details", "summary", "table", "thead", "tbody", "tr", "th", "td", "a", "blockquote"}  # fmt: skip
"""Every element of a comment."""
REFERENCES = (
    "@octocat", "@org/team", "#1", "GH-1", "org/repo#1", "org/repo@0123456789abcdef0123456789abcdef01234567",
    "0123456789abcdef0123456789abcdef01234567", "deadbeef", "1234567", ":tada:", "$x^2$", "$`x`$", "www.evil.example",
    "https://evil.example", "mailto:a@evil.example", "a@evil.example", "[x](https://evil.example)", "[^1]", "a`b`@c",
    "![x](https://evil.example/x.png)", "<!-- harness-report -->", "<b>x</b>", "**x**", "~~x~~", "- x", "1. x", "> x",
    "```\n@octocat", "~~~\n@octocat", "\n\n# x", "</details>", "</summary>", "|x|", "a``b", "&commat;octocat", "&#64;x",
)  # fmt: skip
"""What GitHub makes something of, outside of code."""
MADE_OF = re.compile(r"[@#<>*_~$\[\]\\|&]\w|https?:|www\.|:\w+:|\b(?=\w*[0-9a-f])[0-9a-f]{7,40}\b|GH-[0-9]|`")


def rendered(text: str) -> tuple[Element, Element]:
    """The page by cmark-gfm, with autolinks and HTML let through, and by markdown-it."""
    theirs = github_flavored_markdown_to_html(text, options=cmark.Options.CMARK_OPT_UNSAFE)
    other = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return parsed(theirs), parsed(other)


def parsed(page: str) -> Element:
    tree: Element = html5lib.parse(page, namespaceHTMLElements=False)
    return tree


def outside_code(tree: Element) -> str:
    """All text in which GitHub looks for mentions, references, commits, formulas and shortcodes of emoji."""
    said = [tree.text or ""] if tree.tag not in {"code", "pre"} else []
    for child in tree:
        said += [outside_code(child), child.tail or ""]
    return " ".join(said)


def structure(tree: Element) -> list[object]:
    """The elements without their text: what hostile text must not change."""
    return [str(tree.tag), sorted(tree.attrib), [structure(child) for child in tree]]
