"""The datasets and test cases of deepeval: goldens in JSON and CSV, and what Python names."""
