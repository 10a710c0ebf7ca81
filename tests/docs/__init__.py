"""The pages people read, held to what the programs do: `python -m tests.docs.generate` writes, `--check` compares."""
