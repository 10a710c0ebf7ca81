"""What may be seen from outside, and what may not."""
