"""For people who explore: what is stored as pandas frames, and comparisons with their plots."""
