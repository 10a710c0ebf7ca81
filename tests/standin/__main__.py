"""The stand-in as a program: `python -m tests.standin --port 0 --answers answers.json`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from tests.standin.answers import echo, scripted
from tests.standin.server import StandIn


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.standin", description="A stand-in for the Anthropic API."
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument(
        "--answers", type=Path, help="a JSON list of answers; without it the last message is echoed"
    )
    options = parser.parse_args()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    with StandIn(scripted(options.answers) if options.answers else echo, port=options.port) as server:
        print(server.url, flush=True)  # noqa: T201
        stop.wait()
    summary = {"attempts": server.attempts, "bill_usd": str(server.bill.total)}
    print(json.dumps(summary), file=sys.stderr)  # noqa: T201


if __name__ == "__main__":
    main()
