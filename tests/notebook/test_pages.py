"""The example and the page run as they stand."""

import contextlib
import io
import runpy
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib import pyplot as plt

from tests.docs import markdown
from tests.docs.rooms import ROOT
from tests.notebook.conftest import Explored


@pytest.fixture(autouse=True)
def _in_the_project(kept: Explored, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(kept.folder)
    with mpl.rc_context({"backend": "agg", "figure.dpi": 40, "savefig.dpi": 40}):
        yield
    plt.close("all")


def test_the_example_runs_in_any_project_with_a_verdict(kept: Explored) -> None:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        made = runpy.run_path(str(ROOT / "examples/explore.py"))
    assert "REGRESSED  Quality fell by 33.3 points" in said.getvalue()
    assert made["contrast"].verdict.status == "REGRESSED"
    assert (kept.folder / "explore.png").stat().st_size > 10_000


def test_every_block_of_the_page_runs() -> None:
    page = (ROOT / "docs/notebook.md").read_text("utf-8")
    names: dict[str, object] = {}
    for block in markdown.blocks(page, "python"):
        exec(compile(block, "docs/notebook.md", "exec"), names)  # noqa: S102 - what the page tells people to type
    assert {"lab", "contrast", "axes"} <= names.keys()


def test_the_page_names_every_frame_and_every_plot() -> None:
    from harness.notebook.contrast import Contrast
    from harness.notebook.lab import Lab

    page = Path(ROOT / "docs/notebook.md").read_text("utf-8")
    public = {name for kind in (Lab, Contrast) for name in dir(kind) if not name.startswith("_")}
    assert [name for name in sorted(public) if name not in page] == []
