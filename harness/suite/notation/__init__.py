"""Bytes to trees of nodes: how files are written, and where in them everything stands."""
