"""Hooks that the plugin offers."""

from __future__ import annotations

import pytest

from refcheck.result.journal import Event


@pytest.hookspec
def pytest_refcheck_event(event: Event) -> None:
    """Called in the controlling process for every event of the run, in order."""
