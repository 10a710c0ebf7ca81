"""The made-up agent of `examples/orders`, and its recordings."""
