"""A pytest plugin for `make mutation`: examples before properties, and no looking for the smallest.

Most changes are noticed by some example in milliseconds. A property takes seconds to fail, and
many more to find its smallest counterexample, which nobody reads here.
"""

from __future__ import annotations

import pytest
from hypothesis import Phase, settings

settings.register_profile(
    "mutation", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate]
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the order otherwise."""
    items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))
