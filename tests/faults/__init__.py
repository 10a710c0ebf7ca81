"""The fault matrix: every way the provider can fail, over real HTTP, through the real SDK and all guards."""
