"""Every example that promptfoo ships, where the data is there: no crash, nothing dropped, most of it carried over."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
import yaml

from harness.errors import UsageError
from harness.intake.promptfoo.imported import Imported
from tests.intake.projects import imported
from tests.intake.promptfoo.walker import assertions

DATA = Path(__file__).parents[4] / "shared" / "data" / "promptfoo_examples.MIT.tar.gz"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the examples of promptfoo are not here")
# Configurations that take assertions from other files as well.
_MORE = {"csv-metadata": 6, "custom-grader-csv": 4, "separate-test-configs": 3, "simple-csv": 4}


@pytest.fixture(scope="session")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("promptfoo")
    with tarfile.open(DATA) as archive:
        archive.extractall(folder, filter="data")
    (found,) = folder.rglob("examples")
    return found


def _configs(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in sorted(folder.rglob("*.yaml")):
        tree = yaml.safe_load(path.read_text())
        if isinstance(tree, dict) and tree.keys() & {"prompts", "providers", "targets", "tests"}:
            found.append(path)
    return found


def _check(paths: list[Path]) -> None:
    carried = met = 0
    for path in paths:
        found = imported(path)
        counts = found.inventory.counts()
        assert all(each.adds_up for each in counts.values()), path
        assert found.problems == (), path
        wanted = assertions(yaml.safe_load(path.read_text()))
        if path.name == "promptfooconfig.yaml":
            wanted += _MORE.get(path.parent.name, 0)
        assert _met(found) == wanted, path
        for each in found.inventory.constructs:
            if each.kind == "assertion" and not each.name.startswith("promptfoo:redteam"):
                met += 1
                carried += each.fate != "listed"
    assert met > 0
    assert carried >= 0.8 * met, f"{carried} of {met}"


def _met(found: Imported) -> int:
    count = found.inventory.counts().get("assertion")
    return 0 if count is None else count.met


def test_some_examples_come_over(examples: Path) -> None:
    _check(_configs(examples)[::6])


@pytest.mark.slow
def test_all_examples_come_over(examples: Path) -> None:
    paths = _configs(examples)
    assert len(paths) > 170
    _check(paths)


def test_what_is_no_configuration_is_refused(examples: Path) -> None:
    with pytest.raises(UsageError):
        imported(examples / "github-action" / "standalone-action.yaml")
