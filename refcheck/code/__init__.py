"""Which code runs: evidence about the designated sections of a guideline."""
