"""Production logs to proposed cases: read, rank, thin out, and wait for a person."""
