"""`docs/messages.md` knows every error and every fault."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import harness
from harness.call.fault import Fault, Kind
from harness.errors import HarnessError
from harness.gate.verdict import EXIT_STATUS
from tests.docs.rooms import ROOT

PAGE = (ROOT / "docs" / "messages.md").read_text("utf-8")


def test_every_error_is_there_with_its_exit_status() -> None:
    written = dict(re.findall(r"^\| `([A-Z]\w+)` \| (\d+) \|", PAGE, re.MULTILINE))
    assert written == {each.__name__: str(each.exit_status) for each in _errors()}


def test_every_fault_is_there_with_whose_it_is_and_whether_it_is_asked_again() -> None:
    written = re.findall(r"^\| `([a-z_]+)` \| (\w+) \| .+ \| (yes|no) \|$", PAGE, re.MULTILINE)
    faults = [Fault(kind=kind, detail="") for kind in Kind]
    assert written == [(each.kind.value, each.whose, "yes" if each.is_retryable else "no") for each in faults]


def test_every_verdict_is_there_with_its_exit_status() -> None:
    for status, number in EXIT_STATUS.items():
        assert re.search(rf"^\| {number} \| {status}\b", PAGE, re.MULTILINE)


def _errors() -> set[type[HarnessError]]:
    for module in pkgutil.walk_packages(harness.__path__, "harness."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {HarnessError, *_below(HarnessError)}


def _below(root: type[HarnessError]) -> Iterator[type[HarnessError]]:
    for each in root.__subclasses__():
        if each.__module__.startswith("harness."):
            yield each
            yield from _below(each)
