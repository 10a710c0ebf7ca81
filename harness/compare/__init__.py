"""Two runs, case by case: pure statistics, every formula with its source."""
