"""A user's code, in processes of its own: bounded, without a secret in its environment, and gone afterwards."""
