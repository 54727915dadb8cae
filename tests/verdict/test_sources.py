"""A component may live in another guideline, and that one may send on; a circle is refused."""

from __future__ import annotations

import json
import re

import pytest

from refcheck.errors import BadGuideline
from refcheck.guideline.reader import read
from refcheck.verdict.judge import judge
from refcheck.verdict.verdict import CapabilityRule
from tests.verdict.small import AT, case, document, load


def library(**sources):
    """Guidelines `a`, `b`, ...: each takes component `core` from the one named, or defines it."""
    made = {}
    for name, source in sources.items():
        capabilities = {"cap": case(1)}
        components = {} if source else {"core": {"required": ["cap"]}}
        whole = document(
            capabilities, components, programs={"OpenStack Powered Platform": []}, guideline_id=name
        )
        ref = {"name": "core", **({"source": f"{source}.json"} if source else {})}
        whole["platforms"]["OpenStack Powered Platform"]["components"] = [ref]
        made[name] = read(json.dumps(whole).encode(), where=name)
    return made


def judged(**sources):
    made = library(**sources)
    return judge(made["a"], "platform", [], at=AT, load=made.__getitem__)


def test_a_source_that_sends_on_is_followed():
    verdict = judged(a="b", b="c", c=None)
    assert verdict.capability_rule is CapabilityRule.UNDECIDABLE
    assert list(verdict.sources) == ["c"]
    assert [blocker.outcome for blocker in verdict.blockers if blocker.test] == ["undecided"]


@pytest.mark.parametrize(
    "sources", [{"a": "b", "b": "a"}, {"a": "a"}, {"a": "b", "b": "c", "c": "b"}]
)
def test_sources_that_go_round_in_a_circle_are_refused(sources):
    with pytest.raises(BadGuideline, match="circle"):
        judged(**sources)


def test_a_circle_is_told_with_its_way_its_place_and_the_next_step():
    with pytest.raises(BadGuideline) as caught:
        judged(a="b", b="a")
    assert "the sources of component 'core' go round in a circle" in caught.value.fault
    assert re.search(r"\((\w) → (\w)( → \w)*\)", caught.value.fault)
    assert "nobody defines it" in caught.value.fault
    assert caught.value.where in {"a: $.platforms", "b: $.platforms"}
    assert caught.value.next_step == "Name as `source` the guideline that defines the component."


def test_the_source_of_another_component_is_not_followed():
    made = library(a="b", b=None)
    elsewhere = json.loads(json.dumps(document({"cap": case(1)}, {}, guideline_id="b")))
    elsewhere["platforms"]["OpenStack Powered Platform"]["components"] = [
        {"name": "other", "source": "c.json"}
    ]
    made["b"] = read(json.dumps(elsewhere).encode(), where="b")
    verdict = judge(made["a"], "platform", [], at=AT, load=made.__getitem__)
    assert verdict.qualifies is False
    assert any("core" in blocker.reason + blocker.prerequisite for blocker in verdict.blockers)


def test_every_guideline_that_a_component_is_from_is_named_by_id_even_without_capabilities():
    made = {
        name: load(document({"cap": case(1)}, {name: listed}, guideline_id=name))
        for name, listed in {"z": {"required": ["cap"]}, "b": {}}.items()
    }
    whole = document({}, {}, programs={"OpenStack Powered Platform": []}, guideline_id="a")
    whole["platforms"]["OpenStack Powered Platform"]["components"] = [
        {"name": name, "source": f"{name}.json"} for name in made
    ]
    verdict = judge(load(whole), "platform", [], at=AT, load=made.__getitem__)
    assert list(verdict.sources) == ["b", "z"]
