"""Removing containers with all that is in them, many at a time where the cloud can."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

from refcheck.cloud.exchange import Answer, Body
from refcheck.cloud.service import Service
from refcheck.cloud.signals import CloudFault

_ROUNDS = 10
"""Deleting an object may bring back an older version, and a list may not show all at once."""
_AT_ONCE = 1000
_GONE = 404
_STEPS = re.compile(r"/\.{1,2}(/|$)")
"""What HTTP clients take out of an address, which then leads elsewhere."""


def remove_containers(
    service: Service, names: Iterable[str], known: Iterable[str] = ()
) -> dict[str, str]:
    """Delete these containers. Returns why a container is still there, for those that are.

    Args:
        known: paths of objects in them, which need not be asked for.

    Raises:
        HarnessFault, Absent, CloudFault: the cloud does not answer, or not in the right form.
    """
    left = dict.fromkeys(names, "it is not empty")
    objects = list(known)
    for _ in range(_ROUNDS):
        left = _delete(service, [*objects, *map(_path, left)], left)
        if not left:
            break
        objects = [path for name in left for path in _objects(service, name)]
    return left


def _path(container: str) -> str:
    return f"/{quote(container)}"


def _delete(service: Service, paths: list[str], containers: Iterable[str]) -> dict[str, str]:
    """Delete these paths in order. Returns the containers that resist, each with the reason."""
    failed: dict[str, str] = {}
    for first in range(0, len(paths), _AT_ONCE):
        some = paths[first : first + _AT_ONCE]
        told = _in_bulk(service, some)
        failed |= _one_by_one(service, some) if told is None else told
    return {name: failed[_path(name)] for name in containers if _path(name) in failed}


def _in_bulk(service: Service, paths: list[str]) -> dict[str, str] | None:
    """Path → why it was not deleted; None when the cloud has no bulk deletion, or lies."""
    answer = service.post(
        "?bulk-delete",
        data="\n".join(paths).encode(),
        headers={"Content-Type": "text/plain", "Accept": "application/json"},
    )
    failed = _failed(answer, paths)
    # Who says that all is gone is asked about the last of them, a container.
    if failed == {} and service.head(paths[-1]).status != _GONE:
        return None
    return failed


def _failed(answer: Answer, paths: list[str]) -> dict[str, str] | None:
    """The same, by the answer alone; None when it is not one to the deletion of these paths."""
    if answer.status != 200 or "json" not in answer.headers.get("content-type", ""):
        return None
    told = answer.json
    errors = told.get("Errors") if isinstance(told, Body) else None
    if not isinstance(errors, list):
        return None
    numbers = [told.get("Number Deleted"), told.get("Number Not Found"), len(errors)]
    if not all(isinstance(number, int) for number in numbers) or sum(numbers) != len(paths):
        return None
    if not all(isinstance(error, list) and len(error) == 2 for error in errors):
        return None
    failed = {quote(unquote(str(path))): str(status) for path, status in errors}
    return failed if failed.keys() <= set(paths) else None


def _one_by_one(service: Service, paths: list[str]) -> dict[str, str]:
    failed = {}
    for path in paths:
        if _STEPS.search(path):
            failed[path] = "it cannot be named in an address"
            continue
        answer = service.delete(path)
        if answer.status not in range(200, 300) and answer.status != _GONE:
            failed[path] = f"{answer.call} answered {answer.status} {answer.message}"
    return failed


def _objects(service: Service, container: str) -> list[str]:
    """Paths of the objects that the container lists first; the next round sees to the rest."""
    listing = service.get(_path(container), params={"format": "json"})
    page = listing.json if listing.status == 200 else []
    if not isinstance(page, list) or not all(isinstance(item, Body) for item in page):
        raise CloudFault(f"{listing.call} answered no list of objects")
    return [f"{_path(container)}/{quote(str(item['name']))}" for item in page]
