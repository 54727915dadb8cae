"""What the world sees: pages and badges."""
