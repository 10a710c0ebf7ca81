"""Views as documents that programs read."""
