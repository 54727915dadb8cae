"""Vendors: who stands behind products, and the accounts that speak for them."""
