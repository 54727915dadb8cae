"""Removing what was created: deletions are sent first, their end is seen afterwards in lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from refcheck.cloud.exchange import Body
from refcheck.cloud.kinds import KINDS
from refcheck.cloud.ledger import Entry, Undo
from refcheck.cloud.service import Services
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.cloud.untold import untold

_ACCEPTED = range(200, 300)
_GONE = 404
_FEW = 2
"""So many things are looked at one by one; more of a kind are looked for in their list."""


class Standing(Enum):
    """How a thing is after its deletion was asked for."""

    GONE = "gone"
    LEAVING = "leaving"
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Removal:
    """What came of asking for a deletion.

    Attributes:
        reason: why it is still there.
        hopeless: asking again would not help.
        ill: the service failed or did not answer, rather than refused.
    """

    entry: Entry
    standing: Standing
    reason: str = ""
    hopeless: bool = False
    ill: bool = False


def send(services: Services, entries: Iterable[Entry]) -> Iterator[Removal]:
    """Ask once for the deletion of each entry, in the given order (newest first).

    What goes along with another entry (a subnet with its network) is not asked for itself, unless
    that one is refused.
    """
    entries = list(entries)
    roots = {entry.undo.path for entry in entries if entry.undo}
    along: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.undo and entry.undo.along in roots:
            along[entry.undo.along].append(entry)
    for entry in entries:
        if entry.undo is None or entry.undo.along not in roots:
            members = along[entry.undo.path] if entry.undo else []
            yield from _with_members(services, entry, members)


def _with_members(services: Services, entry: Entry, members: list[Entry]) -> list[Removal]:
    removal = _ask(services, entry, with_members=bool(members))
    if removal.standing is Standing.THERE:
        return [*(_ask(services, member) for member in members), removal]
    return [_same(removal, member) for member in members] + [removal]


def _same(removal: Removal, member: Entry) -> Removal:
    lingers = member.undo is not None and member.undo.gone
    return Removal(member, Standing.LEAVING if lingers else removal.standing)


def _ask(services: Services, entry: Entry, *, with_members: bool = False) -> Removal:
    undo = entry.undo
    if undo is None:
        why = "the cloud did not say what it created, if anything"
        return Removal(entry, Standing.THERE, why, hopeless=True)
    kind = KINDS.get(entry.kind)
    query = kind.deletes_members if kind and with_members else {}
    try:
        service = services(undo.service)
        if not service.known_gone.isdisjoint((undo.path, _owner(undo.path))):
            return Removal(entry, Standing.GONE)
        answer = service.request(undo.method, undo.path, json=undo.body, params=query)
    except (HarnessFault, Absent, CloudFault) as error:
        silent = isinstance(error, HarnessFault)
        return Removal(entry, Standing.THERE, str(error), hopeless=not silent, ill=silent)
    if answer.status == _GONE:
        return Removal(entry, Standing.GONE)
    if answer.status in _ACCEPTED:
        return Removal(entry, Standing.LEAVING if undo.gone else Standing.GONE)
    reason = f"{answer.call} answered {answer.status} {answer.message}"
    ill = answer.status >= 500
    # 409 and 400: something still depends on it, or it is busy; that may pass.
    return Removal(entry, Standing.THERE, reason, not (ill or answer.status in {400, 409}), ill)


def _owner(path: str) -> str:
    """The resource that a path is about: `/routers/ID` of `/routers/ID/add_router_interface`."""
    return "/".join(path.split("/")[:3])


def still_there(services: Services, leaving: Iterable[Entry]) -> list[Entry]:
    """Those of the entries, all of them with deletions under way, that the cloud still shows.

    One list serves all things of a kind.

    Raises:
        HarnessFault, Absent, CloudFault: the cloud does not tell.
    """
    by_kind: dict[str, list[tuple[Entry, Undo]]] = defaultdict(list)
    for entry in leaving:
        if entry.undo:
            by_kind[entry.kind].append((entry, entry.undo))
    there = []
    for kind, members in by_kind.items():
        if kind in KINDS and len(members) > _FEW:
            ids = _listed_ids(services, kind)
            there += [entry for entry, undo in members if undo.path.rpartition("/")[2] in ids]
        else:
            there += [entry for entry, undo in members if _shows(services, undo)]
    return there


def _shows(services: Services, undo: Undo) -> bool:
    return services(undo.service).get(undo.gone).status != _GONE


def _listed_ids(services: Services, kind: str) -> set[str]:
    place = KINDS[kind]
    service = services(place.service)
    member = place.path.removeprefix("/").replace("-", "_")
    ids: set[str] = set()
    marker: dict[str, str] = {}
    while True:
        answer = service.get(place.path, params=marker)
        if answer.status != 200:
            raise untold(f"{member} cannot be listed", answer)
        listed = answer[member]
        if not isinstance(listed, list) or not all(isinstance(one, Body) for one in listed):
            raise CloudFault(f"{answer.call} answered no list of {member}")
        page = [str(one[place.id_field]) for one in listed]
        # The services add a link when there is more; some give the same page for ever.
        if ids.issuperset(page) or not answer.json.get(f"{member}_links"):
            return ids.union(page)
        ids.update(page)
        marker = {"marker": page[-1]}
