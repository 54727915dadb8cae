"""Removing, from the ledger alone, whatever a run has not removed yet."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import quote, unquote

from refcheck.cloud.emptying import remove_containers
from refcheck.cloud.exchange import Body
from refcheck.cloud.kinds import KINDS, Kind
from refcheck.cloud.ledger import Entry, Ledger, Undo
from refcheck.cloud.removing import Removal, Standing, send, still_there
from refcheck.cloud.service import Services
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.cloud.waiting import Clock

REMOVE_BUDGET = 120.0
ILLNESS_BUDGET = 10.0
"""Seconds to go on with a removal that the cloud refuses, and one that it fails to do."""
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
_UNFINISHED = "its deletion was accepted, yet it is still there"
_OURS = re.compile(r"rc-[0-9a-f]{8}-.")
"""A name that a run made: nobody else gives it."""


def sweep(
    services: Services,
    ledger: Ledger,
    clock: Clock = Clock(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Remove whatever the ledger does not know to be gone, newest first.

    A create that was sent and whose answer was lost is looked up by its name, if nobody else gives
    that name: a test may ask for a security group called `default`, too.

    Returns:
        what is left, for people.
    """
    services = cache(services)  # one that does not answer is given up, and not by each entry anew
    entries = [found for entry in ledger.open_entries() for found in _located(services, entry)]
    state = _Sweep(entries, {entry.number: "" for entry in entries})
    _remove_containers(services, state)
    _remove_in_rounds(services, state, clock)
    left = []
    for entry in ledger.open_entries():
        reason = state.reasons.get(entry.number)
        if reason is None:
            ledger.gone(entry.number)
        else:
            left.append(f"{entry.kind} {entry.name}: {ledger.left(entry.number, reason)}")
    return tuple(left)


@dataclass
class _Sweep:
    """How far a sweep has come.

    Attributes:
        to_ask: deletions to ask for, newest first.
        reasons: why an entry's thing is still there, by number; no key once it is gone.
    """

    to_ask: list[Entry]
    reasons: dict[int, str]
    leaving: list[Entry] = field(default_factory=list)

    def gone(self, entry: Entry) -> None:
        self.reasons.pop(entry.number, None)


def _remove_in_rounds(services: Services, state: _Sweep, clock: Clock) -> None:
    """Ask for deletions, look whether they are done, ask again for those that were refused."""
    state.leaving = [entry for entry in state.to_ask if entry.leaving]
    state.to_ask = [entry for entry in state.to_ask if not entry.leaving]
    start = clock.now()
    pause = _FIRST_PAUSE
    while True:
        before = len(state.leaving)
        again = _ask(services, state)
        if len(state.leaving) > before:
            clock.sleep(pause)  # what was just asked for takes a moment
        _look(services, state)
        waited = clock.now() - start
        state.to_ask = [
            removal.entry
            for removal in again
            if waited < (ILLNESS_BUDGET if removal.ill else REMOVE_BUDGET)
        ]
        if not (state.to_ask or state.leaving) or waited > REMOVE_BUDGET:
            return
        clock.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE)


def _look(services: Services, state: _Sweep) -> None:
    if not state.leaving:
        return
    # What goes along with something else is gone when that is.
    paths = _paths(state.leaving)
    try:
        there = still_there(
            services, [e for e in state.leaving if not (e.undo and e.undo.along in paths)]
        )
    except (HarnessFault, Absent, CloudFault) as error:
        state.reasons |= {entry.number: str(error) for entry in state.leaving}
        return
    left = _paths(there)
    for entry in state.leaving:
        if entry.undo and not left.isdisjoint((entry.undo.path, entry.undo.along)):
            state.reasons[entry.number] = _UNFINISHED
        else:
            state.gone(entry)
    state.leaving = [entry for entry in state.leaving if entry.number in state.reasons]


