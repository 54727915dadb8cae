"""The registry: keeps signed results, judges them itself, publishes what each cloud may claim."""
