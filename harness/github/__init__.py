"""What GitHub shows of a run in a workflow: the step's summary, and one comment on the pull request."""

from harness.github.summary import summarise

__all__ = ["summarise"]
