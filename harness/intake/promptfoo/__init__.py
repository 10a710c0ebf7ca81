"""Configurations of promptfoo to suites: `imported.import_promptfoo` is the door."""
