"""`docs/decisions/README.md`: the decisions by their titles."""

from __future__ import annotations

from tests.docs.rooms import ROOT

FOLDER = ROOT / "docs" / "decisions"
_HEAD = """\
# Decisions

Choices that could have gone another way: what stood before us, what was chosen, what follows. One page each, at most forty lines.

"""


def page() -> str:
    """The index, made from the first line of every page."""
    pages = sorted(FOLDER.glob("0*.md"))
    titles = (each.read_text("utf-8").partition("\n")[0].removeprefix("# ") for each in pages)
    return _HEAD + "".join(f"- [{title}]({each.name})\n" for each, title in zip(pages, titles, strict=True))
