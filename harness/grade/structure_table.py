"""The graders of structure and of tools that need no other grader: their part of the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.grade import wanted_structure, wanted_tools
from harness.grade.citations import citations
from harness.grade.code import code
from harness.grade.difference import json_diff
from harness.grade.expert import by_opinion
from harness.grade.grader import Grader, of_text
from harness.grade.html import html
from harness.grade.links import urls
from harness.grade.structure import json_path, json_schema, json_subset
from harness.grade.tools import tool_f1, tools, trajectory
from harness.grade.xml import xml
from harness.suite.expectation import Expectation
from harness.suite.expectations.documents import Citations, Code, Html, Urls, Xml
from harness.suite.expectations.sql import Sql, SqlResult
from harness.suite.expectations.structure import JsonDiff, JsonPath, JsonSchema, JsonSubset
from harness.suite.expectations.tools import ToolF1, Tools, Trajectory

STRUCTURE: Final[Mapping[type[Expectation], Grader]] = {
    JsonPath: Grader(version=1, decide=of_text(json_path), words=wanted_structure.json_path),
    JsonSchema: Grader(version=1, decide=of_text(json_schema), words=wanted_structure.json_schema),
    JsonSubset: Grader(version=1, decide=of_text(json_subset), words=wanted_structure.json_subset),
    JsonDiff: Grader(version=1, decide=of_text(json_diff), words=wanted_structure.json_diff),
    Xml: Grader(version=1, decide=of_text(xml), words=wanted_structure.xml),
    Html: Grader(version=1, decide=of_text(html), words=wanted_structure.html),
    Sql: Grader(version=1, decide=by_opinion, words=wanted_structure.sql),
    SqlResult: Grader(version=1, decide=by_opinion, words=wanted_structure.sql_result),
    Code: Grader(version=1, decide=of_text(code), words=wanted_structure.code),
    Urls: Grader(version=1, decide=of_text(urls), words=wanted_structure.urls),
    Citations: Grader(version=1, decide=citations, words=wanted_structure.citations),
}

TOOLS: Final[Mapping[type[Expectation], Grader]] = {
    Tools: Grader(version=1, decide=tools, words=wanted_tools.tools),
    ToolF1: Grader(version=1, decide=tool_f1, words=wanted_tools.tool_f1),
    Trajectory: Grader(version=1, decide=trajectory, words=wanted_tools.trajectory),
}
