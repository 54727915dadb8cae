"""What each service's answers look like, as the API reference declares them."""
