"""Comparisons, runs and upgrades as values that surfaces only have to place."""
