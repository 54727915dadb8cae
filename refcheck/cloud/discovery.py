"""What a run needs to know of a cloud, found out by asking it, before the first test.

Nothing is configured by hand: image, flavors, external network and versions are found and
recorded as facts of the result. Each can be overridden. What cannot be found is a problem with a
reason; only the tests that need it suffer.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import rfc8785
from keystoneauth1 import exceptions as ks

from refcheck.cloud.abreast import abreast
from refcheck.cloud.connection import Cloud
from refcheck.cloud.exchange import Body
from refcheck.cloud.guest_facts import guest_fact
from refcheck.cloud.names import is_of_a_run
from refcheck.cloud.service import STRANGE, Service
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.cloud.untold import untold
from refcheck.errors import CloudConfigFault

_KINDS = ("identity", "compute", "image", "network", "block-storage", "object-store")
_PAGES = 5
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Overrides:
    """Choices the user makes instead of discovery: ids or names; "" leaves it to discovery."""

    image: str = ""
    flavor: str = ""
    guest_user: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found, JSON values only.

    Attributes:
        found: fact → value.
        problems: fact → why it could not be found, with whose fault it is (`network: …`) before it.
    """

    found: Mapping[str, Any] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, fact: str) -> Any:
        """The fact, for a test that needs it.

        Raises:
            HarnessFault: with the reason why it is not known.
        """
        if fact in self.found:
            return self.found[fact]
        if fact in self.problems:
            raise HarnessFault(self.problems[fact])
        raise HarnessFault(f"configuration: {fact} is not known")

    def to_json(self) -> dict[str, Any]:
        return {**self.found, "problems": dict(self.problems)}

    @classmethod
    def from_json(cls, facts: Mapping[str, Any]) -> Facts:
        """The inverse of `to_json`."""
        found = {fact: value for fact, value in facts.items() if fact != "problems"}
        return cls(found, facts.get("problems", {}))


