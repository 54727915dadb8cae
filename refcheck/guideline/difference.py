"""What changed from one guideline to another."""

from __future__ import annotations

from dataclasses import replace

from refcheck.guideline.facts import Change, changes, facts
from refcheck.guideline.model import Component, Guideline

_SUCCESSORS = {"compute": "os_powered_compute", "object": "os_powered_storage"}
"""Components of schema 1 and the names that 2.0 gave them."""


def difference(before: Guideline, after: Guideline) -> tuple[Change, ...]:
    """Every fact that differs; components of schema 1 are compared with their successors."""
    return changes(facts(_with_new_names(before, after)), facts(_with_new_names(after, before)))


def _with_new_names(one: Guideline, other: Guideline) -> Guideline:
    """`one`, its components named as in `other` where schema 2.0 changed their names."""
    names = {old: new for old, new in _SUCCESSORS.items() if new in other.components}
    programs = {
        target: replace(
            program,
            components=tuple(
                replace(ref, name=names.get(ref.name, ref.name)) for ref in program.components
            ),
        )
        for target, program in one.programs.items()
    }
    components: dict[str, Component] = {}
    for name, component in one.components.items():
        new = names.get(name, name)
        components[new] = replace(component, name=new)
    return replace(one, programs=programs, components=components)
