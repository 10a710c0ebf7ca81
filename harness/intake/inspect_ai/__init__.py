"""Inspect's logs, datasets and tasks. After inspect_ai 0.3: `.eval` and `.json` logs, version 2."""
