"""The project's quotas and what is used of them, asked of each service, never guessed.

Sources (api-ref): compute "Limits", block storage "Limits", network "Quotas details extension"
and "Quotas extension", image "Quota usage", object storage "Show account metadata".

Kinds are those of `refcheck.cloud.kinds.KINDS` that a service counts, and the sizes that it counts
beside them: `core`, `ram_mib`, `volume_gib`, `image_mib`, `object_mib`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from refcheck.cloud.connection import Cloud
from refcheck.cloud.exchange import Answer, Body
from refcheck.cloud.service import Service
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.cloud.untold import untold

_MIB = 1 << 20
_COMPUTE = {
    "server": ("maxTotalInstances", "totalInstancesUsed"),
    "core": ("maxTotalCores", "totalCoresUsed"),
    "ram_mib": ("maxTotalRAMSize", "totalRAMUsed"),
    "server_group": ("maxServerGroups", "totalServerGroupsUsed"),
}
_BLOCK_STORAGE = {
    "volume": ("maxTotalVolumes", "totalVolumesUsed"),
    "volume_gib": ("maxTotalVolumeGigabytes", "totalGigabytesUsed"),
    "snapshot": ("maxTotalSnapshots", "totalSnapshotsUsed"),
}
_NETWORK = {
    "network": "/networks",
    "subnet": "/subnets",
    "port": "/ports",
    "router": "/routers",
    "floatingip": "/floatingips",
    "security_group": "/security-groups",
    "security_group_rule": "/security-group-rules",
    "subnetpool": "/subnetpools",
}
_IMAGE = {"image": "image_count_total", "image_mib": "image_size_total"}


@dataclass(frozen=True, slots=True)
class Room:
    """What a project may have of one kind, and has.

    Attributes:
        limit: None when there is none.
    """

    limit: int | None
    used: int

    @property
    def free(self) -> int | None:
        """What is left; None when there is no limit."""
        return None if self.limit is None else max(self.limit - self.used, 0)


@dataclass(frozen=True, slots=True)
class Quotas:
    """What the services told of a project's quotas.

    Attributes:
        rooms: kind → room, of the kinds that a service told about.
        untold: service type → why it told nothing, or not all.
    """

    rooms: Mapping[str, Room] = field(default_factory=dict)
    untold: Mapping[str, str] = field(default_factory=dict)

    def free(self, kind: str) -> int | None:
        """What is left of a kind; None when there is no limit, or none was told."""
        room = self.rooms.get(kind)
        return room.free if room else None

    def half(self, kind: str) -> int | None:
        """Half of what is left, rounded down: the most that a run takes; None for no limit."""
        free = self.free(kind)
        return None if free is None else free // 2

    def fitting(self, one: Mapping[str, int]) -> int | None:
        """How often something that takes this much fits into half of what is free.

        Args:
            one: kind → number that one of it takes, such as `takes("server", flavor)`.

        Returns:
            None for no limit, 0 when not even one fits.
        """
        times = [
            half // number
            for kind, number in one.items()
            if number > 0 and (half := self.half(kind)) is not None
        ]
        return min(times, default=None)

    def short_of(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """The kinds of which half of what is free is less than this → what half is."""
        return {
            kind: half
            for kind, number in wanted.items()
            if number > 0 and (half := self.half(kind)) is not None and half < number
        }


def free(cloud: Cloud) -> Quotas:
    """Ask every service of the catalogue; about seven requests, none of which writes.

    A service that is not there, does not answer or refuses to tell is noted in `untold`.
    """
    rooms: dict[str, Room] = {}
    untold: dict[str, str] = {}

    def look(kind: str, read: Callable[[Service], Mapping[str, Room]]) -> None:
        try:
            rooms.update(read(cloud.service(kind)))
        except (HarnessFault, CloudFault, Absent) as error:
            untold[kind] = str(error)

    look("compute", _compute)
    look("block-storage", lambda service: _limits(_absolute(service), _BLOCK_STORAGE))
    look("network", lambda service: _network(service, cloud.project_id))
    look("image", _image)
    look("object-store", _object_store)
    return Quotas(rooms, untold)


def _compute(compute: Service) -> dict[str, Room]:
    absolute = _absolute(compute)
    rooms = _limits(absolute, _COMPUTE)
    # Key pairs belong to the user; the limits say how many there may be, not how many there are.
    if "maxTotalKeypairs" in absolute:
        used = _length(_granted(compute.get("/os-keypairs")), "keypairs")
        rooms["keypair"] = _room(absolute["maxTotalKeypairs"], used)
    return rooms


def _absolute(service: Service) -> Mapping[str, object]:
    limits = _object(_granted(service.get("/limits"))["limits"])
    return _object(limits["absolute"])


def _limits(
    absolute: Mapping[str, object], names: Mapping[str, tuple[str, str]]
) -> dict[str, Room]:
    return {
        kind: _room(absolute[limit], absolute[used])
        for kind, (limit, used) in names.items()
        if limit in absolute and used in absolute
    }


def _network(network: Service, project_id: str) -> dict[str, Room]:
    path = f"/quotas/{project_id}"
    details = network.get(f"{path}/details.json")
    if details.status == 200:
        counted = _object(details["quota"])
        return {
            kind: _room(_object(counted[kind])["limit"], _taken(counted[kind]))
            for kind in _NETWORK
            if kind in counted
        }
    # The extension that counts is not everywhere: then we count.
    quota = _object(_granted(network.get(path))["quota"])
    rooms = {}
    for kind, collection in _NETWORK.items():
        if kind in quota:
            mine = {"project_id": project_id, "fields": "id"}
            listed = network.get(collection, params=mine) if quota[kind] != -1 else None
            key = collection[1:].replace("-", "_")
            rooms[kind] = _room(quota[kind], _length(_granted(listed), key) if listed else 0)
    return rooms


def _image(image: Service) -> dict[str, Room]:
    answer = image.get("/info/usage")
    if answer.status == 404:  # before version 2.14 there are no quotas per project
        return {}
    usage = _object(_granted(answer)["usage"])
    return {
        kind: _room(_object(usage[name])["limit"], usage[name]["usage"])
        for kind, name in _IMAGE.items()
        if name in usage
    }


def _object_store(store: Service) -> dict[str, Room]:
    answer = store.head("")
    if answer.status == 404:  # an account that is made at the first write
        return {}
    if answer.status not in (200, 204):
        raise untold("the account's quota is not told", answer)
    told = answer.headers
    limit = told.get("x-account-quota-bytes") or told.get("x-account-meta-quota-bytes")
    if not limit:
        return {}
    used = _number(told.get("x-account-bytes-used", "0"))
    return {"object_mib": Room(_number(limit) // _MIB, -(-used // _MIB))}


def _granted(answer: Answer) -> Answer:
    if answer.status != 200:
        raise untold("quotas are not told", answer)
    return answer


def _room(limit: object, used: object) -> Room:
    """Services write -1 for no limit."""
    number = _number(limit)
    return Room(None if number < 0 else number, _number(used))


def _taken(counts: Mapping[str, object]) -> int:
    """What is there, and what is about to be."""
    return _number(counts.get("used", 0)) + _number(counts.get("reserved", 0))


def _object(value: object) -> Body:
    if not isinstance(value, Body):
        raise CloudFault(f"expected an object that tells of quotas, found {value!r:.80}")
    return value


def _number(value: object) -> int:
    try:
        return int(str(value))
    except ValueError:
        raise CloudFault(f"expected a number of a quota, found {value!r:.80}") from None


def _length(answer: Answer, key: str) -> int:
    listed = answer[key]
    if not isinstance(listed, list):
        raise CloudFault(f"{answer.call} answered no list of {key}")
    return len(listed)
