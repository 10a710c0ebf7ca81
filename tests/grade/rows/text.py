"""Tables of the graders of text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.grade.tables import Table, fails, neither, passes, scores

_LONG: Final = "a" * 300_000

TABLES: Final[Mapping[str, Table]] = {
    "equals": Table(
        right=[
            ("equals: refunds", "refunds"),
            ("equals: {value: 1}", "1.0"),
            ("equals: {value: [1, {a: x}], path: $.n}", '{"n": [1.0, {"a": "x"}]}'),
        ],
        wrong=[
            ("equals: refunds", "Refunds"),
            ("equals: {value: true}", "1"),
            ("equals: {value: [1, 2]}", "[2, 1]"),
        ],
        edge=[
            passes("equals: refunds", " refunds\n"),
            fails("equals: {value: refunds, strip: false}", " refunds"),
            passes("equals: {value: STRASSE, ignore_case: true}", "straße"),
            passes("equals: café", "cafe\u0301"),
            neither("equals: {value: 5}", "five"),
            neither("equals: {value: x, path: $.a}", "{}"),
            neither("equals: {value: x, path: '$[*]'}", '["x", "x"]'),
        ],
        hostile=[
            fails("equals: refunds", "refunds\u200b"),
            fails("equals: refunds", "r\u0435funds"),
            fails("equals: refunds", "\ud800refunds"),
            neither("equals: {value: x, path: $.a}", '{"a": "y", "a": "x"}'),
            neither("equals: {value: 1}", "[" * 100_000),
            fails("equals: refunds", "e" + "\u0301" * 100_000),
        ],
    ),
    "contains": Table(
        right=[
            ("contains: refund", "We refund it."),
            ("contains: {all: [a, b], any: [x, c]}", "a b c"),
            ("contains: {all: [yes], path: $.r}", '{"r": "oh yes"}'),
        ],
        wrong=[
            ("contains: refund", "We Refund it."),
            ("contains: {all: [a, b]}", "a"),
            ("contains: {any: [a, b]}", "c"),
        ],
        edge=[
            passes("contains: {all: [REFUND], ignore_case: true}", "We refund it."),
            passes("contains: café", "two cafe\u0301s"),
            neither("contains: {all: [x], path: $.a}", '{"a": 5}'),
            neither("contains: {all: [x], path: $.b}", '{"a": "x"}'),
        ],
        hostile=[
            fails("contains: refund", "ref\u200bund"),
            fails("contains: refund", "\ud800" * 50 + "x"),
            fails(f"contains: {'a' * 100}b", _LONG),
            passes("contains: z", "e" + "\u0301" * 100_000 + "z"),
        ],
    ),
    "matches": Table(
        right=[
            ("matches: '^Dear '", "Dear Amina"),
            ("matches: {pattern: '^[A-Z]{2}$', path: $.o, ignore_case: true}", '{"o": "ab"}'),
        ],
        wrong=[("matches: '^Dear '", "Oh Dear "), ("matches: '[0-9]'", "none")],
        edge=[
            passes("matches: '(?m)^b$'", "a\nb"),
            fails("matches: '^b$'", "a\nb"),
            passes("matches: '^caf.$'", "cafe\u0301"),
            neither("matches: {pattern: x, path: $.a}", "x"),
        ],
        hostile=[
            fails("matches: '^(a+)+$'", _LONG + "!"),
            fails("matches: '(.*)*x$'", "a" * 5_000),
            neither("matches: a", "a" * ((1 << 20) + 1)),
            passes("matches: x.y", "x\ud800y"),
        ],
    ),
    "starts_with": Table(
        right=[
            ("starts_with: Dear", "Dear Amina"),
            ("starts_with: {any: [Dear, Hello]}", "Hello!"),
            ("starts_with: {text: ab, path: $.o, ignore_case: true}", '{"o": "AB-1"}'),
        ],
        wrong=[("starts_with: Dear", "Oh Dear"), ("starts_with: {any: [Dear, Hello]}", "Hi!")],
        edge=[
            passes("starts_with: Dear", "\n Dear"),
            passes("starts_with: {text: STRASSE, ignore_case: true}", "straße 5"),
            fails("starts_with: cafe", "cafe\u0301"),
            fails("starts_with: Dear", "dear"),
            neither("starts_with: {text: a, path: $.a}", "a"),
            neither("starts_with: {text: a, path: $.a}", '{"a": ["a"]}'),
        ],
        hostile=[
            fails("starts_with: Dear", "\u200bDear"),
            fails("starts_with: Dear", "\ud800Dear"),
            fails("starts_with: ab", _LONG),
            fails("starts_with: e", "e" + "\u0301" * 100_000),
        ],
    ),
    "ends_with": Table(
        right=[
            ("ends_with: Yours", "We refund. Yours"),
            ("ends_with: {any: ['!', '.']}", "Hello."),
            ("ends_with: {text: ab, path: $.o, ignore_case: true}", '{"o": "1-AB"}'),
        ],
        wrong=[("ends_with: Yours", "Yours, Amina"), ("ends_with: {any: ['!', '.']}", "Hello")],
        edge=[
            passes("ends_with: Yours", "Yours \n"),
            passes("ends_with: café", "a cafe\u0301"),
            passes("ends_with: {text: ss, ignore_case: true}", "Fuß"),
            neither("ends_with: {text: a, path: $.a}", '{"b": "a"}'),
        ],
        hostile=[
            fails("ends_with: Yours", "Yours\u200b"),
            fails("ends_with: ba", _LONG),
            fails("ends_with: cafe", "cafe" + "\u0301" * 100_000),
        ],
    ),
    "length": Table(
        right=[
            ("length: {max_words: 3, min_chars: 4}", "We refund you."),
            ("length: {min_sentences: 2, max_sentences: 2}", "Dr. Day paid 3.50. Did she?"),
            ("length: {min_lines: 3, max_lines: 3, path: $.poem}", '{"poem": "a\\n\\nb\\nc"}'),
        ],
        wrong=[
            ("length: {max_words: 3}", "We refund you now."),
            ("length: {min_chars: 4}", "No."),
            ("length: {max_sentences: 1}", "Yes. No."),
            ("length: {max_lines: 1}", "a\r\nb"),
        ],
        edge=[
            passes("length: {max_chars: 5}", "  hello  "),
            passes("length: {max_chars: 4}", "cafe\u0301"),
            passes("length: {min_words: 2, max_words: 2}", "ایک دو"),
            passes("length: {min_sentences: 2}", "你好。我很好！"),
            passes("length: {min_sentences: 2, max_sentences: 2}", "1. Do this.\n2. Do that."),
            passes("length: {min_sentences: 2, max_sentences: 2}", '"Really?" she asked. No title\n\n'),
            passes("length: {min_sentences: 1, max_sentences: 1}", "E.g. this by J. Doe . "),
            fails("length: {min_sentences: 1}", "..."),
            neither("length: {max_chars: 5, path: $.a}", "short"),
        ],
        hostile=[
            fails("length: {max_chars: 500}", "\u200b" * 600 + "x"),
            fails("length: {max_chars: 500}", "e" + "\u0301" * 100_000),
            passes("length: {max_words: 1}", _LONG),
            passes("length: {max_chars: 5}", "\ud800\ud800x"),
            fails("length: {max_sentences: 9}", "A. b! C?" * 10_000),
            neither("length: {max_sentences: 9}", "Hi. " * 100_000),
            fails("length: {max_lines: 9}", "x\u2028" * 100_000),
        ],
    ),
    "similarity": Table(
        right=[
            ("similarity: {to: kitten, at_least: 0.5}", "sitting"),
            ("similarity: {to: [dog, kitten], most_edits: 3}", "sitting"),
            ("similarity: {to: the parcel is late, by: rouge_1, at_least: 0.8}", "The parcel is very late."),
            ("similarity: {to: cat, by: f1, path: $.a}", '{"a": "The cat!"}'),
        ],
        wrong=[
            ("similarity: {to: kitten, at_least: 0.6}", "sitting"),
            ("similarity: {to: kitten, most_edits: 2}", "sitting"),
            ("similarity: {to: the parcel is late, by: bleu, at_least: 0.5}", "Where is it?"),
        ],
        edge=[
            scores("similarity: {to: kitten}", "sitting", 4 / 7),
            scores("similarity: {to: the cat sat, by: rouge_1}", "the cat ran", 2 / 3),
            scores("similarity: {to: the cat sat, by: rouge_2}", "the cat ran", 1 / 2),
            scores("similarity: {to: the cat sat down, by: rouge_l}", "down the cat sat", 3 / 4),
            scores("similarity: {to: the cat sat down, by: gleu}", "the cat sat up", 6 / 10),
            scores("similarity: {to: the cat sat down now, by: bleu}", "the cat sat down now", 1),
            scores("similarity: {to: the cat sat down, by: meteor}", "the cat sat down", 1 - 0.5 / 4**3),
            scores("similarity: {to: 猫が好き, by: rouge_1}", "猫も好き", 3 / 4),
            passes("similarity: {to: CAFÉ, most_edits: 0, ignore_case: true}", "cafe\u0301"),
            neither("similarity: {to: a, at_least: 0.1, path: $.a}", "a"),
        ],
        hostile=[
            fails("similarity: {to: kitten, at_least: 0.5}", "\ud800" * 1_000 + "x"),
            fails("similarity: {to: kitten, by: rouge_l, at_least: 0.5}", "kitten " * 10_000),
            fails("similarity: {to: kitten, by: bleu, at_least: 0.5}", "&quot;" * 10_000),
            fails("similarity: {to: kitten, at_least: 0.5}", "e" + "\u0301" * 90_000),
            neither("similarity: {to: kitten, at_least: 0.5}", "a" * 100_001),
            neither("similarity: {to: kitten, by: meteor, at_least: 0.5}", "a " * 60_000),
            neither(f"similarity: {{to: {'b' * 20_000}, at_least: 0.5}}", "a" * 60_000),
            neither(f"similarity: {{to: {'b' * 20_000}, most_edits: 5}}", "a" * 60_000),
        ],
    ),
    "language": Table(
        right=[
            ("language: de", "Ihre Bestellung wird morgen geliefert."),
            ("language: {any: [de, en]}", "Thank you for your patience."),
            ("language: {is: ur, path: $.a}", '{"a": "آپ کا شکریہ"}'),
        ],
        wrong=[
            ("language: de", "Thank you for your patience."),
            ("language: {any: [fr, en]}", "Ihre Bestellung wird morgen geliefert."),
        ],
        edge=[
            passes("language: ja", "ありがとうございます"),
            passes("language: en", "THANK YOU FOR YOUR PATIENCE."),
            neither("language: en", "OK"),
            neither("language: en", "4711"),
            neither("language: {is: en, path: $.a}", "Thank you for your patience."),
        ],
        hostile=[
            neither("language: en", _LONG),
            neither("language: en", "\ud800" * 10_000 + "x"),
            neither("language: en", "e" + "\u0301" * 100_000),
            passes(
                "language: en", "Thank you for your patience. " * 1_000 + "Danke für Ihre Geduld. " * 9_000
            ),
            neither("language: en", "en en-GB lang=en"),
        ],
    ),
}
