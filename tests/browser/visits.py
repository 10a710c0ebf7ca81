"""A page that is open in a browser, and everything it said and asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Dialog, Page


@dataclass
class Opened:
    """A page with everything it said and asked for."""

    page: Page
    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def refuse(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def text(self, part: str) -> str:
        return self.page.inner_text(f'[data-part="{part}"]')

    def rows(self) -> int:
        return self.page.locator('[data-part="table"] tbody tr').count()

    def is_open(self) -> bool:
        return self.page.locator('[data-part="dialog"]').get_attribute("open") is not None


Open = Callable[..., Opened]


def wait_for(page: Page, ready: Callable[[], bool]) -> None:
    """Poll from outside: the page's policy forbids playwright's own waiting, which evaluates strings."""
    for _ in range(100):
        if ready():
            return
        page.wait_for_timeout(20)
    raise AssertionError("the page never got there")


def wait_for_case(made: Opened, case_id: str) -> None:
    def ready() -> bool:
        return made.text("case-title") == case_id and made.page.locator("dialog .answer").count() == 2

    wait_for(made.page, ready)
