"""Who may send results: accounts, their API tokens and their public keys."""
