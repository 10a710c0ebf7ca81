"""What the child process does: one call of one function of a user's file, its result as one line of JSON on standard output.

It is run by path, so it imports nothing of this package. What the user's code prints goes nowhere.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

_MEMORY = 2 * 1024**3
_FILE = 1024**2
"""The most a file may grow to: a fake has no business with files."""


def _bound(seconds: int) -> None:
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, _FILE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        resource.setrlimit(what, (most if hard < 0 else min(most, hard), hard))


def _called(asked: dict[str, Any]) -> str:
    names: dict[str, Any] = {"__name__": "tools", "__file__": asked["file"]}
    exec(compile(asked["source"], asked["file"], "exec"), names)  # noqa: S102 - it is what this process is for
    function: Callable[..., object] = names[asked["function"]]
    return json.dumps({"value": function(**asked["arguments"])}, allow_nan=False)


def _kind(error: BaseException) -> str:
    raised = sys.modules.get("harness.tool_errors")
    is_ours = raised is not None and isinstance(error, raised.ToolFailed)
    return str(getattr(error, "kind", "")) if is_ours else "internal"


def main() -> None:
    """Read the call from standard input, and answer it."""
    asked: dict[str, Any] = json.load(sys.stdin)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    _bound(asked["seconds"])
    try:
        said = _called(asked)
    except BaseException as error:  # noqa: BLE001 - also SystemExit: whatever the user's code does, it is told by kind
        said = json.dumps({"error": _kind(error)})
    answers.write(said + "\n")
    answers.flush()
    os.kill(
        os.getpid(), 9
    )  # nothing a fake left behind, such as a thread or an exit handler, holds the answer up


if __name__ == "__main__":
    main()
