"""Charts as values: scales with ticks, and what lies on them, in numbers. Pages and notebooks only draw them."""
