"""The charts of the reports, drawn by matplotlib: the same values, on axes that a notebook can work on with."""