def _paths(entries: Iterable[Entry]) -> set[str]:
    return {entry.undo.path for entry in entries if entry.undo}


def _ask(services: Services, state: _Sweep) -> Iterable[Removal]:
    """Ask for the deletions. Returns those that are worth asking again."""
    again = []
    for removal in send(services, state.to_ask):
        if removal.standing is Standing.GONE:
            state.gone(removal.entry)
            continue
        state.reasons[removal.entry.number] = removal.reason or _UNFINISHED
        if removal.standing is Standing.LEAVING:
            state.leaving.append(removal.entry)
        elif not removal.hopeless:
            again.append(removal)
    return again


def _remove_containers(services: Services, state: _Sweep) -> None:
    entries = {
        unquote(entry.undo.path.removeprefix("/")): entry
        for entry in state.to_ask
        if entry.kind == "container" and entry.undo
    }
    state.to_ask = [entry for entry in state.to_ask if entry not in entries.values()]
    if not entries:
        return
    try:
        left = remove_containers(services("object-store"), entries)
    except (HarnessFault, Absent, CloudFault) as error:
        left = dict.fromkeys(entries, str(error))
    for name, entry in entries.items():
        if name in left:
            state.reasons[entry.number] = left[name]
        else:
            state.gone(entry)


def _located(services: Services, entry: Entry) -> Iterator[Entry]:
    """The entry with the way to undo it; nothing when the thing never came to be."""
    if entry.undo is not None:
        yield entry
        return
    kind, name = _place(entry)
    if entry.kind == "attachment" or (kind and not kind.named and kind.member_of):
        return  # goes with what it belongs to
    try:
        if entry.kind == "router_interface":
            undos = _interfaces(services, entry.name)
        elif not _OURS.match(name):
            yield entry  # nobody can tell whose it is: it stays open and is reported
            return
        elif kind is None:
            undos = [Undo("object-store", "DELETE", f"/{quote(name)}")]
        else:
            undos = _named(services, kind, name)
    except (HarnessFault, Absent, CloudFault):
        yield entry  # cannot tell now: likewise
        return
    for undo in undos:
        yield replace(entry, undo=undo)


def _place(entry: Entry) -> tuple[Kind | None, str]:
    """Where to look for it, and by which name; containers are of no kind."""
    if entry.kind == "application_credential":
        user_id, _, name = entry.name.partition("/")
        return Kind("identity", f"/users/{user_id}/application_credentials", entry.kind), name
    return KINDS.get(entry.kind), entry.name


def _named(services: Services, kind: Kind, name: str) -> list[Undo]:
    """The ways to undo all that has this name."""
    member = kind.path.rpartition("/")[2].removeprefix("os-").replace("-", "_")
    listed = _listed(services, kind.service, kind.path, member, {"name": name})
    found = [one.get(kind.key, one) if kind.key == "keypair" else one for one in listed]
    ids = [quote(str(one[kind.id_field]), safe="") for one in found if one["name"] == name]
    paths = [f"{kind.path}/{thing}" for thing in ids]
    return [Undo(kind.service, "DELETE", path, gone=path * kind.lingers) for path in paths]


def _interfaces(services: Services, router_id: str) -> list[Undo]:
    """The ways to undo all interfaces of a router of ours."""
    ports = _listed(services, "network", "/ports", "ports", {"device_id": router_id})
    path = f"/routers/{router_id}/remove_router_interface"
    return [
        Undo("network", "PUT", path, {"port_id": str(port["id"])})
        for port in ports
        if port["device_id"] == router_id and "router_interface" in str(port["device_owner"])
    ]


def _listed(
    services: Services, service: str, path: str, member: str, params: dict[str, str]
) -> list[Body]:
    answer = services(service).get(path, params=params)
    listed = answer[member]
    if not isinstance(listed, list) or not all(isinstance(one, Body) for one in listed):
        raise CloudFault(f"{answer.call} answered no list of {member}")
    return listed
