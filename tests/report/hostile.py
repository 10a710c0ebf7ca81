"""Text that wants to be something else: markup, script, style, escapes, commands, links, formulas, objects.

One corpus for every surface. `BEACON` is an address that nothing may ask for, and `alert` a call that nothing may
make: whoever shows these texts looks for both.
"""

from __future__ import annotations

from hypothesis import strategies as st

BEACON = "http://127.0.0.1:1/"
MARKUP = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "</template></textarea></title></style></noscript><svg onload=alert(3)>",
    f"<base href='{BEACON}'><meta http-equiv=refresh content='0;url={BEACON}'>",
    '"><iframe srcdoc="<script>alert(6)</script>"></iframe>{{ 7 * 7 }}{% raw %}',
    "' onmouseover='alert(7)' autofocus onfocus='alert(8)' tabindex='0' x='",
    f"<svg><use href='{BEACON}#x'/><script>alert(9)</script><animate onbegin=alert(10) attributeName=x dur=1s></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img src='{BEACON}' onerror=alert(11)></mglyph></table></mtext></math>",
    f"</style><style>@import '{BEACON}a.css'; * {{ display: none !important; background: url({BEACON}b.png) }}",
    "<!--", "--><script>alert(12)</script>", "<!-- <script> -->", "<![CDATA[ <x> ]]>", "]]><x/>", "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e 'e'>]>&e;",
    "<details open ontoggle=alert(13)><summary>x", "</details></dialog></main></body></html>", "<form action=/><input name=body><input name=querySelector>",
    "&lt;script&gt;alert(14)&lt;/script&gt; &#60;b&#62; &amp;amp;", "<plaintext>", "<script type='module'>import('//127.0.0.1:1/m.js')</script>",
    "<a href='javascript:alert(15)' id=cases data-part='index' name=history>click</a>", "<xss style='animation: x' onanimationend=alert(16)>",
)  # fmt: skip
LINKS = (
    "javascript:alert(4)", "JaVaScRiPt\t:alert(17)", "data:text/html,<script>alert(18)</script>", f"{BEACON}plain-address", "file:///etc/passwd", "mailto:x@example.org",
    f"![x]({BEACON}x.png) [l]({BEACON}) <{BEACON}> [l]: {BEACON}", f"| a | b |\n|---|---|\n| ![]({BEACON}) | <b>bold</b> |", "@everyone @octocat #1 GH-1 octo/cat#1 0123456789abcdef0123456789abcdef01234567",
    f"```\n</details>@everyone ![x]({BEACON}x.png) [l]({BEACON}) <b>bold</b> | cell |\n```", "~~~~\n# A heading\n~~~~", "`code` ``two`` \\` \\\\", "$$\\href{javascript:alert(19)}{x}$$", "<!-- harness -->", "- [ ] a task\n> a quote\n***\n1. one",
)  # fmt: skip
UNICODE = (
    "\u2028alert(5)\u2029", "nul \x00 and bell \x07", "right \u202eto left\u202c and \u2066isolated\u2069", "\x7f and \x80\x85\x9b31m\x9d0;x\x9c",
    "zero\u200bwidth\u200c\u200d\u2060\ufeff\u00ad", "\ud800 lone \udfff", "\ud83d", "ا ب ج \u061c 123 abc \u200f!", "Z" + "\u0300\u0301\u0302\u0488\u20dd" * 60, "\u115f\u1160\u3164\uffa0",
    "👩\u200d👩\u200d👧\u200d👦 🏳\ufe0f\u200d🌈 1\ufe0f\u20e3 🇩🇪", "раураl and ｐａｙｐａｌ", "\U000e0041\U000e0042\U000e007f", "\ufffe\uffff\U0001fffe", "\u180e\u2800\u00a0\u3000", "ﷺ﷽" * 20, "İıſK ǅ ŉ ẞ", "\r\ncarriage\rreturn\x0b\x0c\x1c\x1d\x1e\x85", "\ufffd\u0000",
)  # fmt: skip
TERMINAL = (
    f"\x1b]0;title\x07\x1b[31mred\x1b]8;;{BEACON}\x1b\\link", "\x1b]52;c;ZXZpbA==\x07", '\x1bP$q"p\x1b\\\x1bP+q544e\x1b\\', "\x1b[2J\x1b[H\x1b[?1049h\x1b[6n", "\x1b]1337;File=inline=1:AAAA\x07", "\x1b_G\x1b\\ \x1b^x\x1b\\ \x1bXx\x1b\\", "\x9b2J\x9d52;c;x\x9c\x90q\x9c",
    "\b\b\b\b\b\brm", "\rPASS  everything is well", "\x0e\x0f\x1b(0lqk", "\x1bc", "\x1b[8mhidden\x1b[0m", "[bold red]rich[/] [link=http://127.0.0.1:1/]x[/link]", "%s %d %n {0} {x.__class__}",
)  # fmt: skip
COMMANDS = (
    "::error file=a.py::told\n##[add-mask]secret", "##[error]told", "x ##[group]y", " \t::warning::after blanks", "::stop-commands::x\n::add-mask::y", "::set-output name=a::b", "::ERROR::x", "%0A::error::x%0D", "\n::notice title=a,b::c\n", "::debug::", "##vso[task.setvariable variable=a]b", "##teamcity[buildStatus status='SUCCESS']", "section_start:1:x\r\x1b[0K",
)  # fmt: skip
TABLES = (
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1+2", "@SUM(1)", "＝1+1", "＋1", "－1", "＠A", "\t=1", "\r=1", "\n=1", " =1", '"=1', "'=1", '=HYPERLINK("http://127.0.0.1:1/","x")', '=IMAGE("http://127.0.0.1:1/")', ",;\t|\"'\n", '";\n=1;"', "1e999", "0001", "NULL", "\\N", "TRUE",
)  # fmt: skip
NOTATION = (
    "{{ 7 * 7 }}{% raw %}{# x #}", "${{ secrets.X }} $(id) `id` $HOME", "x'); DROP TABLE runs;--", '"}],"cases":[{"x":"', "\\u003cscript\\u003e\\", "\\", "*anchor &a !!python/object:x", "---\n...\n? x\n: y", "- x: [", "key: |\n  block", "# comment", "\0", "null", "NaN", "true", "[]", "{}", '{"a": 1, "a": 2}', '{"__proto__": {"polluted": 1}}', "[" * 300, '{"a":' * 60, "9" * 400, "../../../../etc/passwd", "CON", "%2e%2e%2f", "\\\\host\\share",
)  # fmt: skip
NAMES = (
    "__proto__", "constructor", "prototype", "hasOwnProperty", "toString", "valueOf", "__defineGetter__", "length", "0", "-1", "_cases", "_case-title", "cases", "index", "body", "location", "history", "all", "name", "null", "undefined", "NaN", "", " ", "#", "##", "%", "%00", "%E0%A4%A", "%23", "?", "/", "&", "+", "=", ":", "a b", " a", "a ", "\u200b", "\u00a0", "é", "e\u0301", "İ", ".", "..", "-", "--help", "*", "all\u2028", "\ud800", "a\x00b", "a\nb", "<b>", "'", '"', "`", "\\", "::error::x",
)  # fmt: skip
"""Ids and tags that programs like to trip over."""
CORPUS = tuple(
    dict.fromkeys((*MARKUP, *LINKS, *UNICODE, *TERMINAL, *COMMANDS, *TABLES, *NOTATION, *filter(None, NAMES)))
)
"""Every text, each once."""

PAYLOADS = (
    MARKUP[0], MARKUP[1], MARKUP[2], MARKUP[3], LINKS[0], UNICODE[0], UNICODE[1], UNICODE[2], TERMINAL[0], COMMANDS[0], LINKS[9], MARKUP[4],
    "w" * 20_001,
)  # fmt: skip
"""The worst dozen, for what is too slow for all of them; and a word without an end."""

nasty = st.one_of(
    st.sampled_from(CORPUS),
    st.text(max_size=40),
    st.text(alphabet="<>&\"'`@[]()!|#:\\/-=+%\n\r\t\x00\x1b\x9b\u202e\u2028\u200b\ud800ab", max_size=40),
    st.lists(
        st.sampled_from(["##[", "::", " ", "\n", "error", "]", "`", "~~~", "</", "script>", "\x1b[0m", "<!--", "]]>"]),
        max_size=9,
    ).map("".join),
    st.lists(st.sampled_from(CORPUS), min_size=2, max_size=3).map("".join),
)  # fmt: skip
