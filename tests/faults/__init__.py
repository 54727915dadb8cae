"""A reverse proxy in front of the real cloud that does to it what real clouds suffer from."""
