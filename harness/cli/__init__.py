"""The `harness` command: one module per subcommand."""
