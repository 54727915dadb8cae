"""Removing, from the ledger alone, whatever a run has not removed yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import count
from urllib.parse import quote, unquote

from refcheck.cloud.abreast import abreast
from refcheck.cloud.emptying import remove_containers
from refcheck.cloud.exchange import Body
from refcheck.cloud.kinds import KINDS, Kind
from refcheck.cloud.ledger import Entry, Ledger, Undo
from refcheck.cloud.names import is_of_a_run
from refcheck.cloud.removing import Removal, Standing, send, still_there
from refcheck.cloud.service import REQUEST_BUDGET, Services
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.cloud.untold import untold
from refcheck.cloud.waiting import Clock

REMOVE_BUDGET = 120.0
ILLNESS_BUDGET = 10.0
"""Seconds to go on with a removal that the cloud refuses, and one that it fails to do."""
_LEAST_ROUNDS = 3
"""So often is asked what fails, however long a round takes."""
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
_UNFINISHED = "its deletion was accepted, yet it is still there"
_SILENCE = 1.5 * REQUEST_BUDGET
"""Seconds without a word from a service, after which the others are not kept waiting for it."""
_NO_WORD = f"network: the service had not answered after {_SILENCE:g} s"
Job = Callable[[], Iterable[Removal]]
"""Asks one service for deletions, and tells of each as it is answered."""


def sweep(
    services: Services,
    ledger: Ledger,
    clock: Clock = Clock(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Remove whatever the ledger does not know to be gone, newest first.

    A create that was sent and whose answer was lost is looked up by its name. What is found is
    removed if nobody else gives that name: a test may ask for a security group called `default`,
    too.

    Returns:
        what is left, for people.
    """
    services = cache(services)  # one that does not answer is given up, and not by each entry anew
    entries = list(ledger.open_entries())
    state = _Sweep(entries, {entry.number: "" for entry in entries})
    again = _ask(services, state, _taken(state, "server"))  # they go while the rest is asked for
    emptying = _emptying(services, state)
    state.to_ask += [removal.entry for removal in again]
    _remove_in_rounds(services, state, clock, emptying)
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


def _taken(state: _Sweep, kind: str) -> list[Entry]:
    """What is to be asked for of a kind; it is taken out of the rest."""
    taken = [entry for entry in state.to_ask if entry.kind == kind and not entry.leaving]
    state.to_ask = [entry for entry in state.to_ask if entry not in taken]
    return taken


def _remove_in_rounds(
    services: Services, state: _Sweep, clock: Clock, emptying: Sequence[Job]
) -> None:
    """Ask for deletions, look whether they are done, ask again for those that were refused."""
    state.leaving += [entry for entry in state.to_ask if entry.leaving]
    state.to_ask = [entry for entry in state.to_ask if not entry.leaving]
    start = clock.now()
    pause = _FIRST_PAUSE
    for rounds in count(1):
        before = len(state.leaving)
        again = _ask(services, state, state.to_ask, emptying if rounds == 1 else ())
        if len(state.leaving) > before:
            clock.sleep(pause)  # what was just asked for takes a moment
        _look(services, state)
        waited = clock.now() - start
        ill_too = waited < ILLNESS_BUDGET or rounds < _LEAST_ROUNDS
        state.to_ask = [removal.entry for removal in again if ill_too or not removal.ill]
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


def _ask(
    services: Services, state: _Sweep, entries: list[Entry], emptying: Sequence[Job] = ()
) -> list[Removal]:
    """Ask for the deletions, all services at once. Returns those that are worth asking again."""
    located, again = _searched(services, state, entries)
    silent = {entry.number: entry for entry in located}
    for removal in abreast([*_jobs(services, located), *emptying], _SILENCE):
        silent.pop(removal.entry.number, None)
        if removal.standing is Standing.GONE:
            state.gone(removal.entry)
            continue
        state.reasons[removal.entry.number] = removal.reason or _UNFINISHED
        if removal.standing is Standing.LEAVING:
            state.leaving.append(removal.entry)
        elif not removal.hopeless:
            again.append(removal)
    for entry in silent.values():
        state.reasons[entry.number] = _NO_WORD
        again.append(Removal(entry, Standing.THERE, _NO_WORD, ill=True))
    return again


