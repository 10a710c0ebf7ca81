"""Comparison x policy to a verdict. Pure."""
