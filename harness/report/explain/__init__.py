"""Every number of a verdict, and how it came about."""
