"""A suite, a variant and a number of repeats to a plan: which trials, in which order, at what worst cost."""
