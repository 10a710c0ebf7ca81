"""Fuzz every target at length: `python -m tests.fuzz [--seconds 60] [TARGET ...]`.

Coverage-guided by atheris, from the committed seeds. Each target runs in a process of its own, since libFuzzer ends
the process at its first finding. A finding is printed, and `--keep` adds it to the seeds.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

if "--in" in sys.argv:  # the child: what it imports from here on reports which lines were reached
    import atheris

    with atheris.instrument_imports(include=["harness", "yaml", "jinja2"], enable_loader_override=False):
        from tests.fuzz.targets import TARGETS
else:
    from tests.fuzz.targets import TARGETS

from tests.fuzz.corpus import add, seeds

MOST_BYTES = 8192
SECONDS_PER_INPUT = 5
MEGABYTES = 2048


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="*", metavar="TARGET", help=f"of: {', '.join(TARGETS)}")
    parser.add_argument("--seconds", type=int, default=60, help="time for each target (default 60)")
    parser.add_argument("--keep", action="store_true", help="add what was found to the seeds")
    parser.add_argument("--in", dest="folder", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.folder:
        _fuzz(asked.target[0], Path(asked.folder), asked.seconds)
    found = [name for name in asked.target or TARGETS if not _is_clean(name, asked.seconds, keep=asked.keep)]
    sys.stdout.write(f"\nbroken: {', '.join(found)}\n" if found else "\nnothing was found\n")
    return 1 if found else 0


def _is_clean(name: str, seconds: int, *, keep: bool) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        for number, each in enumerate(seeds(name)):
            (Path(folder) / f"{number}").write_bytes(each)
        command = [sys.executable, "-m", "tests.fuzz", name, "--seconds", str(seconds), "--in", folder]
        done = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
        crashes = [path.read_bytes() for path in Path(folder).glob("found-*")]
        ran = [line for line in done.stderr.splitlines() if line.startswith("Done ")]
        sys.stdout.write(f"{name}: {''.join(ran) or 'stopped at a finding'}\n")
        if done.returncode and not crashes:
            sys.stdout.write(done.stderr[-2000:])
        for each in crashes:
            sys.stdout.write(f"  finding: {each!r}\n{done.stderr[-3000:]}\n")
        if keep and crashes:
            add(name, crashes)
        return done.returncode == 0


def _fuzz(name: str, folder: Path, seconds: int) -> None:
    target = TARGETS[name]
    options = (
        f"-max_total_time={seconds}", f"-max_len={MOST_BYTES}", f"-timeout={SECONDS_PER_INPUT}",
        f"-rss_limit_mb={MEGABYTES}", f"-artifact_prefix={folder}/found-", "-print_final_stats=1",
    )  # fmt: skip
    atheris.Setup([sys.argv[0], str(folder), *options], target)
    atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
