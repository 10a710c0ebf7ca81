"""The made-up recordings of the project that `harness init` writes."""
