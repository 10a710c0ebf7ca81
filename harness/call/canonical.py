"""One spelling of every request: the body that is sent, and its canonical JSON.

Recordings, journal rows and digests all use this spelling, so equal requests have equal texts.
"""

from __future__ import annotations

from harness.call.exchange import Request
from harness.suite.canonical import canonical, digest
from harness.suite.tool import ToolDefinition
from harness.units import Json

__all__ = ["body", "canonical", "digest"]


def body(request: Request) -> dict[str, Json]:
    """The JSON body of the Messages API for `request`: what is sent, and nothing else."""
    sent: dict[str, Json] = {
        "model": request.model,
        "max_tokens": request.max_tokens,
        "messages": [{"role": each.role, "content": each.content} for each in request.messages],
    }
    if request.system is not None:
        sent["system"] = request.system
    if request.thinking is not None:
        sent["thinking"] = {"type": request.thinking}
    output: dict[str, Json] = {}
    if request.effort is not None:
        output["effort"] = request.effort
    if request.output_schema is not None:
        output["format"] = {"type": "json_schema", "schema": request.output_schema}
    if output:
        sent["output_config"] = output
    if request.stop_sequences:
        sent["stop_sequences"] = list(request.stop_sequences)
    if request.tools:
        sent["tools"] = [_tool(each) for each in request.tools]
    return sent


def _tool(tool: ToolDefinition) -> dict[str, Json]:
    return {"name": tool.name, "description": tool.description, "input_schema": tool.input}
