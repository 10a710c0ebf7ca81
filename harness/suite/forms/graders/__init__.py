"""How each grader is written in a file, by family."""
