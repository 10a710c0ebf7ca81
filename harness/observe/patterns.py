"""The patterns of secrets and of personal data. Prefixes as the services document them; checks where there are any.

Each rule has a hint: a simpler pattern, found in every text that the rule's own pattern matches. All hints are looked
for in one pass, so that a text without secrets, which nearly every text is, costs next to nothing. Patterns are
linear: no nested repetition.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One kind of secret."""

    name: str
    pattern: re.Pattern[str]
    hint: str
    """An RE2 pattern over ASCII that is in every text `pattern` matches."""
    group: int = 0
    """The group of the pattern that holds the secret."""
    holds: Callable[[str], bool] | None = None
    """A check of the match, a checksum for instance."""


def luhn(digits: str) -> bool:
    """The checksum of card numbers (ISO/IEC 7812-1, annex B), over 13 to 19 digits."""
    numbers = [int(each) for each in digits if each.isdigit()]
    if not 13 <= len(numbers) <= 19 or len(set(numbers)) == 1:
        return False
    doubled = [sum(divmod(2 * each, 10)) for each in numbers[-2::-2]]
    return (sum(numbers[-1::-2]) + sum(doubled)) % 10 == 0


def iban(text: str) -> bool:
    """The checksum of account numbers (ISO 13616: the rearranged number is 1 modulo 97)."""
    compact = re.sub(r"\s", "", text).upper()
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(each, 36)) for each in compact[4:] + compact[:4])) % 97 == 1


def _rule(name: str, pattern: str, hint: str, *, group: int = 0) -> Rule:
    return Rule(name=name, pattern=re.compile(pattern), hint=hint, group=group)


_EDGE = r"(?<![A-Za-z0-9_-])"

SECRETS: tuple[Rule, ...] = (
    _rule("anthropic", _EDGE + r"sk-ant-[a-z]{2,10}\d{2}-[A-Za-z0-9_-]{16,}", "sk-ant-[a-z]"),
    _rule("openai", _EDGE + r"sk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}", "sk-[A-Za-z0-9_-]{20}"),
    _rule("private-key", r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[^-]{0,20000}(?:-----END [A-Z ]{0,30}PRIVATE KEY-----)?", "PRIVATE KEY-----"),
    _rule("jwt", _EDGE + r"eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}", r"\.eyJ[A-Za-z0-9_-]{8}"),
    _rule("bearer", r"(?ai)\bbearer\s+([A-Za-z0-9._~+/-]{16,}=*)", r"(?i:bearer)[\s\v]+[A-Za-z0-9._~+/-]{16}", group=1),
    _rule("basic", r"(?ai)\bbasic\s+([A-Za-z0-9+/]{16,}={0,2})(?![A-Za-z0-9])", r"(?i:basic)[\s\v]+[A-Za-z0-9+/]{16}", group=1),
    _rule("header", r"(?ai)(?:api[-_]key|authorization)[\\\"']{0,4}\s{0,3}[:=]\s{0,3}[\\\"']{0,4}(?:[a-z]{1,20}\s{1,3})?((?=[a-z._~+/=-]{0,200}[0-9])[a-z0-9._~+/=-]{16,})", r"(?i:api[-_]key|authorization)[\\\"']*[\s\v]*[:=]", group=1),
    _rule("cookie", r"(?ai)cookie[\\\"']{0,4}\s{0,3}[:=]\s{0,3}[\\\"']{0,4}[a-z0-9_.-]{1,64}=([a-z0-9._~+/%-]{12,}=*)", r"(?i:cookie)[\\\"']*[\s\v]*[:=]", group=1),
    _rule("url-password", r"(?a)[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"']{1,100}:([^\s/@\"']{3,200})@", r"://[^\s/:@\"']+:", group=1),
    _rule("aws-id", r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])", "A(?:KI|SI|BI|CC)A[A-Z2-7]{16}"),
    _rule("aws-secret", r"(?ai)aws.{0,20}secret.{0,20}?[=:]\s*[\"']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])", r"(?i:secret)[^\n]*[=:][\s\v]*[\"']?[A-Za-z0-9/+]{40}", group=1),
    _rule("github", r"(?<![A-Za-z0-9_])(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255})", "gh[pousr]_[A-Za-z0-9]{36}|github_pat_"),
    _rule("gitlab", _EDGE + r"glpat-[A-Za-z0-9_-]{20,}", "glpat-"),
    _rule("slack", _EDGE + r"xox[abeoprs]-[A-Za-z0-9-]{10,}", "xox[abeoprs]-"),
    _rule("slack-webhook", r"https://hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]{20,}", r"hooks\.slack\.com/"),
    _rule("telegram", r"(?<![0-9])[0-9]{6,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", "[0-9]:[A-Za-z0-9_-]{35}"),
    _rule("google", r"(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", "AIza[A-Za-z0-9_-]{35}"),
    _rule("stripe", r"(?<![A-Za-z0-9])(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}", "[sr]k_(?:live|test)_"),
    _rule("pypi", _EDGE + r"pypi-[A-Za-z0-9_-]{50,}", "pypi-[A-Za-z0-9_-]{50}"),
    _rule("npm", r"(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])", "npm_[A-Za-z0-9]{36}"),
    _rule("huggingface", r"(?<![A-Za-z0-9])hf_[A-Za-z0-9]{30,}", "hf_[A-Za-z0-9]{30}"),
)  # fmt: skip
"""Keys of known services: always on."""

PERSONAL: tuple[Rule, ...] = (
    _rule("email", r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}", "[A-Za-z0-9._%+-]@[A-Za-z0-9-]"),
    Rule(
        name="iban",
        pattern=re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}(?![A-Za-z0-9])"),
        hint="[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11}",
        holds=iban,
    ),
    Rule(
        name="card",
        pattern=re.compile(r"(?<![0-9A-Za-z.-])[0-9](?:[ -]?[0-9]){12,18}(?![0-9A-Za-z]|-[0-9])"),
        hint="[0-9](?:[ -]?[0-9]){12}",
        holds=luhn,
    ),
    _rule("cnic", r"(?<![0-9-])[0-9]{5}-[0-9]{7}-[0-9](?![0-9-])", "[0-9]{5}-[0-9]{7}-[0-9]"),
    _rule("ssn", r"(?<![0-9-])(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}(?![0-9-])", "[0-9]{3}-[0-9]{2}-[0-9]{4}"),
    _rule("phone", r"(?<![0-9A-Za-z+.-])(?:\+[1-9][0-9]{0,2}[ -]?(?:\([0-9]{1,4}\)[ -]?)?[0-9]{2,4}(?:[ -]?[0-9]{2,4}){1,4}|03[0-9]{2}[ -]?[0-9]{7})(?![0-9A-Za-z])", r"\+[1-9]|03[0-9]{2}[ -]?[0-9]{7}"),
)  # fmt: skip
"""Personal data: only when asked for."""
