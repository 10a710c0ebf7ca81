"""A model that was made up: it writes the replies under `fixtures/`, and is evidence about no real model."""
