"""Answers as models write them, of some 1,500 characters: prose, JSON, code, other languages; the same every time.

Prose and code are those that come with Python: real sentences, so that they compress as real ones do.
"""

from __future__ import annotations

import inspect
import json
import re
from functools import cache
from random import Random

LENGTH = 1_500
"""Characters of an answer, about."""
KINDS = ("prose", "prose", "prose", "prose", "json", "json", "json", "code", "code", "other")
_MODULES = (
    "argparse",
    "csv",
    "fractions",
    "inspect",
    "json.decoder",
    "shlex",
    "statistics",
    "textwrap",
    "typing",
)
_WORDS = {
    "ur": "آپ کا پارسل ابھی تک نہیں پہنچا ہم معذرت چاہتے ہیں رقم واپسی کی درخواست درج کر لی گئی ہے براہ کرم تین دن انتظار کریں",
    "de": "Ihre Bestellung wurde gestern verschickt und sollte morgen eintreffen bitte prüfen Sie die Anschrift der Rückerstattung",
    "zh": "您的 订单 已经 发货 请 耐心 等待 退款 将 在 三个 工作日 内 到账 如有 问题 请 联系 客服 我们 会 尽快 处理",
    "es": "Su pedido salió ayer del almacén y llegará mañana por favor confirme la dirección para tramitar el reembolso completo",
    "hi": "आपका पार्सल अभी रास्ते में है कृपया दो दिन प्रतीक्षा करें धनवापसी का अनुरोध दर्ज कर लिया गया है धन्यवाद",
}  # fmt: skip


def answers(number: int) -> tuple[str, str]:
    """What both sides say to case `number`: one in ten the same, four in ten with other words, the rest written anew."""
    chance = Random(f"case {number}")
    kind = KINDS[number % len(KINDS)]
    parts = _parts(kind, chance)
    how = chance.random()
    if how < 0.1:
        return _whole(kind, parts), _whole(kind, parts)
    share = 0.25 if how < 0.5 else 0.8
    anew = _parts(kind, chance)
    changed = [new if chance.random() < share else old for old, new in zip(parts, anew, strict=False)]
    return _whole(kind, parts), _whole(kind, changed)


def question(number: int, version: str) -> str:
    """The request as it is stored: a system text that all cases share, and a ticket of each case's own."""
    chance = Random(f"ticket {number}")
    ticket = " ".join(chance.choices(_sentences(), k=4))
    system = f"You are {version}, and sort support tickets. " + " ".join(_sentences()[:8])
    body = {
        "max_tokens": 800,
        "messages": [{"content": f"Ticket {number:06}:\n{ticket}", "role": "user"}],
        "model": "claude-opus-5-5",
        "output_config": {"effort": "low"},
        "system": system,
    }
    return json.dumps(body, sort_keys=True, separators=(",", ":"))


def sentence(chance: Random) -> str:
    """One sentence of prose."""
    return chance.choice(_sentences())


@cache
def _sentences() -> tuple[str, ...]:
    from pydoc_data.topics import topics

    found: dict[str, None] = {}
    for name in sorted(topics):
        for paragraph in topics[name].split("\n\n"):
            for each in re.split(r"(?<=[.!?])\s+", " ".join(paragraph.split())):
                plain = sum(letter.isalpha() or letter == " " for letter in each)
                if 30 <= len(each) <= 250 and plain > 0.9 * len(each):
                    found[each] = None
    return tuple(found)


@cache
def _lines_of_code() -> tuple[str, ...]:
    import importlib

    return tuple(
        line
        for name in _MODULES
        for line in inspect.getsource(importlib.import_module(name)).splitlines()
        if line.strip()
    )


def _parts(kind: str, chance: Random) -> list[str]:
    """What an answer is put together from: sentences, fields or lines."""
    if kind == "prose":
        made = chance.choices(_sentences(), k=14)
        return [f"{each} ({chance.randrange(10**5)})" if chance.random() < 0.2 else each for each in made]
    if kind == "json":
        return [_field(chance) for _ in range(9)]
    if kind == "code":
        lines = _lines_of_code()
        start = chance.randrange(len(lines) - 40)
        return list(lines[start : start + 34])
    words = _WORDS[chance.choice(sorted(_WORDS))].split()
    return [" ".join(chance.choices(words, k=9)) + "." for _ in range(28)]


def _field(chance: Random) -> str:
    value = {
        "id": f"{chance.getrandbits(48):012x}",
        "queue": chance.choice(("refunds", "orders", "billing", "general", "returns")),
        "confidence": round(chance.random(), 3),
        "reason": sentence(chance)[:90],
        "amount_eur": chance.randrange(10**5) / 100,
    }
    return json.dumps(value)


def _whole(kind: str, parts: list[str]) -> str:
    if kind == "json":
        return json.dumps({"tickets": [json.loads(each) for each in parts]}, indent=1)
    if kind == "code":
        return "```python\n" + "\n".join(parts) + "\n```"
    return "\n\n".join(" ".join(parts[start : start + 4]) for start in range(0, len(parts), 4))
