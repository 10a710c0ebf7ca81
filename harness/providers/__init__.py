"""The network edge: the only place that knows the SDK, and the recordings that stand in for it."""
