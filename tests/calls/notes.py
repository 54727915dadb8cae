"""What is noted of one test, or of the making of one thing that tests share."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

_MIB = 1 << 20


@dataclass
class Note:
    """Everything that was asked for; dictionaries of None keep the order of first use."""

    calls: dict[str, None] = field(default_factory=dict)
    creates: Counter[str] = field(default_factory=Counter)
    sizes: Counter[str] = field(default_factory=Counter)
    shares: dict[str, None] = field(default_factory=dict)
    facts: dict[str, None] = field(default_factory=dict)
    features: dict[str, None] = field(default_factory=dict)
    needs: dict[str, None] = field(default_factory=dict)
    requests: int = 0
    seconds: float = 0.0
    elsewhere: float = 0.0
    """Of the seconds, those that the making of shared things took."""
    outcome: str = ""
    reason: str = ""

    def to_json(self) -> dict[str, Any]:
        sizes = {"volume_gib": self.sizes["volume_gib"]}
        for kind in ("image", "object"):
            sizes[f"{kind}_mib"] = math.ceil(self.sizes[f"{kind}_bytes"] / _MIB)
        whole = {
            "outcome": self.outcome,
            "reason": self.reason,
            "calls": list(self.calls),
            "creates": {**self.creates, **{kind: n for kind, n in sizes.items() if n}},
            "shares": list(self.shares),
            "facts": list(self.facts),
            "features": list(self.features),
            "needs": list(self.needs),
            "requests": self.requests,
            "seconds": round(max(self.seconds - self.elsewhere, 0.0), 3),
        }
        return {name: value for name, value in whole.items() if value}
