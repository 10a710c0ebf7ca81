"""What is kept: a journal while a run runs, a DuckDB file afterwards."""
