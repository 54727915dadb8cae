"""Test lists as Tempest and RefStack clients read them."""

from __future__ import annotations

import pytest

from refcheck.errors import UnknownTarget
from refcheck.guideline import library
from refcheck.guideline.listing import list_tests
from refcheck.guideline.model import Status
from tests.guideline.documents import ID, SOUND, load, sound
from tests.guideline.old_documents import V12, V15


def test_a_line_is_a_name_and_an_id():
    assert list_tests(load(SOUND)) == (f"suite.boot[id-{ID}]",)


def test_an_alias_has_the_id_of_its_test():
    lines = list_tests(load(SOUND), aliases=True)
    assert lines == (f"old.boot[id-{ID}]", f"suite.boot[id-{ID}]")


def test_a_test_without_id_is_its_name():
    assert list_tests(load(V12), target="object") == ("suite.put",)


def test_flagged_tests_can_be_left_out():
    assert list_tests(load(SOUND), flagged=False) == ()


def test_a_target_brings_its_components_only():
    assert [line.split("[")[0] for line in list_tests(load(V15), target="compute")] == [
        "suite.boot",
        "suite.slow",
    ]


@pytest.mark.parametrize("status", Status)
def test_statuses_are_those_of_the_capabilities(status):
    one = load(sound("components/os_powered_compute/capabilities", {status.value: ["boot"]}))
    assert len(list_tests(one, statuses=[status])) == 1
    assert list_tests(one, statuses=set(Status) - {status}) == ()


def test_a_component_of_another_guideline_is_not_followed():
    tree = sound("platforms/OpenStack Powered Platform/components")
    tree["platforms"]["OpenStack Powered Platform"]["components"] = [
        {"name": "elsewhere", "source": "other.json"}
    ]
    assert list_tests(load(tree), target="platform") == ()


def test_an_unknown_target_is_told():
    with pytest.raises(UnknownTarget, match="no target 'moon'"):
        list_tests(load(SOUND), target="moon")


@pytest.mark.parametrize(
    ("guideline_id", "target", "tests", "unflagged"),
    [
        ("2020.06", "platform", 284, 273),
        ("2022.11", "platform", 337, 328),
        ("scs-0128", "scs-0128", 258, 258),
        ("dns.2020.06", "dns", 10, 10),
    ],
)
def test_the_required_tests_of_built_in_guidelines(guideline_id, target, tests, unflagged):
    one = library.load(guideline_id)
    required = [Status.REQUIRED]
    assert len(list_tests(one, target=target, statuses=required)) == tests
    assert len(list_tests(one, target=target, statuses=required, flagged=False)) == unflagged
