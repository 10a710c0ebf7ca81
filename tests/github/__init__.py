"""What runs on GitHub, as far as it can be tried without GitHub."""
