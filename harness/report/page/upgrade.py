"""All suites of an upgrade as one page. It needs no script, so none may run."""

from __future__ import annotations

from harness.report.page.frame import fill
from harness.report.views.upgrade_page import UpgradePage


def render_upgrade(view: UpgradePage) -> str:
    """The page of all suites."""
    spots = {} if view.forest is None else {row.name: view.forest.spot(row) for row in view.forest.rows}
    values: dict[str, object] = {"view": view, "title": f"Upgrade to {view.upgrade.to}", "spots": spots}
    return fill("upgrade.html.j2", values, styles=("pages.css",))
