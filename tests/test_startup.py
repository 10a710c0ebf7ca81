"""What is typed often must feel instant, so it may not load what is slow to load."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.projects import environment, write_project

HEAVY = (
    "anthropic",
    "httpx2",
    "numpy",
    "pandas",
    "pyarrow",
    "matplotlib",
    "scipy",
    "duckdb",
    "rich",
    "py3langid",
    "rapidfuzz",
)
DRIVER = """
import sys
from harness.cli.main import entry
sys.argv = ["harness", *sys.argv[1:]]
try:
    entry()
finally:
    print(*(name for name in {heavy!r} if name in sys.modules), file=sys.stderr)
"""


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["check"], ["gate", "--help"], ["nosuch"]])
def test_nothing_heavy_is_loaded(tmp_path: Path, argv: list[str]) -> None:
    folder = write_project(tmp_path, 2)
    code = DRIVER.format(heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", code, *argv],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == (2 if argv == ["nosuch"] else 0)
    assert done.stderr.splitlines()[-1] == "", done.stderr