def discover(cloud: Cloud, overrides: Overrides = Overrides()) -> Facts:
    """Ask the cloud for all facts.

    Raises:
        CloudConfigFault: an override names something that the cloud does not have.
    """
    found: dict[str, Any] = {
        "project": cloud.project_id,
        "services": sorted({str(entry["type"]) for entry in cloud.catalog}),
    }
    problems: dict[str, str] = {}
    if cloud.session.verify is False:
        found["certificates"] = "not checked"
        problems["certificates"] = (
            "configuration: `verify: false` in clouds.yaml: whoever is in between could answer for"
            " the cloud"
        )

    found["versions"] = versions = _versions(cloud)
    locate(cloud, versions)
    compute, image, network, store = map(
        cloud.service, ("compute", "image", "network", "object-store")
    )
    asked: dict[str, Callable[[], Any]] = {
        "flavors": lambda: _flavors(compute, overrides.flavor),
        "images": lambda: _images(image, overrides.image),
        "external_network": lambda: _external_network(network),
        "network_extensions": lambda: _extensions(network),
        "object_store_features": lambda: _features(store),
    }
    problems |= dict.fromkeys(asked, "network: the service had not answered in time")

    def keep(looked: _Looked) -> None:
        if looked.problem:
            problems[looked.fact] = cloud.recorder.scrubber.scrub(looked.problem)
        else:
            problems.pop(looked.fact, None)
            found[looked.fact] = looked.value

    looks = [partial(_look_alone, fact, ask) for fact, ask in asked.items()]
    for looked in abreast(looks, _patience(cloud)):
        keep(looked)
    if "images" in found and "flavors" in found:
        keep(_look("boot", lambda: _bootable(found["images"], found["flavors"])))
    else:
        problems["boot"] = problems.get("images") or problems["flavors"]
    facts = Facts(found, problems)
    keep(_look("guest", lambda: _guest(cloud, facts, overrides.guest_user)))
    found["clock_skew"] = cloud.recorder.skew.seconds
    for bulky in ("flavors", "images"):
        found.pop(bulky, None)
        problems.pop(bulky, None)
    return Facts(found, problems)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What asking for a fact came to; `problem` is "" when there is a value."""

    fact: str
    value: Any = None
    problem: str = ""


def _look(fact: str, ask: Callable[[], Any]) -> _Looked:
    try:
        return _Looked(fact, ask())
    except HarnessFault as error:
        return _Looked(fact, problem=str(error))
    except (Absent, CloudFault) as error:
        return _Looked(fact, problem=f"cloud: {error}")
    except STRANGE as error:
        return _Looked(fact, problem=f"cloud: its list is of no known form ({error})")


def _look_alone(fact: str, ask: Callable[[], Any]) -> Iterator[_Looked]:
    yield _look(fact, ask)


def _patience(cloud: Cloud) -> float:
    """Seconds without a word from any service, after which the rest is given up."""
    return 1.5 * cloud.budget


def locate(cloud: Cloud, kinds: Iterable[str]) -> None:
    """Find the addresses of these services, whose versions are known: nothing is asked again.

    Whoever the connection is handed to finds them in it.
    """
    for kind in kinds:
        with contextlib.suppress(HarnessFault, Absent, CloudFault):
            _ = cloud.service(kind).url


def fingerprints(cloud: Cloud, facts: Facts) -> tuple[str, str]:
    """Digests that name the cloud (its catalogue) and the deployment (catalogue and versions).

    Addresses are left out: a cloud keeps its identity when it is reached by another name.
    """
    catalogue = sorted(
        [str(entry["type"]), str(entry.get("id", "")), str(entry.get("name", ""))]
        for entry in cloud.catalog
    )
    return _digest(catalogue), _digest([catalogue, facts.found.get("versions")])


def _digest(value: Any) -> str:
    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def _versions(cloud: Cloud) -> dict[str, Any]:
    """Version and microversion range per service type, of those that tell."""
    told = dict(abreast([partial(_version, cloud, kind) for kind in _KINDS], _patience(cloud)))
    return {kind: told[kind] for kind in _KINDS if kind in told}


def _version(cloud: Cloud, kind: str) -> list[tuple[str, dict[str, Any]]]:
    try:
        data = cloud.session.get_endpoint_data(
            auth=cloud.session.auth,
            service_type=kind,
            interface=cloud.region.get_interface(kind),
            region_name=cloud.region.get_region_name(kind),
            # Swift has no document of its versions; asked for one, it lists the containers.
            discover_versions=kind != "object-store",
        )
    except (ks.ClientException, *STRANGE):
        return []  # the tests of that service will say what is wrong with it
    if data is None or not data.api_version:
        return []
    version = {
        "version": _dotted(data.api_version),
        "min": _dotted(data.min_microversion),
        "max": _dotted(data.max_microversion),
    }
    return [(kind, version)]


def _dotted(version: tuple[float, ...] | None) -> str | None:
    return ".".join(str(part) for part in version) if version else None


def _flavors(compute: Service, wanted: str) -> list[dict[str, Any]]:
    answer = compute.get("/flavors/detail", params={"limit": 1000})
    if answer.status != 200:
        raise untold("flavors cannot be listed", answer)
    flavors = [
        {key: flavor[key] for key in ("id", "name", "ram", "vcpus", "disk")}
        for flavor in answer["flavors"]
    ]
    if not flavors:
        raise HarnessFault(
            "configuration: the project sees no flavor; ask the operator for one"
            " (`openstack flavor list`)"
        )
    flavors.sort(key=lambda flavor: (flavor["ram"], flavor["vcpus"], flavor["disk"]))
    return [_named("flavor", flavors, wanted)] if wanted else flavors


def _images(image: Service, wanted: str) -> list[dict[str, Any]]:
    images: list[Body] = []
    path, params = "/images", {"limit": "200"}
    for _ in range(_PAGES):
        answer = image.get(path, params=params)
        if answer.status != 200:
            raise untold("images cannot be listed", answer)
        images += answer["images"]
        # The link counts from above the version, our paths from below it.
        path, params = str(answer.json.get("next") or "").removeprefix("/v2"), {}
        if not path:
            break
    if wanted:
        return [_image_facts(_named("image", images, wanted))]
    usable = [entry for entry in images if _is_usable(entry)]
    if not usable:
        raise HarnessFault(
            "configuration: no active image to boot from; upload a small one, or name one with"
            " --image"
        )
    usable.sort(key=lambda entry: ("cirros" not in str(entry["name"]).lower(), entry["size"] or 0))
    return [_image_facts(entry) for entry in usable]


def _is_usable(image: Body) -> bool:
    return (
        image.get("status") == "active"
        and image.get("container_format") in {"bare", "docker", "ovf"}
        and image.get("os_type") != "windows"
        and bool(image.get("size"))
        # What a run beside this one made, or one before it left behind, is no system to boot.
        and not is_of_a_run(str(image.get("name")))
    )


def _image_facts(image: Body) -> dict[str, Any]:
    fields = ("id", "name", "status", "size", "min_ram", "min_disk", "virtual_size")
    told = {key: image[key] for key in ("os_admin_user", "os_distro") if image.get(key)}
    return {key: image.get(key) for key in fields} | told


def _named(kind: str, entries: list[Any], wanted: str) -> Any:
    for entry in entries:
        if wanted in (entry["id"], entry["name"]):
            return entry
    names = ", ".join(sorted(str(entry["name"]) for entry in entries)[:5]) or "none at all"
    raise CloudConfigFault(
        f"the cloud has no {kind} {wanted!r}",
        next_step=f"Leave --{kind} away, or name one that is there: {names}.",
    )


def _bootable(images: list[dict[str, Any]], flavors: list[dict[str, Any]]) -> dict[str, Any]:
    """The smallest image and flavor that fit each other, and a second of each if there is one."""
    for image in images:
        fitting = [flavor for flavor in flavors if _fits(image, flavor)]
        if fitting:
            first = fitting[0]
            others = [
                f for f in fitting if (f["ram"], f["vcpus"]) != (first["ram"], first["vcpus"])
            ]
            return {
                "image": image,
                "image_alt": next(
                    (i for i in images if i["id"] != image["id"] and _fits(i, first)), None
                ),
                "flavor": first,
                "flavor_alt": others[0] if others else None,
            }
    raise HarnessFault(
        "configuration: no flavor is large enough for any image; name a pair with --image and"
        " --flavor"
    )


def _fits(image: dict[str, Any], flavor: dict[str, Any]) -> bool:
    if flavor["ram"] < (image["min_ram"] or 0):
        return False
    if flavor["disk"] == 0:  # the disk follows the image
        return True
    needed = max(image["min_disk"] or 0, -(-(image["virtual_size"] or image["size"] or 0) // _GIB))
    return bool(flavor["disk"] >= needed)


def _guest(cloud: Cloud, facts: Facts, user: str) -> dict[str, Any]:
    told = cloud.region.config.get("refcheck")
    boot, external = facts["boot"], facts.found.get("external_network")
    return guest_fact(cloud.name, told, boot["image"], external, user, boot["image_alt"])


def _external_network(network: Service) -> dict[str, Any] | None:
    answer = network.get("/networks", params={"router:external": "true"})
    if answer.status != 200:
        raise untold("networks cannot be listed", answer)
    networks = sorted(answer["networks"], key=lambda entry: str(entry["name"]))
    return {key: networks[0][key] for key in ("id", "name")} if networks else None


def _extensions(network: Service) -> list[str]:
    """Aliases ("Extensions", "List extensions")."""
    answer = network.get("/extensions", params={"fields": "alias"})
    listed = answer["extensions"] if answer.status == 200 else None
    if not isinstance(listed, list):
        raise untold("extensions cannot be listed", answer)
    return sorted(str(one.get("alias")) for one in listed if isinstance(one, dict))


def _features(store: Service) -> list[str]:
    """Parts of what the object store tells everybody, beside the version ("Discoverability")."""
    address = re.split(r"/v1(?:/|$)", store.url)[0] + "/info"
    answer = store.get(address, authenticated=False)
    document = answer.json if answer.status == 200 else None
    if not isinstance(document, dict):
        raise untold("features are not told", answer)
    return sorted(document)
