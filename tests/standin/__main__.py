"""The stand-in as a program: `python -m tests.standin --port 0 --trouble overloaded --for 5`."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from pathlib import Path

from tests.standin.answers import echo, scripted
from tests.standin.outages import begins_late, first, lasting
from tests.standin.server import Script, StandIn
from tests.standin.troubles import TROUBLES, named


def main() -> None:
    options = _parser().parse_args()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    answer = scripted(options.answers) if options.answers else echo
    with StandIn(answer, troubles=_script(options), port=options.port) as server:
        print(server.url, flush=True)  # noqa: T201
        stop.wait()
    summary = {"attempts": server.attempts, "bill_usd": str(server.bill.total)}
    print(json.dumps(summary), file=sys.stderr)  # noqa: T201


def _script(options: argparse.Namespace) -> Script:
    if options.trouble is None:
        return lambda _number: None
    trouble = named(options.trouble)
    script = lasting(trouble, options.seconds) if options.times is None else first(options.times, trouble)
    return begins_late(script, options.after)


def _parser() -> argparse.ArgumentParser:
    rows = "\n".join(
        f"  {name:22}{known.about}{'' if known.way == 'both' else f' ({known.way} replies)'}"
        f"{'; billed' if known.is_billed else ''}"
        for name, known in TROUBLES.items()
    )
    parser = argparse.ArgumentParser(
        prog="python -m tests.standin",
        description="A stand-in for the Anthropic API, on loopback. It prints its address; when it is stopped, "
        "how many requests came and what they cost.",
        epilog=f"troubles:\n{rows}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument(
        "--answers", type=Path, help="a JSON list of answers; without it the last message is echoed"
    )
    parser.add_argument("--trouble", choices=TROUBLES, metavar="NAME", help="misbehave; see the table below")
    parser.add_argument(
        "--for",
        dest="seconds",
        type=float,
        default=float("inf"),
        metavar="SECONDS",
        help="how long the trouble lasts, from the first request it meets (default: for ever)",
    )
    parser.add_argument("--times", type=int, metavar="N", help="how many requests it meets, instead of --for")
    parser.add_argument("--after", type=int, default=0, metavar="N", help="good answers before it begins")
    return parser


if __name__ == "__main__":
    main()
