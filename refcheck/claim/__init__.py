"""What a registry signs and anyone can check: claims, badges, revocations, whole published trees.

Nothing here asks a network: it works on bytes, keys and a time that are given to it.
"""
