"""Keeps the garbage collector away from what is imported and collected: there is nothing to find.

A fifth of the time that a worker needs to begin went to looking through modules for garbage.
"""

from __future__ import annotations

import gc

import pytest


class Heap:
    """From now on until tests run nothing is looked through, and what is there then never is."""

    def __init__(self) -> None:
        gc.disable()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self) -> None:
        gc.freeze()
        gc.enable()

    def pytest_unconfigure(self) -> None:
        gc.enable()