def _jobs(services: Services, entries: Iterable[Entry]) -> list[Job]:
    """One for each service, which is asked for its own in the given order."""
    by_service: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_service[entry.undo.service if entry.undo else ""].append(entry)
    return [partial(send, services, group) for group in by_service.values()]


def _searched(
    services: Services, state: _Sweep, entries: list[Entry]
) -> tuple[list[Entry], list[Removal]]:
    """The entries, each with the way to undo it; and those that the cloud cannot tell of now."""
    located: list[Entry] = []
    unknown = []
    for entry in entries:
        try:
            found = list(_located(services, entry))
        except HarnessFault as error:
            state.reasons[entry.number] = str(error)
            unknown.append(Removal(entry, Standing.THERE, str(error), ill=True))
            continue
        if not found:
            state.gone(entry)
        located += found
    return located, unknown


def _emptying(services: Services, state: _Sweep) -> list[Job]:
    """The removal of all containers with all that is in them, taken out of what is to be asked."""
    objects = _taken(state, "object")
    for one in objects:  # it goes with its container, or is named by it
        state.gone(one)
    entries = {
        unquote(entry.undo.path.removeprefix("/")) if entry.undo else entry.name: entry
        for entry in state.to_ask
        if entry.kind == "container" and (entry.undo or is_of_a_run(entry.name))
    }
    state.to_ask = [entry for entry in state.to_ask if entry not in entries.values()]
    ours = tuple(f"/{quote(name)}/" for name in entries)
    paths = [one.undo.path for one in objects if one.undo]
    known = [path for path in paths if path.startswith(ours)]
    state.reasons |= {entry.number: _NO_WORD for entry in entries.values()}
    return [partial(_emptied, services, entries, known)] if entries else []


def _emptied(
    services: Services, entries: Mapping[str, Entry], known: Sequence[str]
) -> Iterator[Removal]:
    try:
        left = remove_containers(services("object-store"), entries, known)
    except (HarnessFault, Absent, CloudFault) as error:
        left = dict.fromkeys(entries, str(error))
    for name, entry in entries.items():
        if name in left:
            yield Removal(entry, Standing.THERE, left[name], hopeless=True)
        else:
            yield Removal(entry, Standing.GONE)


def _located(services: Services, entry: Entry) -> Iterator[Entry]:
    """The entry with the way to undo it; nothing when the thing never came to be.

    Raises:
        HarnessFault: the cloud cannot tell now.
    """
    if entry.undo is not None:
        yield entry
        return
    kind, name = _place(entry)
    if entry.kind == "attachment" or (kind and not kind.name_field and kind.member_of):
        return  # goes with what it belongs to
    undos: Sequence[Undo | None] = [None]
    with suppress(Absent, CloudFault):  # then it will never tell
        if entry.kind == "router_interface":
            undos = _interfaces(services, entry.name)
        elif kind and kind.id_field == "name":
            undos = [Undo(kind.service, "DELETE", f"{kind.path}/{quote(name, safe='')}")]
        elif kind and name:
            undos = _named(services, kind, name)
    # Nobody can tell whose a thing of another name is: it stays open and is reported.
    ours = entry.kind == "router_interface" or is_of_a_run(name)
    for undo in undos:
        yield replace(entry, undo=undo if ours else None)


def _place(entry: Entry) -> tuple[Kind | None, str]:
    """Where to look for it, and by which name; containers are of no kind."""
    if entry.kind == "application_credential":
        user_id, _, name = entry.name.partition("/")
        return Kind("identity", f"/users/{user_id}/application_credentials", entry.kind), name
    return KINDS.get(entry.kind), entry.name


def _named(services: Services, kind: Kind, name: str) -> list[Undo]:
    """The ways to undo all that has this name."""
    member = kind.path.rpartition("/")[2].removeprefix("os-").replace("-", "_")
    listed = _listed(services, kind.service, kind.path, member, {kind.name_field: name})
    ids = [
        quote(str(one[kind.id_field]), safe="") for one in listed if one[kind.name_field] == name
    ]
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
    if answer.status != 200:
        raise untold(f"{member} cannot be listed", answer)
    listed = answer[member]
    if not isinstance(listed, list) or not all(isinstance(one, Body) for one in listed):
        raise CloudFault(f"{answer.call} answered no list of {member}")
    return listed
