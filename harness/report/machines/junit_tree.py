"""The elements of JUnit XML, in the two families that are read: which part of a file may hold what."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal, get_args
from xml.etree import ElementTree as ET

from harness.report import safe
from harness.report.views.numbers import CaseNumbers

Family = Literal["xunit2", "xunit1"]
"""`xunit2` holds to the schema of Jenkins' xUnit plugin (`junit-10.xsd`), which refuses a file with anything more.

`xunit1` has a place and properties in every test case, as GitLab, CircleCI and Buildkite read them. The names are
those that pytest gave the same two.
"""
FAMILIES: tuple[Family, ...] = get_args(Family)
Facts = Sequence[tuple[str, str]]
_COUNTED = ("failure", "error", "skipped")
_MARK = "\u2060"
_OPENS = re.compile(r"\[(?=\[)")


def document(suites: Iterable[ET.Element]) -> str:
    """A whole file."""
    root = ET.Element("testsuites", name="harness")
    root.extend(suites)
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(each.get(name, "0")) for each in root)))
    root.set("time", seconds(math.fsum(float(each.get("time", "0")) for each in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def suite(
    name: str, facts: Facts, cases: Sequence[ET.Element], *, file: str | None, started: datetime | None
) -> ET.Element:
    """A suite with its counts. `file` is where all of its cases are written, if they are in one."""
    counts = {tag: sum(each.find(tag) is not None for each in cases) for tag in _COUNTED}
    made = ET.Element(
        "testsuite",
        name=safe.visible(name),
        tests=str(len(cases)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        time=seconds(math.fsum(float(each.get("time", "0")) for each in cases)),
    )
    if started is not None:
        made.set("timestamp", started.replace(tzinfo=None).isoformat(timespec="seconds"))
    if file is not None:
        made.set("file", safe.visible(file))
    add_properties(made, facts)
    made.extend(cases)
    return made


def case(classname: str, name: str, time: float | None) -> ET.Element:
    """A test case that passed, until a problem is added."""
    return ET.Element(
        "testcase", classname=safe.visible(classname), name=safe.visible(name), time=seconds(time)
    )


def add_problem(to: ET.Element, tag: str, kind: str | None, message: str, text: str = "") -> None:
    """`failure`, `error` or `skipped`, with its message and, where there is more to say, its text."""
    made = ET.SubElement(to, tag)
    if kind is not None:
        made.set("type", kind)
    made.set("message", harmless(message))
    made.text = harmless(text) or None


def add_properties(to: ET.Element, facts: Facts) -> None:
    """Names and values, in the order given, before everything else of a suite or a case."""
    properties = ET.Element("properties")
    to.insert(0, properties)
    for name, value in facts:
        ET.SubElement(properties, "property", name=safe.visible(name), value=safe.visible(value))


def harmless(text: str) -> str:
    """Text without what a CI server obeys in the output of a test: `[[ATTACHMENT|path]]` publishes a file."""
    return _OPENS.sub(f"[{_MARK}", safe.visible(text))


def seconds(time: float | None) -> str:
    """`2.460`; three decimals are what the schema allows."""
    return f"{time:.3f}" if time is not None and math.isfinite(time) and time >= 0 else "0.000"


def number_facts(numbers: CaseNumbers) -> Facts:
    """Cost, time and tokens, each where it was measured. `latency_p50_s` is the median of the answers."""
    found: dict[str, Decimal | int | None] = {
        "cost_usd": numbers.cost_usd,
        "latency_p50_s": _thousandths(numbers.latency_p50_s),
        "latency_sum_s": _thousandths(numbers.latency_sum_s),
        "tokens_in": numbers.tokens_in,
        "tokens_out": numbers.tokens_out,
    }
    return [(name, f"{Decimal(value):f}") for name, value in found.items() if value is not None]


def _thousandths(time: float | None) -> Decimal | None:
    return None if time is None else round(Decimal(time), 3)
