"""How long a verdict takes, and how much memory."""
