"""The target: how to reach a cloud, ask it, wait for it, and leave nothing behind."""
