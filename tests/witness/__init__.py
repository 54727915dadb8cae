"""The independent witness: Tempest, written by others, against the same cloud."""
