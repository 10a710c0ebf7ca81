"""A key in the environment, in a case and in the server's own words reaches no file and no terminal."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.projects import KEY, harness, tiny_model, write, write_project
from tests.standin import Answer, StandIn, Trouble

pytestmark = pytest.mark.loopback
SECRET = KEY + "/+=&"
REFUSAL = Trouble(kind="status", status=400, error_type="invalid_request_error", message=f"no: {SECRET}")


def spellings(secret: str) -> list[bytes]:
    raw = secret.encode()
    found = {raw, quote(raw, safe="").encode(), json.dumps(secret)[1:-1].encode()}
    for offset in range(3):
        # What surrounds the secret changes the letters at its ends only.
        found.add(base64.b64encode(b"x" * offset + raw)[4:-4])
        found.add(base64.urlsafe_b64encode(b"x" * offset + raw)[4:-4])
    return sorted(found)


def places_of(secret: str, folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "evals"]
    assert files
    return [str(path) for path in files if any(form in path.read_bytes() for form in spellings(secret))]


def talkative(body: object) -> Answer:
    """Repeats the secret, in three spellings."""
    answer = tiny_model(body)  # type: ignore[arg-type]  # a body is a mapping
    text = json.dumps(body)
    if "number is 1?" in text:
        encoded = base64.b64encode(SECRET.encode()).decode()
        return Answer(text=f"the key is {SECRET}, {quote(SECRET, safe='')}, {encoded}")
    return Answer(trouble=REFUSAL) if "number is 2?" in text else answer


@pytest.mark.parametrize("mode", ["live", pytest.param("record", marks=pytest.mark.slow)])
def test_a_key_is_nowhere_after_a_run_and_all_its_reports(tmp_path: Path, mode: str) -> None:
    folder = write_project(tmp_path / "project", 22)
    suite = folder / "evals/tiny.yaml"
    write(suite, suite.read_text("utf-8").replace("Which number is 0?", f"{SECRET} Which number is 0?"))
    outputs = [
        "--html",
        "reports/page.html",
        "--junit",
        "reports/junit.xml",
        "--markdown",
        "reports/comment.md",
    ]
    with StandIn(talkative) as server:
        environment = {
            "url": server.url,
            "ANTHROPIC_API_KEY": SECRET,
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
        }
        said = [
            harness(folder, "gate", "tiny", "--mode", mode, *outputs, **environment),
            harness(folder, "gate", "tiny", "--mode", mode, "--json", **environment),
            harness(folder, "run", "tiny", "--mode", mode, "--html", "reports/run.html", **environment),
            harness(folder, "export", "tiny", "--out", "reports/rows.csv", **environment),
            harness(folder, "sql", "SELECT * FROM v_trials", "--json", **environment),
        ]
        assert server.attempts
    assert [done.returncode for done in said[:3]] == [3, 3, 4], said
    assert places_of(SECRET, folder) == []
    spoken = "".join(done.stdout + done.stderr for done in said).encode()
    assert "Traceback" not in spoken.decode()
    assert not [form for form in spellings(SECRET) if form in spoken]


def test_the_search_itself_would_find_it(tmp_path: Path) -> None:
    write(tmp_path / "leak.txt", "x" + base64.b64encode(f"1{SECRET}2".encode()).decode())
    assert places_of(SECRET, tmp_path)
