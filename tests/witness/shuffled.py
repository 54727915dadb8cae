"""A pytest plugin that runs tests in an order drawn by lot; SHUFFLE_SEED repeats one."""

import os
import random

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Shuffle; workers draw the same lot, for they must collect the same."""
    random.Random(os.environ["SHUFFLE_SEED"]).shuffle(items)
