"""Other people's suites to ours: what they say is mapped, bridged or listed, and nothing is left out in silence."""
