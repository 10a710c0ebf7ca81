"""Fakes of tools that are written in Python: a user's code, in a process of its own."""
