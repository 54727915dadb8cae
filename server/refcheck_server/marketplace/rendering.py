"""Templates to pages, without Flask: what is published knows no addresses of this registry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from refcheck import __version__
from refcheck.claim import badge

_PACKAGE = Path(__file__).parent.parent
STATIC = ("registry.css", "marketplace.css", "filter.js", "sort.js", "mark.svg")


@lru_cache(maxsize=1)
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_PACKAGE / "templates"),
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )


def page(template: str, *, root: str, **values: Any) -> bytes:
    """A page of the tree.

    Args:
        template: its name below `templates/marketplace`.
        root: the way from the page to the top of the tree, like `../../`.
        values: what it shows.
    """
    made = _environment().get_template(f"marketplace/{template}")
    return made.render(root=root, **values).encode()


def static(name: str) -> bytes:
    """A file that the pages use."""
    return (_PACKAGE / "static" / name).read_bytes()


def maker() -> str:
    """Digest of all that pages are made by: when it changes, every page is made anew."""
    seen = hashlib.sha256(__version__.encode())
    for path in _sources():
        seen.update(path.name.encode() + b"\0" + path.read_bytes())
    return seen.hexdigest()


def _sources() -> Iterable[Path]:
    folders = ("templates/marketplace", "marketplace", "publication")
    found = [path for folder in folders for path in (_PACKAGE / folder).iterdir() if path.is_file()]
    more = (_PACKAGE / "templates" / "parts.html", _PACKAGE / "tables.py", Path(badge.__file__))
    return sorted([*found, *more])
