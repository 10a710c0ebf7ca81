"""Values to text: every page, comment and line a person or a CI server reads."""
