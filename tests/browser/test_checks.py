"""The checks themselves: a page with every mistake in it is told each of them."""

from __future__ import annotations

import pytest

from tests.browser import checks
from tests.browser.visits import NARROW, Open

pytestmark = [pytest.mark.browser, pytest.mark.loopback]
BAD = """<!doctype html><html><head><title>bad</title><style>
  .wide { width: 900px } a:focus { outline: none } p { color: #bbb; transition: color 2s } button { font-size: 6px; padding: 0 }
</style></head><body><h1>One</h1><h3>Three</h3><p class="wide">Hard to see</p><img src="data:,">
<a href="#x">a link</a> <button>b</button><button>c</button> <details tabindex="-1"><summary tabindex="-1">never reached</summary></details>
<script>console.log('I speak')</script></body></html>"""


def test_every_check_finds_what_is_wrong_with_a_bad_page(opened: Open) -> None:
    made = opened(BAD, look=NARROW)
    found = {each.split(" ", 1)[0] for each in checks.violations(made.page)}
    assert {"color-contrast", "html-has-lang", "image-alt", "heading-order"} <= found
    assert checks.headings(made.page) == ["h3 'Three' follows h1"]
    assert checks.sideways(made.page) == ["P wide ends at 908 of 390"]
    assert checks.moving(made.page) == ["P wide takes 2s"]
    assert made.console == ["I speak"]
    unseen, *unreached = checks.keyboard(made.page)
    assert "shows no focus" in unseen
    assert unreached == ["Tab never reaches SUMMARY never reached"]
