"""A guideline as one self-contained HTML file; readable without JavaScript."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from refcheck.errors import WrongUse
from refcheck.guideline.model import Component, Guideline


def write_guideline_page(path: Path, guideline: Guideline) -> None:
    """Write the page.

    Raises:
        WrongUse: when the file cannot be written.
    """
    environment = Environment(
        loader=PackageLoader("refcheck.report"), autoescape=True, undefined=StrictUndefined
    )
    page = environment.get_template("guideline.html.j2").render(_view(guideline))
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise WrongUse(
            f"cannot be written ({error.strerror})",
            where=str(path),
            next_step="Give a file in a folder that can be written.",
        ) from error


def _view(one: Guideline) -> dict[str, Any]:
    """What the template shows, ready to be shown: templates hold no logic."""
    return {
        "guideline": one,
        "official": one.status not in ("reconstructed", "draft"),
        "programs": [
            {
                "target": program.target,
                "title": program.title,
                "description": program.description,
                "components": ", ".join(ref.name for ref in program.components),
                "needs": ", ".join(
                    f"{ref.name} of {ref.guideline_id or one.id}" for ref in program.prerequisites
                ),
                "mark": program.mark.wording,
            }
            for program in one.programs.values()
        ],
        "components": [_component(one, component) for component in one.components.values()],
        "sections": [
            {
                "project": section.project,
                "status": section.status or "informational",
                "name": section.name,
                "designated": "designated" if section.designated else "may be replaced",
                "description": section.description,
                "paths": ", ".join(section.paths),
            }
            for section in one.sections
        ],
        "criteria": list(one.criteria.values()),
    }


def _component(one: Guideline, component: Component) -> dict[str, Any]:
    return {
        "name": component.name,
        "description": component.description,
        "designated": ", ".join(
            f"{project} ({status})"
            for status, projects in component.designated.items()
            for project in projects
        ),
        "capabilities": [
            _capability(one, name, status.value)
            for status, names in component.capabilities.items()
            for name in names
        ],
    }


def _capability(one: Guideline, name: str, status: str) -> dict[str, Any]:
    capability = one.capabilities.get(name)
    tests = capability.tests if capability else ()
    return {
        "name": name,
        "status": status,
        "description": capability.description if capability else "Not defined.",
        "since": capability.required_since if capability else "",
        "tests": tests,
        "flagged": sum(test.flag is not None for test in tests),
    }
