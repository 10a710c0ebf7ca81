"""Checks."""

from __future__ import annotations


def is_list(output: str, context: object) -> bool:
    return output.startswith("[")
