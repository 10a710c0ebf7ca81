"""What every page is made of: a template, its style and script inlined, and the policy that names both.

Nothing is loaded from anywhere, and nothing runs but the one script whose hash the page's own policy names; a page
without a script lets none run. Every string goes through autoescaping and `safe.visible`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from harness.report import safe
from harness.report.page.typeset import typeset

if TYPE_CHECKING:
    from jinja2 import Environment

_COMMENT = re.compile(r"^[ \t]*(?:/\*(?!!).*?\*/|//[^\n]*)\n", re.MULTILINE | re.DOTALL)
"""Of whole lines; no text in our scripts spans several. One that begins with `/*!` is a licence, and stays."""
_INDENTATION = re.compile(r"^[ \t]+", re.MULTILINE)
STYLES = ("frame.css", "charts.css", "plots.css", "cases.css", "media.css")


def fill(
    template: str, values: Mapping[str, object], *, scripts: Sequence[str] = (), styles: Sequence[str] = ()
) -> str:
    """A template of `templates/` with these values, the common styles, and these scripts and styles of `assets/`."""
    from markupsafe import Markup

    style, script = "".join(map(asset, (*STYLES, *styles))), "".join(map(asset, scripts))
    ours = {"style": Markup(style), "script": Markup(script)}  # noqa: S704 - files of this package
    return (
        _environment()
        .get_template(template)
        .render({**values, **ours, "policy": content_policy(style, script)})
    )


def content_policy(style: str, script: str) -> str:
    """The page's Content-Security-Policy: this style, this script, no other, and no way to make HTML of text."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script) if script else 'none'}'",
            f"style-src '{_hash(style)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


@cache
def asset(name: str) -> str:
    """A file of `assets/`, as it is inlined: without comments and indentation, which are for whoever edits it.

    An inlined file that could end its own element is a bug.
    """
    text = files("harness.report.page").joinpath("assets", name).read_text(encoding="utf-8")
    text = _INDENTATION.sub("", _COMMENT.sub("", text))
    if "</s" in text.lower() or "<!--" in text:
        raise ValueError(f"assets/{name} cannot be inlined: it ends its own element")
    return text


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("harness.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["visible"] = safe.visible
    made.filters["typeset"] = typeset
    return made


def _shown(value: object) -> object:
    """What every expression of a template goes through before it is escaped. Markup is ours: untouched."""
    return safe.visible(value) if type(value) is str else value


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
