"""What a program asks for: components, the capabilities they list, and their homes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache

from refcheck.errors import BadGuideline, UnknownGuideline, UnknownTarget
from refcheck.guideline.model import (
    ComponentRef,
    Guideline,
    Program,
    Status,
)
from refcheck.guideline.sections import required_sections
from refcheck.verdict.listing import Listing, Placed, listed
from refcheck.verdict.test_index import SameGuidelines
from refcheck.verdict.verdict import NOT_SHOWN, SectionVerdict

Load = Callable[[str], Guideline]
"""Gives a guideline by its id; raises UnknownGuideline."""


def program_of(guideline: Guideline, target: str) -> Program:
    """The program of that short name.

    Raises:
        UnknownTarget: naming the nearest.
    """
    program = guideline.programs.get(target)
    if program is None:
        known = ", ".join(guideline.programs)
        (near,) = get_close_matches(target, guideline.programs, n=1, cutoff=0.0)
        raise UnknownTarget(
            f"guideline {guideline.id} has no target {target[:80]!r}; the nearest is {near}",
            next_step=f"Give one of {known}, or a guideline that has that target.",
        )
    return program


def place(
    guideline: Guideline, ref: ComponentRef, load: Load | None, way: tuple[str, ...] = ()
) -> Placed | None:
    """Find a component, in another guideline if `ref` names one; None when it is not to be had.

    A guideline that is named as the source, and itself names another one, is followed.

    Args:
        way: ids of the guidelines that were asked before.

    Raises:
        BadGuideline: the sources go round in a circle.
    """
    home = guideline
    if ref.guideline_id is not None and ref.guideline_id != guideline.id:
        if load is None:
            return None
        try:
            home = load(ref.guideline_id)
        except UnknownGuideline:
            return None
    component = home.components.get(ref.name)
    if component:
        return Placed(home, component)
    onward = _source_of(home, ref.name)
    if onward is None:
        return None
    if home.id in way:
        raise BadGuideline(
            f"the sources of component {ref.name!r} go round in a circle"
            f" ({' → '.join((*way, home.id))}) and nobody defines it",
            where=f"{guideline.id}: $.platforms",
            next_step="Name as `source` the guideline that defines the component.",
        )
    return place(home, onward, load, (*way, home.id))


def _source_of(guideline: Guideline, component: str) -> ComponentRef | None:
    """Where a guideline says that a component comes from, if it does."""
    refs = (
        ref
        for program in guideline.programs.values()
        for ref in (*program.components, *program.prerequisites)
    )
    return next((ref for ref in refs if ref.name == component and ref.source), None)


@dataclass(frozen=True)
class Scope:
    """Everything that takes part in judging one program.

    Attributes:
        components: the program's own.
        own: the capabilities they list.
        base: for an add-on, the required capabilities of each prerequisite component, by its name.
        missing: components that are not to be had: defined in a guideline that is not at hand.
        complete: whether all of the program's own components were found.
    """

    components: tuple[Placed, ...]
    own: Listing
    base: Mapping[str, Listing]
    missing: tuple[ComponentRef, ...]
    complete: bool

    @cached_property
    def homes(self) -> tuple[Guideline, ...]:
        """The guidelines whose capabilities take part, by id."""
        taking_part = [one.home for one in self.own]
        taking_part += [one.home for several in self.base.values() for one in several]
        taking_part += [one.home for one in self.components]
        return tuple({home.id: home for home in sorted(taking_part, key=lambda g: g.id)}.values())

    @cached_property
    def sections_not_shown(self) -> tuple[SectionVerdict, ...]:
        """The required sections of the program's own components, each once, without evidence."""
        sections = dict.fromkeys(
            (section.project, section.name)
            for placed in self.components
            for section in required_sections(placed.home, placed.component)
        )
        return tuple(
            SectionVerdict(project, name, NOT_SHOWN, satisfied=False, detail="")
            for project, name in sections
        )


def scope_of(guideline: Guideline, program: Program, load: Load | None) -> Scope:
    """Find the components of a program and of its prerequisites."""
    if program is guideline.programs.get(program.target) and not _leads_elsewhere(guideline):
        return _scope_at_home(SameGuidelines((guideline,)), program.target)
    return _scope(guideline, program, load)


def _leads_elsewhere(guideline: Guideline) -> bool:
    """Whether a component of any of its programs may come from another guideline."""
    return any(
        ref.source
        for program in guideline.programs.values()
        for ref in (*program.components, *program.prerequisites)
    )


@lru_cache(maxsize=128)
def _scope_at_home(same: SameGuidelines, target: str) -> Scope:
    """The scope of a program whose parts are all of its own guideline: always the same one."""
    (guideline,) = same.homes
    return _scope(guideline, guideline.programs[target], None)


def _scope(guideline: Guideline, program: Program, load: Load | None) -> Scope:
    own = {ref: place(guideline, ref, load) for ref in program.components}
    base = {ref: place(guideline, ref, load) for ref in program.prerequisites}
    components = tuple(placed for placed in own.values() if placed)
    return Scope(
        components=components,
        own=listed(guideline, components),
        base={
            ref.name: Listing(
                one for one in listed(guideline, [placed]) if one.status is Status.REQUIRED
            )
            for ref, placed in base.items()
            if placed
        },
        missing=tuple(ref for ref, placed in {**own, **base}.items() if placed is None),
        complete=len(components) == len(own),
    )
