"""What was seen: outcomes, the journal of a run, and the signed result document."""
