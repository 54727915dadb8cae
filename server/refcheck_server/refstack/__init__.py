"""RefStack's API, version 1: its client sends, lists and shares results here as it did there."""
