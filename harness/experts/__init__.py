"""Experts: whoever has to be asked for an opinion of an answer before it can be graded."""
