"""A page that is open in a browser, and everything it said and asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

from harness.report.views.parts import ReportView, RunView

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Dialog, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How somebody looks at a page."""

    width: int = 1280
    scheme: Literal["light", "dark"] = "light"
    media: Literal["screen", "print"] = "screen"
    motion: Literal["no-preference", "reduce"] = "no-preference"
    scripts: bool = True


PLAIN = Look()
NARROW = Look(width=390)
WIDE = Look(width=1440)


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

    @property
    def left(self) -> list[str]:
        """What was asked for beside the page itself."""
        return [url for url in self.requests[1:] if not url.startswith("data:")]

    def quiet(self) -> bool:
        """Whether it kept to itself: nothing on the console, no dialog, no request."""
        return not (self.console or self.dialogs or self.left)

    def text(self, part: str) -> str:
        return self.page.inner_text(f'[data-part="{part}"]')

    def rows(self) -> int:
        return self.page.locator('[data-part="table"] tbody tr').count()

    def is_open(self) -> bool:
        return self.page.locator('[data-part="dialog"]').get_attribute("open") is not None


class Open(Protocol):
    """Opens a view, or a page that is there already as text."""

    def __call__(
        self, what: ReportView | RunView | str, *, hash_part: str = "", look: Look = PLAIN
    ) -> Opened: ...


def watched(context: BrowserContext) -> Opened:
    """A new page of which nothing is missed."""
    made = Opened(context.new_page())
    made.page.on("console", lambda message: made.console.append(message.text))
    made.page.on("pageerror", lambda error: made.console.append(str(error)))
    made.page.on("request", lambda request: made.requests.append(request.url[:60]))
    made.page.on("dialog", made.refuse)
    return made


def seen(browser: Browser, look: Look) -> BrowserContext:
    """A profile of its own, with the window and the wishes of `look`."""
    context = browser.new_context(
        viewport={"width": look.width, "height": 800},
        color_scheme=look.scheme,
        reduced_motion=look.motion,
        java_script_enabled=look.scripts,
    )
    context.set_default_timeout(10_000)
    return context


def wait_for(page: Page, ready: Callable[[], bool]) -> None:
    """Poll from outside: the page's policy forbids playwright's own waiting, which evaluates strings."""
    for _ in range(100):
        if ready():
            return
        page.wait_for_timeout(20)
    raise AssertionError("the page never got there")


_USABLE = """() => performance.getEntriesByName('usable').length
  || !document.querySelector('[data-part="fault"]').hidden"""


def wait_until_usable(page: Page) -> None:
    """A page with cases has to unpack them first, and says when it is done; other pages are there at once."""
    if page.locator('[data-part="index"]').count():
        wait_for(page, lambda: bool(page.evaluate(_USABLE)))


def wait_for_case(made: Opened, case_id: str) -> None:
    def ready() -> bool:
        return made.text("case-title") == case_id and made.page.locator("dialog .answer").count() == 2

    wait_for(made.page, ready)


def open_first(made: Opened) -> None:
    """The first case of the table, opened as the keyboard does it, with its answers there."""
    made.page.keyboard.press("j")
    made.page.keyboard.press("Enter")
    wait_for(made.page, lambda: made.is_open() and bool(made.text("case-body").strip()))


def tabbed(page: Page, most: int = 400) -> Iterator[str]:
    """Press Tab from the start until everything was visited; gives what has the focus each time, as a number.

    Numbers are those of `data-visit`, which the elements were given before.
    """
    for _ in range(most):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement?.getAttribute('data-visit') ?? ''")
        if not at:
            return
        yield str(at)
