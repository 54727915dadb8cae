"""Applications for a mark: what a vendor submits, and how reviewers come to a decision on it."""
