"""Regression tests for prompts and models.

The names of `__all__` are what a notebook or a script needs; each is imported when it is first used.

```
settings = harness.read_settings()
project = harness.read_project(harness.WorkingTree(settings.root))
question = harness.Question(suite="triage", mode="replay")
verdict = harness.gate_suite(question, project, None, settings).verdict
harness.load().trials  # what is stored, as pandas frames
```
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from harness.errors import HarnessError as HarnessError
    from harness.gate.judge import judge as judge
    from harness.gate.verdict import Status as Status
    from harness.gate.verdict import Verdict as Verdict
    from harness.notebook.loading import load as load
    from harness.pipeline.comparing import compare_runs as compare_runs
    from harness.pipeline.gating import Question as Question
    from harness.pipeline.gating import gate_suite as gate_suite
    from harness.settings import read_settings as read_settings
    from harness.store.read import list_runs as list_runs
    from harness.store.read import read_side as read_side
    from harness.suite.policy import Policy as Policy
    from harness.suite.read import read_project as read_project
    from harness.suite.tree import GitTree as GitTree
    from harness.suite.tree import WorkingTree as WorkingTree

__version__ = "0.1.0"

_HOMES = {
    "GitTree": "suite.tree",
    "HarnessError": "errors",
    "Policy": "suite.policy",
    "Question": "pipeline.gating",
    "Status": "gate.verdict",
    "Verdict": "gate.verdict",
    "WorkingTree": "suite.tree",
    "compare_runs": "pipeline.comparing",
    "gate_suite": "pipeline.gating",
    "judge": "gate.judge",
    "list_runs": "store.read",
    "load": "notebook.loading",
    "read_project": "suite.read",
    "read_settings": "settings",
    "read_side": "store.read",
}

__all__ = [
    "GitTree",
    "HarnessError",
    "Policy",
    "Question",
    "Status",
    "Verdict",
    "WorkingTree",
    "__version__",
    "compare_runs",
    "gate_suite",
    "judge",
    "list_runs",
    "load",
    "read_project",
    "read_settings",
    "read_side",
]


if not TYPE_CHECKING:  # a type checker shall know which names there are not

    def __getattr__(name: str) -> object:
        home = _HOMES.get(name)
        if home is None:
            raise AttributeError(f"module 'harness' has no attribute {name!r}")
        return getattr(importlib.import_module(f"harness.{home}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
