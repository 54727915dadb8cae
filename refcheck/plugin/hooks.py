"""Hooks that the plugin offers."""

from __future__ import annotations

import pytest

from refcheck.result.events import Event


@pytest.hookspec
def pytest_refcheck_stopping() -> None:
    """Called in the controlling process when Ctrl-C asked it to begin no further test."""


@pytest.hookspec
def pytest_refcheck_event(event: Event) -> None:
    """Called in the controlling process for every event of the run, in order."""
