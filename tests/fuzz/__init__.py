"""Hostile bytes for everything that reads what others wrote: targets, a committed corpus, and a fuzzer at length."""
