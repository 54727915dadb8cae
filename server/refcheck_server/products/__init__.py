"""Products of vendors, their versions, and the clouds that run them."""
