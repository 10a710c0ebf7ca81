"""The pytest door: `pytest evals` makes every case of a suite an item."""
