"""What prompt templates may do, and how much of it: the sandbox behind `harness.suite.template`."""
