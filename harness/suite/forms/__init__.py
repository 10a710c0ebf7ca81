"""Nodes to values: what each kind of file may say, and every mistake in what it does say."""
