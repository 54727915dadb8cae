"""What a run needs to know of a cloud, found out by asking it, before the first test.

Nothing is configured by hand: image, flavors, external network and versions are found and
recorded as facts of the result. Each can be overridden. What cannot be found is a problem with a
reason; only the tests that need it suffer.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import rfc8785
from keystoneauth1 import exceptions as ks

from refcheck.cloud.connection import Cloud
from refcheck.cloud.exchange import Body
from refcheck.cloud.service import STRANGE, Service
from refcheck.cloud.signals import Absent, CloudFault, HarnessFault
from refcheck.errors import CloudConfigFault

_PAGES = 5
_GIB = 1 << 30


@dataclass(frozen=True, slots=True)
class Overrides:
    """Choices the user makes instead of discovery: ids or names; "" leaves it to discovery."""

    image: str = ""
    flavor: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found, JSON values only.

    Attributes:
        found: fact → value.
        problems: fact → why it could not be found.
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
        raise HarnessFault(f"configuration: {self.problems.get(fact, f'{fact} is not known')}")

    def to_json(self) -> dict[str, Any]:
        return {**self.found, "problems": dict(self.problems)}


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
            "`verify: false` in clouds.yaml: whoever is in between could answer for the cloud"
        )

    def look(fact: str, ask: Callable[[], Any]) -> None:
        try:
            found[fact] = ask()
        except (HarnessFault, Absent, CloudFault) as error:
            problems[fact] = cloud.recorder.scrubber.scrub(str(error))
        except STRANGE as error:
            problems[fact] = cloud.recorder.scrubber.scrub(
                f"its list is of no known form ({error})"
            )

    found["versions"] = _versions(cloud)
    look("flavors", lambda: _flavors(cloud.service("compute"), overrides.flavor))
    look("images", lambda: _images(cloud.service("image"), overrides.image))
    if "images" in found and "flavors" in found:
        look("boot", lambda: _bootable(found["images"], found["flavors"]))
    else:
        problems["boot"] = problems.get("images") or problems["flavors"]
    look("external_network", lambda: _external_network(cloud.service("network")))
    look("network_extensions", lambda: _extensions(cloud.service("network")))
    look("object_store_features", lambda: _features(cloud.service("object-store")))
    found["clock_skew"] = cloud.recorder.skew.seconds
    for bulky in ("flavors", "images"):
        found.pop(bulky, None)
        problems.pop(bulky, None)
    return Facts(found, problems)


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
    versions: dict[str, Any] = {}
    for kind in ("identity", "compute", "image", "network", "block-storage", "object-store"):
        try:
            data = cloud.session.get_endpoint_data(
                auth=cloud.session.auth,
                service_type=kind,
                interface=cloud.region.get_interface(kind),
                region_name=cloud.region.get_region_name(kind),
            )
        except (ks.ClientException, *STRANGE):
            continue  # the tests of that service will say what is wrong with it
        if data is not None and data.api_version:
            versions[kind] = {
                "version": _dotted(data.api_version),
                "min": _dotted(data.min_microversion),
                "max": _dotted(data.max_microversion),
            }
    return versions


def _dotted(version: tuple[float, ...] | None) -> str | None:
    return ".".join(str(part) for part in version) if version else None


def _flavors(compute: Service, wanted: str) -> list[dict[str, Any]]:
    answer = compute.get("/flavors/detail", params={"limit": 1000})
    if answer.status != 200:
        raise HarnessFault(f"flavors cannot be listed: {answer.call} answered {answer.status}")
    flavors = [
        {key: flavor[key] for key in ("id", "name", "ram", "vcpus", "disk")}
        for flavor in answer["flavors"]
    ]
    if not flavors:
        raise HarnessFault(
            "the project sees no flavor; ask the operator for one (`openstack flavor list`)"
        )
    flavors.sort(key=lambda flavor: (flavor["ram"], flavor["vcpus"], flavor["disk"]))
    return [_named("flavor", flavors, wanted)] if wanted else flavors


def _images(image: Service, wanted: str) -> list[dict[str, Any]]:
    images: list[Body] = []
    path, params = "/images", {"limit": "200"}
    for _ in range(_PAGES):
        answer = image.get(path, params=params)
        if answer.status != 200:
            raise HarnessFault(f"images cannot be listed: {answer.call} answered {answer.status}")
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
            "no active image to boot from; upload a small one, or name one with --image"
        )
    usable.sort(key=lambda entry: ("cirros" not in str(entry["name"]).lower(), entry["size"] or 0))
    return [_image_facts(entry) for entry in usable]


def _is_usable(image: Body) -> bool:
    return (
        image.get("status") == "active"
        and image.get("container_format") in {"bare", "docker", "ovf"}
        and image.get("os_type") != "windows"
        and bool(image.get("size"))
    )


def _image_facts(image: Body) -> dict[str, Any]:
    fields = ("id", "name", "status", "size", "min_ram", "min_disk", "virtual_size")
    return {key: image.get(key) for key in fields}


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
        "no flavor is large enough for any image; name a pair with --image and --flavor"
    )


def _fits(image: dict[str, Any], flavor: dict[str, Any]) -> bool:
    if flavor["ram"] < (image["min_ram"] or 0):
        return False
    if flavor["disk"] == 0:  # the disk follows the image
        return True
    needed = max(image["min_disk"] or 0, -(-(image["virtual_size"] or image["size"] or 0) // _GIB))
    return bool(flavor["disk"] >= needed)


def _external_network(network: Service) -> dict[str, Any] | None:
    answer = network.get("/networks", params={"router:external": "true"})
    if answer.status != 200:
        raise HarnessFault(f"networks cannot be listed: {answer.call} answered {answer.status}")
    networks = sorted(answer["networks"], key=lambda entry: str(entry["name"]))
    return {key: networks[0][key] for key in ("id", "name")} if networks else None


def _extensions(network: Service) -> list[str]:
    """Aliases ("Extensions", "List extensions")."""
    answer = network.get("/extensions", params={"fields": "alias"})
    listed = answer["extensions"] if answer.status == 200 else None
    if not isinstance(listed, list):
        raise HarnessFault(f"extensions cannot be listed: {answer.call} answered {answer.status}")
    return sorted(str(one.get("alias")) for one in listed if isinstance(one, dict))


def _features(store: Service) -> list[str]:
    """Parts of what the object store tells everybody, beside the version ("Discoverability")."""
    address = re.split(r"/v1(?:/|$)", store.url)[0] + "/info"
    answer = store.get(address, authenticated=False)
    document = answer.json if answer.status == 200 else None
    if not isinstance(document, dict):
        raise HarnessFault(f"features are not told: {answer.call} answered {answer.status}")
    return sorted(document)
