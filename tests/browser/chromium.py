"""The browser that is there: Debian's Chromium, started without anything that would talk to the network."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""None: there is no browser on this machine."""
REMEDY = "install one (Debian: apt-get install chromium)"
_FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-sandbox",
]  # fmt: skip


@contextlib.contextmanager
def launched() -> Iterator[Browser]:
    """A browser of its own, until the block ends. Raises RuntimeError where there is none."""
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        raise RuntimeError(f"there is no chromium on this machine; {REMEDY}")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        browser.close()
