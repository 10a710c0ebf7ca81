"""Pictures of every page for people to look at: narrow and wide, light and dark, a case open, on paper.

They land in `tests/actual/screens`, or in the folder that SCREENS names; CI keeps them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import pytest

from tests.browser.kinds import KINDS, page_of
from tests.browser.visits import NARROW, WIDE, Look, Open, open_first
from tests.report.gold import TESTS

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
FOLDER = Path(os.environ.get("SCREENS") or TESTS / "actual/screens")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("look", [NARROW, WIDE], ids=["narrow", "wide"])
def test_a_page_has_its_picture_taken(opened: Open, kind: str, look: Look) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = opened(page_of(kind), look=look)
    seen: list[bytes] = []
    for scheme in SCHEMES:
        made.page.emulate_media(color_scheme=scheme)
        path = FOLDER / f"{kind}-{look.width}-{scheme}.png"
        seen.append(made.page.screenshot(full_page=True, path=path))
    assert seen[0] != seen[1]
    if made.page.locator('[data-part="table"]').count():
        open_first(made)
        for scheme in SCHEMES:
            made.page.emulate_media(color_scheme=scheme)
            made.page.screenshot(path=FOLDER / f"{kind}-case-{look.width}-{scheme}.png")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_is_printed(opened: Open, kind: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    printed = opened(page_of(kind)).page.pdf(path=FOLDER / f"{kind}.pdf", format="A4")
    assert printed.startswith(b"%PDF")
