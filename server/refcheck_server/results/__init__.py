"""Results that were uploaded, and the registry's own verdicts on them."""
