"""Mistakes, one edit each: the file, the text, what it becomes, and everything `check` says then."""

from __future__ import annotations

from harness.suite.forms.graders.table import GRADERS

GRADER_NAMES = ", ".join(sorted(GRADERS))
SUITE = "evals/triage.yaml"
PROMPT = "prompts/triage/v2.yaml"
MODELS = "prompts/models.yaml"
LINES = "evals/more.jsonl"

BROKEN: list[tuple[str, str, str, list[str]]] = [
    (
        SUITE,
        "repeats: 3",
        "repeat: 3",
        ["evals/triage.yaml:5:1: a suite has no key 'repeat'; did you mean 'repeats'?"],
    ),
    (
        SUITE,
        "suite: triage",
        "Suite: triage",
        ["evals/triage.yaml:1:1: a suite has no key 'Suite'; did you mean 'suite'?"],
    ),
    (
        SUITE,
        "repeats: 3",
        "<<<<<<< HEAD\nrepeats: 3\n=======",
        ["evals/triage.yaml:5:1: a merge conflict was left in the file; resolve it"],
    ),
    (
        SUITE,
        "suite: triage",
        "suite: 'triage' x",
        [
            "evals/triage.yaml:1:17: text stands behind a closing quote; quote all of it; a ' in '...' is written ''"
        ],
    ),
    (
        SUITE,
        "cost: {max_increase: 10%}",
        "cost: none",
        [
            "evals/triage.yaml:10:9: 'cost' must be a mapping or off, not text; write `cost: {max_increase: 10%}` or `cost: off`"
        ],
    ),
    (
        MODELS,
        "retires_on: null",
        "retires_on: 2026-09-21",
        ["prompts/models.yaml:6:17: it retires before it was released; mend one of the dates"],
    ),
    (
        SUITE,
        "threshold: 90%",
        "threshold: 0",
        [
            "evals/triage.yaml:22:16: every answer reaches a 'threshold' of 0; write a share, such as 0.8 or 80%"
        ],
    ),
    (
        SUITE,
        "- equals: {path: $.queue, value: refunds}",
        "- equals:",
        ["evals/triage.yaml:25:16: 'equals' has no value; write it; `null` or `\"\"` if that is wanted"],
    ),
    (
        SUITE,
        "value: refunds}",
        "value: }",
        ["evals/triage.yaml:25:40: 'value' has no value; write it; `null` or `\"\"` if that is wanted"],
    ),
    (
        SUITE,
        "- not: {contains: sorry}",
        "- length: {min_chars: 0}",
        ["evals/triage.yaml:26:17: every answer is that long; write a number from 1"],
    ),
    (
        MODELS,
        "input: 4, ",
        "above_prompt_tokens: 9, input: 4, ",
        [
            "prompts/models.yaml:14:7: from 2026-09-22 on, a short prompt has no price: every row starts above some tokens; add a row without `above_prompt_tokens`"
        ],
    ),
    (SUITE, "repeats: 3", "\trepeats: 3", ["evals/triage.yaml:5:1: a tab cannot indent YAML; use spaces"]),
    (
        SUITE,
        "repeats: 3",
        "repeats: 3\nrepeats: 4",
        ["evals/triage.yaml:6:1: key 'repeats' appears twice (first on line 5); keep one"],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: &x 3",
        ["evals/triage.yaml:5:10: anchors (`&x`) are not allowed; write the value out"],
    ),
    (
        SUITE,
        "repeats: 3",
        "<<: {repeats: 3}",
        [
            "evals/triage.yaml:5:1: merge keys (`<<`) are not allowed; write it out",
        ],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: !!int 3",
        ["evals/triage.yaml:5:10: tags (`tag:yaml.org,2002:int`) are not allowed; remove it; quote text"],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: *x",
        [
            "evals/triage.yaml:5:10: aliases (`*name`) are not allowed; write the value out",
        ],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: [3",
        ["evals/triage.yaml:5:10: the bracket that opens here is not closed; close it"],
    ),
    (
        SUITE,
        "suite: triage",
        "suite: 'triage",
        ["evals/triage.yaml:1:8: the quote that opens here is never closed; close it"],
    ),
    (
        SUITE,
        "prompt: triage",
        "prompt: tri: age",
        [
            "evals/triage.yaml:2:12: a colon and a space in the middle of text; quote the text, or mend the indentation"
        ],
    ),
    (
        SUITE,
        "prompt: triage",
        "prompt: @triage",
        ["evals/triage.yaml:2:9: text cannot start with this character; quote the text"],
    ),
    (
        SUITE,
        "cases:\n",
        "---\ncases:\n",
        ["evals/triage.yaml:17:1: a second document starts here; keep one document in a file"],
    ),
    (
        SUITE,
        "suite: triage",
        "%YAML 2.0\n---\nsuite: triage",
        ["evals/triage.yaml:1:1: the file asks for another version of YAML; remove the `%YAML` line"],
    ),
    (
        SUITE,
        '"x"',
        '"\\q"',
        [
            "evals/triage.yaml:29:23: double quotes do not know this escape; use single quotes, or write the backslash twice"
        ],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: 3\n x: 1",
        [
            "evals/triage.yaml:6:3: a colon and a space in the middle of text; quote the text, or mend the indentation"
        ],
    ),
    (
        SUITE,
        '"x"',
        '"a\u2028b"',
        [
            'evals/triage.yaml:29:24: the character U+2028 is not allowed here; remove it, or write it as "\\u2028" in double quotes'
        ],
    ),
    (
        SUITE,
        '"x"',
        '"a\x00b"',
        [
            'evals/triage.yaml:29:24: the character U+0000 is not allowed here; remove it, or write it as "\\u0000" in double quotes'
        ],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeat: 3",
        ["evals/triage.yaml:5:1: a suite has no key 'repeat'; did you mean 'repeats'?"],
    ),
    (
        SUITE,
        "threshold: 90%",
        "treshold: 90%",
        ["evals/triage.yaml:22:5: a case has no key 'treshold'; did you mean 'threshold'?"],
    ),
    (
        SUITE,
        "    expect:\n      - equals",
        "    asserts:\n      - equals",
        ["evals/triage.yaml:24:5: a case has no key 'asserts'; did you mean 'expect'?"],
    ),
    (SUITE, "suite: triage\n", "", ["evals/triage.yaml:1:1: a suite has no 'suite'; add `suite:`"]),
    (
        SUITE,
        "  - id: second\n    inputs",
        "  - inputs",
        ["evals/triage.yaml:28:5: a case has no 'id'; add `id:`"],
    ),
    (SUITE, "version: v2, ", "", ["evals/triage.yaml:4:12: a variant has no 'version'; add `version:`"]),
    (
        SUITE,
        "quality: {margin: 5pt}",
        "quality: {}",
        ["evals/triage.yaml:9:12: quality has no 'margin'; add `margin:`"],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: three",
        ["evals/triage.yaml:5:10: 'repeats' must be a whole number, not text; write digits"],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: 0",
        ["evals/triage.yaml:5:10: 'repeats' is 0, outside 1 to 1,000; write a number from 1 to 1,000"],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: true",
        [
            "evals/triage.yaml:5:10: 'repeats' must be a whole number, not `true` (true or false); write digits"
        ],
    ),
    (
        SUITE,
        "repeats: 3",
        "repeats: 1_000",
        ["evals/triage.yaml:5:10: 'repeats' must be a whole number, not text; write digits"],
    ),
    (
        SUITE,
        "suite: triage",
        "suite: 1.10",
        ["evals/triage.yaml:1:8: 'suite' must be text, not the number 1.10; quote it: \"1.10\""],
    ),
    (
        SUITE,
        "tags: [refund, urdu]",
        "tags: [refund, 1.10]",
        ["evals/triage.yaml:19:20: an item of 'tags' must be text, not the number 1.10; quote it: \"1.10\""],
    ),
    (
        SUITE,
        "tags: [refund, urdu]",
        "tags: refund",
        ["evals/triage.yaml:19:11: 'tags' must be a list, not text; write `- item` lines or `[a, b]`"],
    ),
    (
        SUITE,
        "id: second",
        "id: 12",
        ["evals/triage.yaml:28:9: 'id' must be text, not the number 12; quote it: \"12\""],
    ),
    (
        SUITE,
        "id: second",
        "id: true",
        ["evals/triage.yaml:28:9: 'id' must be text, not `true` (true or false); quote it: \"true\""],
    ),
    (
        SUITE,
        "budget_usd: 2.00",
        "budget_usd: $2",
        ["evals/triage.yaml:6:13: 'budget_usd' must be a number, not text; write a number"],
    ),
    (
        SUITE,
        "budget_usd: 2.00",
        "budget_usd: 0",
        ["evals/triage.yaml:6:13: a budget of nothing; write an amount, or remove it"],
    ),
    (
        SUITE,
        "budget_usd: 2.00",
        "budget_usd: -1",
        ["evals/triage.yaml:6:13: 'budget_usd' is negative; write an amount from 0"],
    ),
    (
        SUITE,
        "budget_usd: 2.00",
        "budget_usd: 1000000000",
        ["evals/triage.yaml:6:13: 'budget_usd' is more than the store holds; write at most 999999999"],
    ),
    (
        SUITE,
        "gate:\n  alpha: 0.05",
        "gate:\n  alpha: 0.6",
        ["evals/triage.yaml:8:10: 'alpha' is 0.6, outside 0 to 0.499; write a number above 0, at most 0.499"],
    ),
    (
        SUITE,
        "margin: 5pt",
        "margin: 101%",
        ["evals/triage.yaml:9:21: 'margin' is 1.01, outside 0 to 1; write a number above 0, at most 1"],
    ),
    (
        SUITE,
        "margin: 5pt",
        "margin: .nan",
        ["evals/triage.yaml:9:21: 'margin' must be a finite number, not the number .nan; write a number"],
    ),
    (
        SUITE,
        "margin: 5pt",
        "margin: five",
        ["evals/triage.yaml:9:21: 'margin' must be a share, not 'five'; write it as `5pt`, `5%` or `0.05`"],
    ),
    (
        SUITE,
        "max_increase: 10%",
        "max_increase: .inf",
        [
            "evals/triage.yaml:10:24: 'max_increase' must be a finite number, not the number .inf; write a number"
        ],
    ),
    (
        SUITE,
        "threshold: 90%",
        "threshold: -1",
        ["evals/triage.yaml:22:16: 'threshold' is -1, outside 0 to 1; write a share, such as 0.8 or 80%"],
    ),
    (
        SUITE,
        "threshold: 90%",
        "threshold: 101%",
        ["evals/triage.yaml:22:16: 'threshold' is 1.01, outside 0 to 1; write a share, such as 0.8 or 80%"],
    ),
    (
        SUITE,
        "weight: 1",
        "weight: 0",
        ["evals/triage.yaml:21:13: 'weight' is 0, outside 0 to 1e+09; write a number above 0, at most 1e+09"],
    ),
    (
        SUITE,
        "weight: 2",
        "weight: 1e999",
        ["evals/triage.yaml:27:17: 'weight' must be a finite number, not the number 1e999; write a number"],
    ),
    (
        SUITE,
        "slices: [tag]",
        "slices: [cluster]",
        ["evals/triage.yaml:12:11: 'slices' must be [tag] or off, not a list; write `slices: [tag]`"],
    ),
    (
        SUITE,
        "suite: triage",
        "suite: triag",
        [
            "evals/triage.yaml:1:8: the suite is called 'triag', its file 'triage'; write `suite: triage`, or rename the file"
        ],
    ),
    (
        SUITE,
        "min_cases: 20",
        "min_cases: 1",
        [
            "evals/triage.yaml:13:14: 'min_cases' is 1, outside 2 to 1,000,000,000; write a number from 2 to 1,000,000,000"
        ],
    ),
    (
        SUITE,
        "cases:\n  - id",
        "cases: []\nx:\n  - id",
        [
            "evals/triage.yaml:17:8: a suite without a case; add one, or delete the suite",
            "evals/triage.yaml:18:1: a suite has no key 'x'; use one of: baseline, budget_usd, candidate, cases, defaults, gate, judge, limits, prompt, repeats, suite, tools",
        ],
    ),
    (
        SUITE,
        'inputs: {ticket: "x"}',
        "inputs: {ticket: .nan}",
        ["evals/triage.yaml:29:22: input 'ticket' must be JSON, which has no .nan; quote it"],
    ),
    (
        SUITE,
        "  - id: second\n",
        "  - id: second\n    api_key: sk\n",
        [
            "evals/triage.yaml:29:5: 'api_key' has no place in a file; keys come from the environment",
            "evals/triage.yaml:29:5: a case has no key 'api_key'; use one of: attachments, cluster, expect, expect_only, history, id, inputs, must_pass, quarantine, repeats, tags, threshold, tools, turns, weight",
        ],
    ),
    (
        SUITE,
        "id: second",
        "id: refund-late",
        [
            "evals/triage.yaml:28:9: case id 'refund-late' appears twice (first at evals/triage.yaml:18:9); give each its own id"
        ],
    ),
    (
        SUITE,
        "id: second",
        "id: third",
        [
            "evals/more.jsonl:1:1: case id 'third' appears twice (first at evals/triage.yaml:28:9); give each its own id"
        ],
    ),
    (
        SUITE,
        "id: second",
        "id: Second",
        [
            "evals/triage.yaml:28:9: case id 'Second' is not plain: only a-z, 0-9, '-', '_' and, in case ids, single '.'; rename it, such as `refund-late-parcel`"
        ],
    ),
    (
        SUITE,
        "id: second",
        "id: REFUND-late",
        [
            "evals/triage.yaml:28:9: case id 'REFUND-late' differs from 'refund-late' only by its form (first at evals/triage.yaml:18:9); give each its own id",
            "evals/triage.yaml:28:9: case id 'REFUND-late' is not plain: only a-z, 0-9, '-', '_' and, in case ids, single '.'; rename it, such as `refund-late-parcel`",
        ],
    ),
    (
        SUITE,
        "id: second",
        "id: ../x",
        [
            "evals/triage.yaml:28:9: case id '../x' is not plain: only a-z, 0-9, '-', '_' and, in case ids, single '.'; rename it, such as `refund-late-parcel`"
        ],
    ),
    (
        SUITE,
        "id: second",
        "id: a..b",
        [
            "evals/triage.yaml:28:9: case id 'a..b' is not plain: only a-z, 0-9, '-', '_' and, in case ids, single '.'; rename it, such as `refund-late-parcel`"
        ],
    ),
    (
        SUITE,
        "id: second",
        "id: con",
        [
            "evals/triage.yaml:28:9: case id 'con' is a device on Windows, where no file can have it; rename it, such as `refund-late-parcel`"
        ],
    ),
    (
        SUITE,
        "id: second",
        "id: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        [
            "evals/triage.yaml:28:9: case id 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx'... has 65 characters; the most is 64; rename it, such as `refund-late-parcel`"
        ],
    ),
    (
        SUITE,
        "id: second",
        'id: "se\u202econd"',
        [
            "evals/triage.yaml:28:9: case id 'se\\u202econd' is not plain: only a-z, 0-9, '-', '_' and, in case ids, single '.'; rename it, such as `refund-late-parcel`"
        ],
    ),
    (
        SUITE,
        "prompt: triage",
        "prompt: trage",
        [
            "evals/triage.yaml:2:9: there is no prompt 'trage': no folder prompts/trage/; did you mean 'triage'?"
        ],
    ),
    (
        SUITE,
        "version: v2",
        "version: v3",
        ["evals/triage.yaml:4:22: prompt 'triage' has no version 'v3'; use one of: v1, v2"],
    ),
    (
        SUITE,
        "candidate: {version: v2, model: opus}",
        "candidate: {version: v2, model: opsu}",
        ["evals/triage.yaml:4:33: prompts/models.yaml has no model 'opsu'; did you mean 'opus'?"],
    ),
    (
        SUITE,
        "version: v1, model: opus",
        "version: v1, model: claude-opus-5-5",
        [
            "evals/triage.yaml:3:33: prompts/models.yaml has no model 'claude-opus-5-5'; write 'opus', its short name"
        ],
    ),
    (
        SUITE,
        "file: more.jsonl",
        "file: missing.jsonl",
        [
            "evals/triage.yaml:30:11: evals/missing.jsonl: there is no such file; mend the name, or add the file"
        ],
    ),
    (
        SUITE,
        "file: more.jsonl",
        "file: ../../x.jsonl",
        ["evals/triage.yaml:30:11: '../../x.jsonl' leads out of evals/; use a path below the suite's folder"],
    ),
    (
        SUITE,
        "file: more.jsonl",
        "file: /etc/passwd",
        ["evals/triage.yaml:30:11: '/etc/passwd' leads out of evals/; use a path below the suite's folder"],
    ),
    (
        SUITE,
        "file: more.jsonl",
        "file: more.txt",
        ["evals/triage.yaml:30:11: evals/more.txt is no file of cases; use .jsonl, .csv, .parquet or .yaml"],
    ),
    (
        SUITE,
        "schema: prompt",
        "schema: nope",
        [
            "evals/triage.yaml:16:22: evals/schemas/nope.json: there is no such file; mend the name, or add the file"
        ],
    ),
    (
        SUITE,
        "schema: prompt",
        "schema: ../../../x.json",
        [
            "evals/triage.yaml:16:22: '../../../x.json' leads out of evals/; use a path below the suite's folder"
        ],
    ),
    (
        SUITE,
        "schema: prompt",
        "schema: {type: strng}",
        [
            "evals/triage.yaml:16:29: this is not a JSON Schema: \"strng\" is not valid under any of the schemas listed in the 'anyOf' keyword; mend it"
        ],
    ),
    (
        SUITE,
        "schema: prompt",
        "schema: {$ref: 'http://x/y'}",
        [
            "evals/triage.yaml:16:29: '$ref' leads out of this schema: 'http://x/y'; copy it into `$defs` and refer to it as `#/$defs/...`"
        ],
    ),
    (
        SUITE,
        "schema: prompt",
        "schema: {$schema: 'http://x/y'}",
        [
            "evals/triage.yaml:16:32: 'http://x/y' is not a draft of JSON Schema; remove it: draft 2020-12 is meant then"
        ],
    ),
    (
        SUITE,
        "schema: prompt",
        'schema: {pattern: "(?=a)"}',
        [
            "evals/triage.yaml:16:32: RE2 does not take this pattern at character 1: invalid perl operator: (?=; RE2 has no look-around: use two expectations, one of them with `not`"
        ],
    ),
    (
        SUITE,
        "equals: {path",
        "equls: {path",
        ["evals/triage.yaml:25:9: an expectation has no key 'equls'; did you mean 'equals'?"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{contians: sorry}",
        ["evals/triage.yaml:26:15: an expectation has no key 'contians'; did you mean 'contains'?"],
    ),
    (
        SUITE,
        "- not: {contains: sorry}\n        weight: 2",
        "- rubric: {at_least: 1}",
        ["evals/triage.yaml:26:17: no judge is named; add `judge:` here, or `judge:` to the suite"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{}",
        [f"evals/triage.yaml:26:14: an expectation names no grader; use one of: {GRADER_NAMES}"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{not: {contains: x}}",
        [
            f"evals/triage.yaml:26:14: an expectation names no grader; use one of: {GRADER_NAMES}",
            f"evals/triage.yaml:26:15: an expectation has no key 'not'; use one of: {GRADER_NAMES}",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{confidence: {path: $.c}}",
        ["evals/triage.yaml:26:14: confidence is recorded, never scored; remove the `not`"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{contains: ''}",
        ["evals/triage.yaml:26:25: 'contains' of nothing is true of every answer; write what is wanted"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{contains: {path: $.x}}",
        ["evals/triage.yaml:26:25: 'contains' asks for nothing; add `all: [...]` or `any: [...]`"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        '{matches: "(?=x)y"}',
        [
            "evals/triage.yaml:26:24: RE2 does not take this pattern at character 1: invalid perl operator: (?=; RE2 has no look-around: use two expectations, one of them with `not`"
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        '{matches: "(a)\\\\1"}',
        [
            "evals/triage.yaml:26:24: RE2 does not take this pattern at character 4: invalid escape sequence: \\1; RE2 has no back-references: write the text twice"
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{matches: '[a'}",
        [
            "evals/triage.yaml:26:24: RE2 does not take this pattern at character 1: missing ]: [a; see the RE2 syntax"
        ],
    ),
    (
        SUITE,
        "path: $.queue",
        "path: queue",
        [
            "evals/triage.yaml:25:24: 'queue' is not a JSONPath: expected '$', found 'q', line 1, column 0; a path starts with `$`: `$.queue`"
        ],
    ),
    (
        SUITE,
        "path: $.queue",
        "path: '$[?@.a=='",
        [
            "evals/triage.yaml:25:24: '$[?@.a==' is not a JSONPath: unclosed bracketed selection, line 1, column 8; a path starts with `$`: `$.queue`"
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{equals: x, contains: y}",
        [
            "evals/triage.yaml:26:26: an expectation has one grader, not 2 (equals, contains); write one list item each"
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{refusal: maybe}",
        ["evals/triage.yaml:26:24: 'refusal' cannot be 'maybe'; use one of: expected, forbidden"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{number: '5'}",
        ["evals/triage.yaml:26:23: 'number' must be a number, not text; remove the quotes"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{number: {value: 1, tolerance: -1}}",
        ["evals/triage.yaml:26:45: 'tolerance' is negative; write a number from 0"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{length: {min_chars: 5, max_chars: 2}}",
        ["evals/triage.yaml:26:35: no answer has 5 chars or more and 2 or fewer; swap them"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{length: {}}",
        ["evals/triage.yaml:26:23: 'length' sets no bound; add `max_words:` or another bound"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{json_path: {path: $.x, exists: false, count: 1}}",
        ["evals/triage.yaml:26:60: a count of what must not exist; keep `count` or `exists`"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{equals: {value: .nan}}",
        ["evals/triage.yaml:26:31: 'value' must be JSON, which has no .nan; quote it"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{length: 5}",
        ["evals/triage.yaml:26:23: 'length' must be a mapping, not the number 5; write `key: value` lines"],
    ),
    (
        SUITE,
        "- not: {contains: sorry}",
        "- not: {contains: sorry}\n        equals: x",
        ["evals/triage.yaml:27:9: 'equals' stands beside 'not'; put it inside"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{contains: 5}",
        ["evals/triage.yaml:26:25: 'contains' must be text, not the number 5; quote it: \"5\""],
    ),
    (
        SUITE,
        "    - json: {schema: prompt}",
        "    - confidence: {path: $.c}",
        [
            "evals/more.jsonl:1:1: the case expects nothing that is scored; add an expectation, such as `equals`",
            "evals/triage.yaml:28:5: the case expects nothing that is scored; add an expectation, such as `equals`",
        ],
    ),
    (
        SUITE,
        'inputs: {ticket: "x"}',
        "inputs: {tiket: x}",
        [
            "evals/triage.yaml:29:14: no version the suite names uses the input 'tiket'; did you mean 'ticket'?",
        ],
    ),
    (
        SUITE,
        'inputs: {ticket: "x"}',
        "tags: [a]",
        [
            "evals/triage.yaml:28:5: no input 'ticket', which v1 and v2 of prompt 'triage' use; add `ticket:` to the inputs",
        ],
    ),
    (
        SUITE,
        'inputs: {ticket: "x"}',
        'inputs: {ticket: "x", extra: 1}',
        ["evals/triage.yaml:29:27: no version the suite names uses the input 'extra'; use one of: ticket"],
    ),
    (
        SUITE,
        'inputs: {ticket: "x"}',
        "inputs: {ticket: null}",
        [
            "evals/triage.yaml:28:5: v1 cannot take these inputs: `untrusted` of nothing (null) (prompts/triage/v1.yaml:8:11); give the input a value",
            "evals/triage.yaml:28:5: v2 cannot take these inputs: `untrusted` of nothing (null) (prompts/triage/v2.yaml:8:11); give the input a value",
        ],
    ),
    (
        SUITE,
        'inputs: {ticket: "x"}',
        'inputs: {ticket: "x", "a b": 1}',
        [
            "evals/triage.yaml:29:27: input 'a b' is no name of a variable; use a-z, 0-9 and `_`",
            "evals/triage.yaml:29:27: no version the suite names uses the input 'a b'; use one of: ticket",
        ],
    ),
    (
        PROMPT,
        "effort: low\n",
        "",
        ["prompts/triage/v2.yaml:1:1: a prompt version has no 'effort'; add `effort:`"],
    ),
    (
        PROMPT,
        "effort: low",
        "effort: lots",
        [
            "prompts/triage/v2.yaml:3:9: 'effort' cannot be 'lots'; use one of: default, high, low, max, medium, xhigh"
        ],
    ),
    (
        PROMPT,
        "thinking: adaptive",
        "thinking: disabled",
        [
            "evals/triage.yaml:4:12: v2 on claude-opus-5-5: the model refuses thinking 'disabled'; write `thinking:` adaptive or default"
        ],
    ),
    (
        PROMPT,
        "effort: low",
        "effort: xhigh",
        [
            "evals/triage.yaml:4:12: v2 on claude-opus-5-5: the model has no effort 'xhigh'; write `effort:` high or low or medium or default"
        ],
    ),
    (
        PROMPT,
        "max_tokens: 400",
        "max_tokens: 200000",
        [
            "evals/triage.yaml:4:12: v2 on claude-opus-5-5: max_tokens 200,000 is above the model's 128,000; lower it in a new version of the prompt"
        ],
    ),
    (
        PROMPT,
        "max_tokens: 400",
        "max_tokens: 400\ntemperature: 0",
        [
            "prompts/triage/v2.yaml:3:1: 'temperature' is not taken here: the API has no sampling parameters any more; repeats and intervals handle the variance; remove it"
        ],
    ),
    (
        PROMPT,
        "max_tokens: 400",
        "max_tokens: 400\ntools: [x]",
        [
            "evals/triage.yaml:1:1: v2 offers the tool 'x', which the suite does not allow; add `x:` to `tools:`, with its results"
        ],
    ),
    (
        PROMPT,
        "max_tokens: 400",
        "max_tokens: 400\nmax_token: 5",
        ["prompts/triage/v2.yaml:3:1: a prompt version has no key 'max_token'; did you mean 'max_tokens'?"],
    ),
    (
        PROMPT,
        "{{ ticket | untrusted }}",
        "{{ ticket | untrustd }}",
        ["prompts/triage/v2.yaml:10:19: there is no filter 'untrustd'; did you mean 'untrusted'?"],
    ),
    (
        PROMPT,
        "{{ ticket | untrusted }}",
        "{{ ticket | untrusted }} {{ tone }}",
        [
            "prompts/triage/v2.yaml:10:35: the template uses 'tone', which no case gives; add `tone:` to the inputs of the cases"
        ],
    ),
    (
        PROMPT,
        "{{ ticket | untrusted }}",
        "{{ ticket ",
        [
            "prompts/triage/v2.yaml:10:7: this is not a template: unexpected end of template, expected 'end of print statement'; see the Jinja syntax"
        ],
    ),
    (
        PROMPT,
        "{{ ticket | untrusted }}",
        "{{ ticket.upper() }}",
        [
            "prompts/triage/v2.yaml:10:7: calling something, `...()`, is not allowed in a template; use filters: capitalize, default, first, float, indent, int, items, join, last, length, list, lower, round, sort, title, tojson, trim, unique, untrusted, upper"
        ],
    ),
    (
        PROMPT,
        "  - user: |",
        "  - usr: |",
        ["prompts/triage/v2.yaml:8:5: a message has no key 'usr'; did you mean 'user'?"],
    ),
    (
        PROMPT,
        "output:",
        "  - assistant: '{'\noutput:",
        [
            "evals/triage.yaml:4:12: v2 on claude-opus-5-5: the model refuses a conversation that ends with its own message; end with a user's message, or use `output`"
        ],
    ),
    (
        PROMPT,
        "messages:\n",
        "messages:\n  - assistant: hi\n",
        ["prompts/triage/v2.yaml:8:16: the first message must be the user's; put `- user:` first"],
    ),
    (
        PROMPT,
        "type: object",
        "type: objekt",
        [
            "prompts/triage/v2.yaml:13:11: this is not a JSON Schema: \"objekt\" is not valid under any of the schemas listed in the 'anyOf' keyword; mend it"
        ],
    ),
    (
        PROMPT,
        "  You sort support tickets.",
        "  {% include 'x' %}",
        ["prompts/triage/v2.yaml:6:3: `include` is not allowed in a template; write it out"],
    ),
    (
        PROMPT,
        "max_tokens: 400",
        "max_tokens: 400\nstop_sequences: ['']",
        ["prompts/triage/v2.yaml:3:17: a stop sequence of nothing but space; remove it"],
    ),
    (
        MODELS,
        "claude-opus-5-5",
        "claude-opus-4-5",
        [
            "prompts/models.yaml:3:9: 'claude-opus-4-5' is an alias: the model behind it can change; pin claude-opus-4-5-20251101"
        ],
    ),
    (
        MODELS,
        "claude-opus-5-5",
        "claude-3-opus-latest",
        [
            "prompts/models.yaml:3:9: 'claude-3-opus-latest' is an alias: the model behind it can change; pin the dated id of a current model"
        ],
    ),
    (
        MODELS,
        "claude-opus-5-5",
        "gpt-4",
        [
            "prompts/models.yaml:3:9: 'gpt-4' is not the id of a snapshot; write it as the API lists it, such as claude-opus-5-5"
        ],
    ),
    (
        MODELS,
        "lifecycle: active",
        "lifecycle: retired",
        [
            "evals/triage.yaml:3:12: claude-opus-5-5 is retired: the API does not answer for it any more; name another model",
            "evals/triage.yaml:4:12: claude-opus-5-5 is retired: the API does not answer for it any more; name another model",
        ],
    ),
    (
        MODELS,
        "released: 2026-09-22",
        "released: 2026-13-22",
        ["prompts/models.yaml:5:15: 'released' is not a date: '2026-13-22'; write it as 2026-11-21"],
    ),
    (
        MODELS,
        "input: 4",
        "input: -4",
        ["prompts/models.yaml:14:41: 'input' is negative; write an amount from 0"],
    ),
    (MODELS, "input: 4, ", "", ["prompts/models.yaml:14:9: a price has no 'input'; add `input:`"]),
    (
        MODELS,
        "efforts: [low, medium, high]",
        "efforts: [low, hgh]",
        ["prompts/models.yaml:10:14: 'hgh' is not one of efforts; use: low, medium, high, xhigh, max"],
    ),
    (
        MODELS,
        "structured_output: true",
        "structured_output: false",
        [
            "evals/triage.yaml:3:12: v1 on claude-opus-5-5: the model has no structured output; name another model, or remove `output`",
            "evals/triage.yaml:4:12: v2 on claude-opus-5-5: the model has no structured output; name another model, or remove `output`",
        ],
    ),
    (
        MODELS,
        "structured_output: true",
        "structured_output: yes",
        [
            "prompts/models.yaml:11:24: 'structured_output' must be true or false, not text; write `true` or `false`"
        ],
    ),
    (
        MODELS,
        "max_output_tokens: 128000",
        "max_output_tokens: 2000000",
        ["prompts/models.yaml:8:24: an answer longer than the whole context; mend one of them"],
    ),
    (
        MODELS,
        "  opus:",
        "  Opus:",
        [
            "prompts/models.yaml:2:3: a model's short name 'Opus' is not plain: only a-z, 0-9, '-', '_' and, in case ids, single '.'; rename it"
        ],
    ),
    (
        MODELS,
        "{requests_per_minute: 1000}",
        "{rpm: 5}",
        [
            "prompts/models.yaml:15:19: rate_limits has no key 'rpm'; use one of: input_tokens_per_minute, output_tokens_per_minute, requests_per_minute"
        ],
    ),
    (
        MODELS,
        "checked_on: 2026-11-20}",
        "checked_on: 2026-11-20}\n      - {valid_from: 2026-09-22, input: 4, output: 20, cache_write_5m: 5, cache_write_1h: 8, cache_read: 0.20, source: page, checked_on: 2026-11-20}",
        ["prompts/models.yaml:15:9: two prices for the same day and tier; keep one"],
    ),
    (
        LINES,
        '"z"}}',
        '"z"}',
        ["evals/more.jsonl:1:42: not JSON: Expecting ',' delimiter; write one object on the line"],
    ),
    (
        LINES,
        '"id": "third"',
        '"id": "third", "id": "t"',
        ["evals/more.jsonl:1:1: key 'id' appears twice; keep one"],
    ),
    (LINES, '"z"', "NaN", ["evals/more.jsonl:1:1: JSON has no NaN; quote it if it is text"]),
    (
        LINES,
        '"z"',
        '"\\ud800"',
        ["evals/more.jsonl:1:1: half of a surrogate pair is not a character; write the whole character"],
    ),
    (LINES, '"id": "third", ', "", ["evals/more.jsonl:1:1: a case has no 'id'; add `id:`"]),
    (
        LINES,
        '{"id": "third", "inputs": {"ticket": "z"}}\n',
        "\n",
        ["evals/more.jsonl:1:1: the file holds no case; add one, or remove the entry that names the file"],
    ),
    (
        LINES,
        '"inputs"',
        '"input"',
        [
            "evals/more.jsonl:1:1: a case has no key 'input'; did you mean 'inputs'?",
        ],
    ),
    (
        PROMPT,
        "{{ ticket | untrusted }}",
        "Please: {{ tiket | untrusted }}",
        [
            "prompts/triage/v2.yaml:10:18: the template uses 'tiket', which no case gives; did you mean 'ticket'?"
        ],
    ),
    (
        PROMPT,
        "{{ ticket | untrusted }}",
        "{ticket}",
        [
            "prompts/triage/v2.yaml:8:11: v2 uses no input, so all cases would ask the same; write `{{ ticket }}` where it belongs"
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{starts_with: {}}",
        [
            "evals/triage.yaml:26:28: 'starts_with' needs one of `text` and `any`; write one of them",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{ends_with: {text: a, any: [b]}}",
        [
            "evals/triage.yaml:26:26: 'ends_with' needs one of `text` and `any`; write one of them",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{starts_with: ' Dear'}",
        [
            "evals/triage.yaml:26:28: 'starts_with' looks at the answer without the white space around it, not at ' Dear'; write a text without white space around it",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{starts_with: ''}",
        [
            "evals/triage.yaml:26:28: 'starts_with' of nothing is true of every answer; write what is wanted",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{length: {min_lines: 3, max_lines: 2}}",
        [
            "evals/triage.yaml:26:35: no answer has 3 lines or more and 2 or fewer; swap them",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{length: {min_sentences: 0}}",
        [
            "evals/triage.yaml:26:23: every answer is that long; write a number from 1",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{number: {}}",
        [
            "evals/triage.yaml:26:23: 'number' wants no number; add `value:`, or `least:` and `most:`",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{number: {value: 1, least: 0}}",
        [
            "evals/triage.yaml:26:41: 'least' says a range, and 'value' one number; keep one of them",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{number: {least: 2, most: 1}}",
        [
            "evals/triage.yaml:26:31: no number is 2 or more and 1 or less; swap them",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{similarity: {to: '!'}}",
        [
            "evals/triage.yaml:26:32: 'to' has no word to compare with; write what is wanted",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{similarity: {to: []}}",
        [
            "evals/triage.yaml:26:32: 'to' has no word to compare with; write what is wanted",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{similarity: {to: x, by: rouge}}",
        [
            "evals/triage.yaml:26:39: 'by' cannot be 'rouge'; did you mean 'rouge_l'?",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{similarity: {to: x, by: bleu, most_edits: 2}}",
        [
            "evals/triage.yaml:26:57: edits are counted by levenshtein alone; keep it alone, or leave it out",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{similarity: {to: x, at_least: 0}}",
        [
            "evals/triage.yaml:26:45: 'at_least' is 0, outside 0 to 1; write a number above 0, at most 1",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{language: English}",
        [
            "evals/triage.yaml:26:25: 'English' is no language that can be told; write `en`",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{language: {any: [de, en-GB, Klingon]}}",
        [
            "evals/triage.yaml:26:31: 'Klingon' is no language that can be told; use a code of ISO 639-1, such as `en`",
            "evals/triage.yaml:26:31: 'en-GB' is no language that can be told; write `en`",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{language: {}}",
        [
            "evals/triage.yaml:26:25: 'language' needs one of `is` and `any`; write one of them",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{finish: length}",
        [
            "evals/triage.yaml:26:23: no model stops for 'length'; did you mean 'max_tokens'?",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{finish: {}}",
        [
            "evals/triage.yaml:26:23: 'finish' needs one of `reason` and `any`; write one of them",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{finish: {any: [max_token]}}",
        [
            "evals/triage.yaml:26:29: no model stops for 'max_token'; did you mean 'max_tokens'?",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{cost: {at_most_usd: 0}}",
        [
            "evals/triage.yaml:26:35: no answer costs nothing; write an amount above 0",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{cost: {}}",
        [
            "evals/triage.yaml:26:21: cost has no 'at_most_usd'; add `at_most_usd:`",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{latency: {at_most_s: -1}}",
        [
            "evals/triage.yaml:26:36: 'at_most_s' is -1, outside 0 to 86400; write a number above 0, at most 86400",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{tokens: {}}",
        [
            "evals/triage.yaml:26:23: 'tokens' sets no bound; add `max_output:` or `max_input:`",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{word-count: 5}",
        [
            "evals/triage.yaml:26:15: an expectation has no key 'word-count'; did you mean 'length'?",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{levenshtein: abc}",
        [
            "evals/triage.yaml:26:15: an expectation has no key 'levenshtein'; did you mean 'similarity'?",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{language: {any: []}}",
        [
            "evals/triage.yaml:26:31: 'language' of nothing is true of no answer; write what is wanted",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{finish: {any: []}}",
        [
            "evals/triage.yaml:26:29: 'finish' of nothing is true of no answer; write what is wanted",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{ends_with: {any: []}}",
        [
            "evals/triage.yaml:26:32: 'ends_with' of nothing is true of no answer; write what is wanted",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{finish: 5}",
        [
            "evals/triage.yaml:26:23: 'reason' must be text, not the number 5; quote it: \"5\"",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{language: {any: de}}",
        [
            "evals/triage.yaml:26:31: 'any' must be a list, not text; write `- item` lines or `[a, b]`",
        ],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{similarity: {by: bleu}}",
        ["evals/triage.yaml:26:27: similarity has no 'to'; add `to:`"],
    ),
    (
        SUITE,
        "{contains: sorry}",
        "{similarity: {to: " + "a" * 100_001 + "}}",
        [
            "evals/triage.yaml:26:32: a text of 100,001 characters; the most that is compared is 100,000; shorten it"
        ],
    ),
]
