"""What a fake in `evals/tools.py` may raise, so that its failure gets a kind.

```
from harness.tool_errors import NotFound

def lookup_order(order):
    if order != "17":
        raise NotFound
    return {"state": "shipped"}
```

The model is told the kind in fixed words, and nothing of the exception's text. Every other exception is `internal`.
"""

from __future__ import annotations

from typing import ClassVar


class ToolFailed(Exception):
    """The root of them, and the kind of every other exception."""

    kind: ClassVar[str] = "internal"


class TimedOut(ToolFailed):
    """The tool did not answer in time."""

    kind = "timeout"


class InvalidArguments(ToolFailed):
    """The arguments fit the schema, and are wrong all the same."""

    kind = "invalid_arguments"


class PermissionDenied(ToolFailed):
    """The tool may not be used for that."""

    kind = "permission"


class RateLimited(ToolFailed):
    """The tool is used too often."""

    kind = "rate_limited"


class NotFound(ToolFailed):
    """Nothing there for these arguments."""

    kind = "not_found"
