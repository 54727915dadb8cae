"""Each built-in guideline has the numbers that are known of the official one."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from refcheck.guideline import library
from refcheck.guideline.defects import statuses_of
from refcheck.guideline.model import Capability, Guideline, Status, Test
from refcheck.guideline.scoring import scores

# capabilities, (capability, test) pairs, tests, flagged pairs, pairs with aliases,
# then required capabilities/their tests/the unflagged of these: platform, compute, object
CORE = """
2015.03 15 127 127  9   0 10/127/118  9/112/103  1/15/15
2015.04 15 127 127 51   0 10/127/76   9/112/64   1/15/12
2015.05 16 128 128 33   0 11/128/95  10/113/82   1/15/13
2015.07 46 129 129 31   4 46/129/98  37/114/85  11/17/15
2016.01 74 306 306 51  33 44/124/96  35/111/83  10/14/14
2016.08 78 306 306 49  92 56/228/211 48/215/198  9/14/14
2017.01 98 380 319 51 153 63/262/229 48/214/199 16/49/31
2017.09 88 347 288 45 158 68/259/230 52/208/195 17/52/36
2018.02 91 350 293 20 157 84/337/317 68/285/265 17/53/53
2018.11 93 350 291 19 156 75/283/272 57/225/214 19/59/59
2019.06 93 350 291 19 156 78/286/275 60/228/217 20/60/60
2019.11 79 289 287 11  95 78/286/275 60/228/217 20/60/60
2020.06 79 289 287 11  95 78/286/275 60/228/217 20/60/60
next    79 289 287 11  95 75/283/272 57/225/214 19/59/59
"""
CORE_ROWS = [line.split() for line in CORE.split("\n") if line]

# id, target, capabilities, tests, required capabilities, their tests
OTHERS = [
    *((f"dns.{e}", "dns", 2, 10, 2, 10) for e in ("2018.02", "2018.11", "2019.06", "2019.11")),
    ("dns.2020.06", "dns", 2, 10, 2, 10),
    ("dns.next", "dns", 2, 10, 0, 0),
    ("orchestration.2018.02", "orchestration", 23, 60, 16, 39),
    *(
        (f"orchestration.{edition}", "orchestration", 23, 60, 23, 60)
        for edition in ("2018.11", "2019.06", "2019.11", "2020.06")
    ),
    ("orchestration.next", "orchestration", 18, 24, 0, 0),
    ("scs-0128", "scs-0128", 62, 258, 62, 258),
]


def required(one: Guideline, target: str) -> list[Capability]:
    """Required by any component of the program; capabilities that are not defined have no tests."""
    names: dict[str, None] = {}
    for ref in one.programs[target].components:
        names |= dict.fromkeys(one.components[ref.name].capabilities.get(Status.REQUIRED, ()))
    return [one.capabilities[name] for name in names]


def every_test(capabilities: Iterable[Capability]) -> list[Test]:
    return [test for capability in capabilities for test in capability.tests]


@pytest.mark.parametrize("row", CORE_ROWS, ids=lambda row: row[0])
def test_a_core_guideline_has_its_counts(row):
    guideline_id, *numbers = row
    one = library.load(guideline_id)
    pairs = every_test(one.capabilities.values())
    found = [
        len(one.capabilities),
        len(pairs),
        len({test.name for test in pairs}),
        sum(test.flag is not None for test in pairs),
        sum(bool(test.aliases) for test in pairs),
    ]
    for target in ("platform", "compute", "object"):
        capabilities = required(one, target)
        tests = every_test(capabilities)
        unflagged = sum(test.flag is None for test in tests)
        found.append(f"{len(capabilities)}/{len(tests)}/{unflagged}")
    assert [str(number) for number in found] == numbers


@pytest.mark.parametrize("row", OTHERS, ids=lambda row: row[0])
def test_another_guideline_has_its_counts(row):
    guideline_id, target, capabilities, tests, needed, needed_tests = row
    one = library.load(guideline_id)
    assert list(one.programs) == [target]
    assert len(one.capabilities) == capabilities
    assert len(every_test(one.capabilities.values())) == tests
    assert len(required(one, target)) == needed
    assert len(every_test(required(one, target))) == needed_tests


def test_every_built_in_guideline_is_counted_here():
    counted = {row[0] for row in CORE_ROWS} | {row[0] for row in OTHERS} | {"2022.11"}
    assert set(library.ids()) == counted


# Required with fewer points than the cutoff.
BELOW = {
    "2015.07": 0,
    "2016.01": 1,
    "2016.08": 4,
    "2017.01": 4,
    "2017.09": 4,
    "2018.02": 17,
    "2018.11": 15,
    "2019.06": 16,
    "2019.11": 16,
    "2020.06": 16,
}


@pytest.mark.parametrize(("guideline_id", "number"), BELOW.items())
def test_so_many_required_capabilities_are_below_the_cutoff(guideline_id, number):
    one = library.load(guideline_id)
    below = [
        score
        for score in scores(one)
        if score.status is Status.REQUIRED and score.cutoff and score.points < score.cutoff
    ]
    assert len(below) == number


@pytest.mark.parametrize(("guideline_id", "number"), [("2018.02", 2), ("next", 14), ("2020.06", 0)])
def test_so_many_listed_capabilities_are_not_defined(guideline_id, number):
    one = library.load(guideline_id)
    assert len(set(statuses_of(one)) - set(one.capabilities)) == number


def test_weights_changed_with_2016_08():
    before, after = library.load("2016.01").criteria, library.load("2016.08").criteria
    assert before["future"].weight == before["tools"].weight == 9
    assert (after["future"].weight, after["tools"].weight) == (11, 6)
    assert sum(one.weight for one in before.values()) == 100
    assert sum(one.weight for one in after.values()) == 100
    assert sum(one.weight for one in library.load("dns.2018.02").criteria.values()) == 75
