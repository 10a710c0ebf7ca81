"""A page as CI systems serve what a build left: on loopback, under policies that take rights away from it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

POLICIES = {
    "none": "",
    "scripts in a box": "sandbox allow-scripts",
    "a box": "sandbox",
    "as GitHub serves raw files": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "as Jenkins serves artifacts": "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'",
}


@dataclass
class Served:
    """Where the page is, and everything that anybody asked of the server."""

    url: str
    asked: list[str] = field(default_factory=list)


@contextlib.contextmanager
def served(page: str, policy: str) -> Iterator[Served]:
    """Serve one page, whatever is asked for, until the block ends."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            if policy:
                self.send_header("Content-Security-Policy", policy)
            self.send_header("X-Content-Type-Options", "nosniff")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield Served(f"http://127.0.0.1:{server.server_address[1]}/report.html", asked)
        server.shutdown()
        thread.join()
