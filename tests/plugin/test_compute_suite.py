"""The compute part of the suite is whole."""

import pytest

from refcheck.guideline import library
from refcheck.plugin import suite


@pytest.mark.parametrize("guideline", ["2020.06", "2022.11", "scs-0128"])
def test_every_compute_test_of_the_guideline_is_there(guideline):
    have = suite.implemented(suite.folder())
    capabilities = library.load(guideline).capabilities.values()
    wanted = {t.id: t.name for c in capabilities if c.project == "nova" for t in c.tests}
    assert len(wanted) > 70
    assert {name for test, name in wanted.items() if test not in have} == set()
