"""Which designated sections a component's projects bring with them."""

from __future__ import annotations

from refcheck.guideline.model import Component, DesignatedSection, Guideline, Status

EVERYTHING_ELSE = "everything else"
"""Name of the section of a project whose guidance designates all code but what it lists."""


def required_sections(guideline: Guideline, component: Component) -> tuple[DesignatedSection, ...]:
    """The sections whose code a product must run for `component`, in the guideline's order.

    A required project that designates no section by name is designated as a whole, less the
    sections it lists as not designated (nova in every guideline since 2016): one section
    `EVERYTHING_ELSE` stands for it.
    """
    return tuple(
        section
        for project in component.designated.get(Status.REQUIRED, ())
        for section in _of_project(guideline, project)
    )


def _of_project(guideline: Guideline, project: str) -> tuple[DesignatedSection, ...]:
    named = tuple(
        section
        for section in guideline.sections
        if section.project == project and section.status is Status.REQUIRED and section.designated
    )
    return named or (DesignatedSection(project, Status.REQUIRED, EVERYTHING_ELSE, designated=True),)
