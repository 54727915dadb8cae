"""Finds out, by running the suite, what each test asks of a cloud: `python -m tests.calls`."""
