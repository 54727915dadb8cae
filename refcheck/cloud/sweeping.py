"""Removing, from the ledger alone, what an interrupted run left in a cloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from refcheck.cloud.creating import Services, clean
from refcheck.cloud.kinds import KINDS
from refcheck.cloud.ledger import Entry, Ledger, Undo
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault


def sweep(services: Services, ledger: Ledger) -> tuple[str, ...]:
    """Remove whatever the ledger does not know to be gone, newest first.

    A create that was sent and whose answer was lost is looked up by its name, which nobody else
    gives.

    Returns:
        what is left, for people.
    """
    entries = [found for entry in ledger.open_entries() for found in _located(services, entry)]
    left = clean(services, ledger, entries)
    for entry in ledger.open_entries():
        if entry.undo is None and not any(found.number == entry.number for found in entries):
            ledger.gone(entry.number)
    return left


def _located(services: Services, entry: Entry) -> Iterator[Entry]:
    """The entry with the way to undo it; nothing when the thing never came to be."""
    if entry.undo is not None:
        yield entry
        return
    if entry.kind == "container":
        yield replace(entry, undo=Undo("object-store", "DELETE", f"/{quote(entry.name)}"))
        return
    kind = KINDS.get(entry.kind)
    if kind is None or not kind.named or not entry.name:
        return  # attachments and the like go with the things they belong to
    try:
        answer = services(kind.service).get(kind.path, params={"name": entry.name})
        listed = answer[kind.path.rpartition("/")[2].removeprefix("os-").replace("-", "_")]
        found = [one.get(kind.key, one) if kind.key == "keypair" else one for one in listed]
        ids = [str(one[kind.id_field]) for one in found if one["name"] == entry.name]
    except (HarnessFault, Absent, CloudFault):
        yield entry  # cannot tell now: it stays open and is reported
        return
    for thing in ids:
        path = f"{kind.path}/{quote(thing, safe='')}"
        yield replace(entry, undo=Undo(kind.service, "DELETE", path, gone=path * kind.lingers))
