"""The registry and the samples of openai/evals."""
