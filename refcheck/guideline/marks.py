"""Programs by their official titles: the short target name and what their mark allows."""

from __future__ import annotations

from refcheck.guideline.model import Mark

_TARGETS = {
    "OpenStack Powered Platform": "platform",
    "OpenStack Powered Compute": "compute",
    "OpenStack Powered Storage": "object",
    "OpenStack Powered Object Storage": "object",
}
_PREFIX = "OpenStack Powered "


def target_of(title: str) -> str:
    """The short name of a program: `platform`, `compute`, `object`, or its title in one word."""
    return _TARGETS.get(title) or "-".join(title.removeprefix(_PREFIX).lower().split())


def program_mark(title: str) -> Mark:
    """The mark of a program (not of an add-on)."""
    if not title.startswith(_PREFIX):
        wording = f"May be said to meet {title}; it is no OpenStack mark."
        return Mark(title, wording, product_name=False)
    if target_of(title) == "platform":
        wording = f"May use the mark '{title}', and OpenStack in the product's name."
        return Mark(title, wording, product_name=True)
    wording = f"May use the mark '{title}' only; not OpenStack in the product's name."
    return Mark(title, wording, product_name=False)


def addon_mark(title: str) -> Mark:
    """The mark of an add-on; it stands beside the mark of a program, never alone."""
    return Mark(
        f"OpenStack Powered with {title}",
        f"May add 'with {title}' to the mark of a program that it qualifies for.",
        product_name=False,
    )
