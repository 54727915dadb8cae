"""The audit log: what happened here, in an order that nobody can change unnoticed."""
