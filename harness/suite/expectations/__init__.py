"""The kinds of expectations, by family."""
