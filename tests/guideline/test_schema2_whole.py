"""A whole document of schema 2.0, field by field, and the exact words of its faults."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import pytest

from refcheck.errors import BadGuideline
from refcheck.guideline.parse import parse
from refcheck.guideline.reader import read

UUID = "4a4735a7-f22f-49b6-b0d9-66e1ef7453eb"


def whole() -> dict[str, Any]:
    return {
        "provenance": "Put together by hand.",
        "metadata": {
            "id": "2030.01",
            "schema": "2.0",
            "scoring": {
                "cutoff_score": 74,
                "criteria": {"deployed": {"name": "Deployed", "description": "d", "weight": 8}},
            },
            "os_trademark_approval": {
                "status": "approved",
                "replaces": "2029.01",
                "releases": ["Yoga", "Zed"],
            },
        },
        "platforms": {
            "OpenStack Powered Platform": {
                "description": "Everything.",
                "components": [{"name": "compute"}, {"name": "far", "source": "2029.01.json"}],
            }
        },
        "add-ons": {
            "DNS": {
                "description": "Names.",
                "components": [{"name": "dns"}],
                "required_platform_components": [{"name": "compute"}],
            }
        },
        "components": {
            "compute": {
                "description": "Servers.",
                "capabilities": {"required": ["boot"], "advisory": ["stop"]},
                "designated_sections": {"required": ["nova"]},
            },
            "dns": {"description": "Zones.", "capabilities": {"required": ["stop"]}},
        },
        "capabilities": {
            "boot": {
                "project": "nova",
                "description": "A server boots.",
                "admin": True,
                "achievements": ["deployed"],
                "required_since": "2019.11",
                "tests": {
                    "a.b.test_boot": {
                        "idempotent_id": f"id-{UUID}",
                        "aliases": ["a.test_boot"],
                        "flagged": {"reason": "[D401] x", "action": "y", "date": "2030-01-01"},
                    }
                },
            },
            "stop": {"project": "nova", "tests": {"a.b.test_stop": {"idempotent_id": ""}}},
        },
        "designated_sections": {
            "nova": {
                "required": {
                    "sections": {
                        "api": {
                            "description": "The API.",
                            "designated": True,
                            "comment": "c",
                            "paths": ["nova/api/**"],
                        },
                        "drivers": {"designated": False},
                    }
                },
                "informational": {"sections": {"other": {"designated": True}}},
            }
        },
    }


def told(tree: object) -> tuple[str, str, str | None]:
    with pytest.raises(BadGuideline) as caught:
        read(json.dumps(tree).encode(), where="x.json")
    return caught.value.fault, caught.value.next_step, caught.value.where


def test_every_field_arrives(snapshot):
    assert asdict(read(json.dumps(whole()).encode(), where="x.json")) == snapshot


def test_without_programs_it_is_refused(snapshot):
    tree = whole()
    del tree["platforms"], tree["add-ons"]
    assert told(tree) == snapshot


def test_two_programs_of_one_short_name_are_refused(snapshot):
    tree = whole()
    tree["platforms"]["openstack powered platform"] = {"components": []}
    tree["platforms"]["OpenStack Powered  Platform"] = {"components": []}
    tree["platforms"]["DNS"] = {"components": []}
    assert told(tree) == snapshot


def test_an_unknown_schema_is_told_and_cut(snapshot):
    tree = whole()
    tree["metadata"]["schema"] = "9" * 100
    assert told(tree) == snapshot


@pytest.mark.parametrize("length", [50, 199, 200, 201, 300])
def test_long_paths_are_cut_in_the_middle(length, snapshot):
    assert told({"x" * (length - 2): float("nan")}) == snapshot


@pytest.mark.parametrize("name", ["caf\u00e9", "a\u0007b", "\U0001f600"])
def test_paths_are_shown_as_they_are_unless_they_cannot_be_printed(name, snapshot):
    assert told({name: float("nan")}) == snapshot


def test_a_key_that_is_there_twice_is_the_one_that_is_named():
    with pytest.raises(BadGuideline, match="has the key 'b' twice"):
        read(b'{"a": 1, "b": 2, "b": 4, "c": 3}', where="x.json")


@pytest.mark.parametrize("half", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_half_of_a_surrogate_pair_is_refused(half):
    with pytest.raises(BadGuideline, match="half of a surrogate pair"):
        parse(json.dumps({"a": chr(half)}).encode(), where="x")


@pytest.mark.parametrize("text", ["\u00e9", "\ud7ff", "\ue000", "\U0001f600"])
def test_any_whole_character_is_read(text):
    assert parse(json.dumps({"a": text}).encode(), where="x") == {"a": text}


def test_json_behind_white_space_is_json():
    assert parse(b' \n\t{"a": 1.5}', where="x") == {"a": 1.5}


def test_a_component_may_list_no_capabilities():
    tree = whole()
    del tree["components"]["dns"]["capabilities"]
    assert read(json.dumps(tree).encode(), where="x").components["dns"].capabilities == {}


def test_a_long_key_that_is_there_twice_is_cut():
    key = "k" * 81
    with pytest.raises(BadGuideline, match=f"has the key '{key[:80]}' twice"):
        read(f'{{"{key}": 1, "{key}": 2}}'.encode(), where="x.json")
