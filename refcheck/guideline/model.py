"""The guideline: programs, components, capabilities, tests and designated sections.

One model for every schema; a reader per schema family fills it. Words and rules are those of the
official guidelines (schema 2.0), normalised: ids are bare, statuses are an enumeration, and the
short target names (`platform`, `dns`) stand for the long program titles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How much a capability or a designated project counts, strongest first."""

    REQUIRED = "required"
    ADVISORY = "advisory"
    DEPRECATED = "deprecated"
    REMOVED = "removed"

    @classmethod
    def strongest(cls, statuses: Iterable[Status]) -> Status:
        """The strongest of one or more statuses: required beats advisory, and so on."""
        return min(statuses, key=list(cls).index)


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a test is recorded but does not count.

    Attributes:
        reason: why, starting with the process code (D400 to D406) when the guideline gives one.
        action: what would end the flag.
        date: when it was set, `YYYY-MM-DD`.
    """

    reason: str
    action: str
    date: str


@dataclass(frozen=True, slots=True)
class Test:
    """A test that a capability is decided by.

    Attributes:
        name: dotted name.
        id: idempotent id, a bare lower-case UUID, or "" when the guideline gives none.
        aliases: other names of the same test.
        flag: set when the test is recorded but does not count.
    """

    __test__ = False  # pytest: not a test class

    name: str
    id: str
    aliases: tuple[str, ...] = ()
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Capability:
    """Something a cloud can do, decided by its tests.

    Attributes:
        project: the project that provides it, such as `nova`.
        admin: whether its tests need administrator rights.
        achievements: keys of the criteria it meets.
        required_since: guideline id, or "" when unknown.
    """

    name: str
    project: str
    description: str
    admin: bool
    tests: tuple[Test, ...]
    achievements: tuple[str, ...]
    required_since: str


@dataclass(frozen=True, slots=True)
class ComponentRef:
    """The name of a component, perhaps of another guideline (`source`: its address or file)."""

    name: str
    source: str | None = None

    @property
    def guideline_id(self) -> str | None:
        """Id of the guideline that `source` names: its last part without the ending."""
        if self.source is None:
            return None
        last = self.source.rstrip("/").rsplit("/", 1)[-1]
        return last.removesuffix(".json").removesuffix(".yaml")


@dataclass(frozen=True, slots=True)
class Component:
    """A group of capabilities, and the projects whose designated code it needs, by status."""

    name: str
    description: str
    capabilities: Mapping[Status, tuple[str, ...]]
    designated: Mapping[Status, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Mark:
    """What may be claimed when a program is met.

    Attributes:
        title: the mark itself.
        wording: how it may be used, one sentence.
        product_name: whether "OpenStack" may be part of the product's name.
    """

    title: str
    wording: str
    product_name: bool


@dataclass(frozen=True, slots=True)
class Program:
    """What a cloud can qualify for.

    Attributes:
        target: short name: platform, compute, object, dns, orchestration, ...
        components: what it consists of.
        prerequisites: for an add-on, components that must hold as well.
    """

    target: str
    title: str
    description: str
    components: tuple[ComponentRef, ...]
    prerequisites: tuple[ComponentRef, ...]
    mark: Mark


@dataclass(frozen=True, slots=True)
class DesignatedSection:
    """A part of a project's code that a product must really run, or explicitly need not.

    Attributes:
        status: None for an informational section (the guideline takes no position).
        designated: False: may be replaced.
        paths: glob patterns relative to the folder that the distribution's packages are
            installed into (`nova/scheduler/**`); a file that several sections match belongs to
            the one with the longest pattern. Empty: the guideline does not say where it is.
    """

    project: str
    status: Status | None
    name: str
    designated: bool
    description: str = ""
    comment: str = ""
    paths: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the criteria by which capabilities are chosen; `weight` is in points of 100."""

    key: str
    name: str
    description: str
    weight: int


@dataclass(frozen=True, slots=True)
class Guideline:
    """A dated set of rules.

    Attributes:
        id: such as `2020.06` or `dns.2020.06`.
        status: `approved`, `draft`, ... as the guideline says; `reconstructed` when its text was
            put together from other sources because the official one is not to be had.
        replaces: id of the guideline before, or "".
        releases: OpenStack releases it applies to.
        programs: by target.
        provenance: where the facts are from; "" for an official file.
        sha256: digest of the bytes that were read.
        notices: known defects that were tolerated, each with its path and what was assumed.
    """

    id: str
    schema: str
    status: str
    replaces: str
    releases: tuple[str, ...]
    programs: Mapping[str, Program]
    components: Mapping[str, Component]
    capabilities: Mapping[str, Capability]
    sections: tuple[DesignatedSection, ...]
    criteria: Mapping[str, Criterion]
    cutoff_score: int | None
    provenance: str
    sha256: str
    notices: tuple[str, ...] = ()
