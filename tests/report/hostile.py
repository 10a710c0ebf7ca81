"""Text that wants to be something else: markup, script, escapes, commands, links."""

from __future__ import annotations

from hypothesis import strategies as st

PAYLOADS = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</template></textarea></title></style><svg onload=alert(3)>",
    "<base href='http://127.0.0.1:1/'><meta http-equiv=refresh content='0;url=http://127.0.0.1:1/'>",
    "javascript:alert(4)",
    "\u2028alert(5)\u2029",
    "nul \x00 and bell \x07",
    "right \u202eto left\u202c and \u2066isolated\u2069",
    "\x1b]0;title\x07\x1b[31mred\x1b]8;;http://127.0.0.1:1/\x1b\\link",
    "::error file=a.py::told\n##[add-mask]secret",
    "```\n</details>@everyone ![x](http://127.0.0.1:1/x.png) [l](http://127.0.0.1:1/) <b>bold</b> | cell |\n```",
    '"><iframe srcdoc="<script>alert(6)</script>"></iframe>{{ 7 * 7 }}{% raw %}',
    "w" * 20_001,
)

nasty = st.one_of(
    st.sampled_from(PAYLOADS[:-1]),
    st.text(max_size=40),
    st.text(alphabet="<>&\"'`@[]()!|#:\\/-\n\r\t\x00\x1b\u202e\u2028\ud800ab", max_size=40),
    st.lists(
        st.sampled_from(["##[", "::", " ", "\n", "error", "]", "`", "~~~", "</", "script>", "\x1b[0m"]),
        max_size=9,
    ).map("".join),
)
