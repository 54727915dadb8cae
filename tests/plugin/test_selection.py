"""A run accounts for every test that the target's components name, once."""

import pytest

from refcheck.errors import UnknownTarget
from refcheck.guideline import library
from refcheck.plugin.selection import select


@pytest.mark.parametrize(
    ("target", "number"), [("platform", 284), ("compute", 228), ("object", 58)]
)
def test_each_test_is_selected_once(target, number):
    # 286 pairs of capability and test; two of the tests are listed by two capabilities each.
    chosen = select(library.load("2020.06"), target, set())
    assert len({test.id for test in chosen}) == len(chosen)
    assert len(chosen) == number


def test_what_has_no_test_yet_is_selected_all_the_same():
    chosen = select(library.load("2020.06"), "object", set())
    assert chosen
    assert not any(test.implemented for test in chosen)


def test_services_are_named_as_people_call_them():
    chosen = select(library.load("2020.06"), "platform", set())
    assert {test.service for test in chosen} == {
        "identity", "compute", "image", "network", "block-storage", "object-store",
    }  # fmt: skip


def test_an_unknown_target_names_the_nearest():
    with pytest.raises(UnknownTarget) as caught:
        select(library.load("2020.06"), "platfrom", set())
    assert "platform" in caught.value.next_step
