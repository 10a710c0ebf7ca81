"""Links of the pages lead somewhere."""

from pathlib import Path

import pytest

from tests.docs.markdown import anchors, links, pages
from tests.docs.rooms import ROOT


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_every_relative_link_leads_to_a_file_and_every_anchor_to_a_heading(page: Path) -> None:
    for link in links(page.read_text("utf-8")):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        name, _, anchor = link.partition("#")
        target = page if not name else (page.parent / name).resolve()
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


def test_every_page_of_docs_is_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        targets = (
            (page.parent / link.partition("#")[0]).resolve() for link in links(page.read_text("utf-8"))
        )
        ahead += [each for each in targets if each.suffix == ".md" and each not in seen and each.exists()]
    assert set((ROOT / "docs").rglob("*.md")) <= seen
