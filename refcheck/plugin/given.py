"""Things that tests take as given: created, waited for, ready to use."""

from __future__ import annotations

import time
from typing import Any

from refcheck.cloud.creating import Creator
from refcheck.cloud.discovery import Facts
from refcheck.cloud.guest_key import GuestKey
from refcheck.cloud.kinds import KINDS
from refcheck.cloud.service import Services
from refcheck.cloud.waiting import Clock
from refcheck.plugin.begun import unpacked
from refcheck.plugin.broker import Broker, made_once
from refcheck.plugin.shared_guests import SharedGuests
from refcheck.plugin.shared_networks import SharedNetworks
from refcheck.plugin.shared_objects import Brief, SharedObjects, temp_url_key
from refcheck.plugin.shared_servers import SharedServers
from refcheck.plugin.shared_volumes import UNHURRIED, SharedVolumes
from refcheck.testing import Answer, Body, HarnessFault, expect, wait_for

VOLUME_BUDGET = 300.0
"""Seconds for a volume to become available."""
_SOONEST_BOOT = 0.5
"""Seconds in which no server becomes active; nobody asks before."""
_UPLOAD_BUDGET = 600.0
_UPLOAD_PAUSE = 3.0
"""Seconds for a volume of one GiB to be uploaded, and between two looks at least."""
OTHER_FORMATS = {
    "container_format": ("ovf", "ova", "docker"),
    "disk_format": ("qcow2", "iso", "vmdk", "vdi"),
}
"""Formats of an image that most clouds allow besides raw and bare, by field."""


class Given:
    """Fresh things for one test; it may do to them what it likes.

    Every method returns the resource as the cloud described it when it was ready.
    """

    def __init__(self, services: Services, create: Creator, facts: Facts, shared: Shared) -> None:
        self._services = services
        self._create = create
        self._facts = facts
        self._shared = shared

    def server(self, **fields: Any) -> Body:
        """An active server on the shared network, from the discovered image and flavor."""
        answer = self._create("server", **self.bootable(), **fields)
        return self.booted(expect(answer, 202)["server"]["id"])

    def booted(self, server_id: str, since: float | None = None) -> Body:
        """A server that was asked for, just now or `since` that monotonic second, once active."""
        return self._server_in(server_id, "ACTIVE", "new server", _SOONEST_BOOT, since)

    def used_server(self) -> Body:
        """An active server for this test alone; earlier tests may have changed it.

        Name, metadata, tags, image and access addresses are as they left them; the flavor is the
        discovered one, and no volume is attached. Saves a boot where a server must only be there.
        """
        return self._shared.lend_server()

    def bootable(self) -> dict[str, Any]:
        """The fields that a server needs besides a name."""
        boot = self._facts["boot"]
        return {
            "imageRef": boot["image"]["id"],
            "flavorRef": boot["flavor"]["id"],
            "networks": [{"uuid": self._shared.network["id"]}],
        }

    def server_in(self, server_id: str, status: str) -> Body:
        """The server, once it is in this state."""
        return self._server_in(server_id, status, "server")

    def settled(self, server_id: str, what: str) -> Body:
        """The server, once it is active and nothing goes on with it any more.

        Args:
            what: names what it went through, such as "rebuilt server".
        """
        compute = self._services("compute")
        seen: dict[str, Body] = {}

        def state() -> str:
            seen["server"] = expect(compute.get(f"/servers/{server_id}"), 200)["server"]
            return f"{seen['server']['status']}, task {seen['server']['OS-EXT-STS:task_state']}"

        until, never = {"ACTIVE, task None"}, {"ERROR, task None"}
        budget = float(self._facts["boot_budget"])
        wait_for(state, until, never=never, budget=budget, what=f"{what} {server_id}")
        return seen["server"]

    def _server_in(
        self,
        server_id: str,
        status: str,
        word: str,
        after: float = 0.0,
        since: float | None = None,
    ) -> Body:
        # Waits learn by these words: to boot takes longer than to start again.
        compute = self._services("compute")
        seen: dict[str, Body] = {}

        def state() -> str:
            seen["server"] = expect(compute.get(f"/servers/{server_id}"), 200)["server"]
            return str(seen["server"]["status"])

        never = {"ERROR"} - {status}
        budget, what = float(self._facts["boot_budget"]), f"{word} {server_id}"
        wait_for(state, {status}, never=never, budget=budget, what=what, after=after, since=since)
        return seen["server"]

    def volume(self, **fields: Any) -> Body:
        """An available volume, of 1 GiB unless a size is given."""
        fields.setdefault("size", 1)
        made = expect(self._create("volume", **fields), 202)["volume"]
        return self._block_storage_in("volume", made["id"], "available", made["status"])

    def used_volume(self) -> Body:
        """An available volume of 1 GiB for this test alone, as it was when new.

        Name, description and metadata may be others by now, and among these the read-only flag
        may be told. It is bootable no more than it was, has no snapshots, and is given back so.
        """
        return self._shared.lend_volume()

    def used_snapshot(self) -> Body:
        """An available snapshot for this test alone, as it was when new.

        Name, description and metadata may be others by now.
        """
        return self._shared.lend_snapshot()

    def volumes_named(self, name: str, count: int) -> list[Body]:
        """All volumes of that name, once they are so many and available."""
        return self._shared.available("volumes", {"name": name}, count)

    def volume_in(self, volume_id: str, status: str) -> Body:
        """The volume, once it is in this state."""
        return self._block_storage_in("volume", volume_id, status)

    def gone(self, kind: str, thing_id: str) -> None:
        """A volume or snapshot is gone, whose deletion the test has just asked for."""
        service = self._services("block-storage")
        told = ["200"]

        def state() -> str:
            if told:
                return told.pop()
            return str(expect(service.get(f"/{kind}s/{thing_id}"), 200, 404).status)

        what = f"deleted {kind} {thing_id}"
        wait_for(state, {"404"}, budget=VOLUME_BUDGET, what=what, clock=UNHURRIED)

    def begun_upload(self) -> tuple[Body, str, Answer]:
        """A volume, the name of the image to be made of it, and the answer to that request."""
        begun = self._shared.take("upload")
        source, asked, answer = begun["source"], begun["asked"], unpacked(begun["answer"])
        path = f"/volumes/{source['id']}/action"
        self._services("block-storage").examine(answer, "POST", path, asked)
        return source, asked["os-volume_upload_image"]["image_name"], answer

    def uploaded(self, image_id: str) -> Body:
        """The image of a volume, once its upload is done, which takes some seconds per GiB."""
        image = self._services("image")
        seen: dict[str, Body] = {}

        def state() -> str:
            seen["image"] = Body(expect(image.get(f"/images/{image_id}"), 200).json)
            return str(seen["image"]["status"])

        never = {"killed", "deleted", "deactivated"}
        what = f"uploaded image {image_id}"
        clock = Clock(sleep=lambda seconds: time.sleep(max(seconds, _UPLOAD_PAUSE)))
        wait_for(state, {"active"}, never=never, budget=_UPLOAD_BUDGET, what=what, clock=clock)
        return seen["image"]

    def snapshot(self, volume_id: str, **fields: Any) -> Body:
        """An available snapshot of a volume."""
        made = expect(self._create("snapshot", volume_id=volume_id, **fields), 202)["snapshot"]
        return self._block_storage_in("snapshot", made["id"], "available", made["status"])

    def network(self, **fields: Any) -> Body:
        """A network without subnets."""
        network: Body = expect(self._create("network", **fields), 201)["network"]
        return network

    def subnet(self, network_id: str, **fields: Any) -> Body:
        """An IPv4 subnet of a network."""
        fields = {"ip_version": 4, "cidr": "10.101.0.0/28", **fields}
        answer = self._create("subnet", network_id=network_id, **fields)
        subnet: Body = expect(answer, 201)["subnet"]
        return subnet

    def member(self, kind: str, **fields: Any) -> Answer:
        """The answer to a POST of something that belongs to a shared thing.

        That is a subnet of the workbench, or a rule of the crowded group. It stays until the run
        ends and goes along with what it belongs to, unless the test deletes it.
        """
        place = KINDS[kind]
        service = self._services(place.service)
        answer: Answer = service.post(place.path, json={place.key: fields})
        return answer

    def image(self, content: bytes = b"", **fields: Any) -> Body:
        """A private image; with content it is uploaded and active, without it is queued."""
        fields = {"disk_format": "raw", "container_format": "bare", **fields}
        made = expect(self._create("image", **fields), 201).json
        image = self._services("image")
        path = f"/images/{made['id']}"
        if not content:
            return Body(made)
        headers = {"Content-Type": "application/octet-stream"}
        expect(image.put(f"{path}/file", data=content, headers=headers), 204)
        shown: Body = expect(image.get(path), 200).json
        return shown

    def container(self, **headers: str) -> str:
        """The name of an empty container."""
        name = self._create.name("container")
        expect(self._create.container(name, headers), 201)
        return name

    def object_path(self, what: str) -> str:
        """A path of this test's own for objects, in a container that all tests put theirs in."""
        return f"/{self._shared.crowded_container}/{self._create.name(what)}"

    def brief_object(self) -> Brief:
        """An object that was told to last a few seconds; they may be over."""
        begun = self._shared.take("brief_object")
        brief = Brief(begun["path"], unpacked(begun["made"]), unpacked(begun["read"]))
        object_store = self._services("object-store")
        object_store.examine(brief.made, "PUT", brief.path, None)
        object_store.examine(brief.read, "GET", brief.path, None)
        return brief

    def temp_url_key(self) -> str:
        """The key of that container. Made of its name, so that no record has to hold it."""
        return temp_url_key(self._shared.crowded_container)

    def _block_storage_in(
        self, kind: str, thing_id: str, status: str, known: str | None = None
    ) -> Body:
        """The thing, once it is in this state; `known` is the one it was in just now."""
        service = self._services("block-storage")
        seen: dict[str, Body] = {}
        told = [known] if known not in (None, status) else []

        def state() -> str:
            if told:
                return str(told.pop())
            answer: Answer = service.get(f"/{kind}s/{thing_id}")
            seen[kind] = expect(answer, 200)[kind]
            return str(seen[kind]["status"])

        never = {"error", "error_deleting", "error_extending"} - {status}
        what = f"{kind} {thing_id}"
        wait_for(state, {status}, never=never, budget=VOLUME_BUDGET, what=what, clock=UNHURRIED)
        return seen[kind]


class Shared(SharedGuests, SharedNetworks, SharedObjects, SharedServers, SharedVolumes):
    """Things that all tests of a run may read and none may change; made when first needed."""

    def __init__(
        self, services: Services, create: Creator, facts: Facts, broker: Broker, key: GuestKey
    ) -> None:
        self._services = services
        self._create = create
        self._facts = facts
        self._broker = broker
        self._key = key
        self._given = Given(services, create, facts, self)

    @made_once
    def images(self) -> tuple[Body, Body]:
        """Two active images in raw and bare: 1,021 bytes, private, and 2,053 bytes, shared.

        Both have `colour: blue`, and one tag, which none but `queued_image` has besides; that one
        is the first of the three by name, and these follow.
        """
        tag = self._create.name("tag")
        fields = {"tags": [tag], "colour": "blue"}
        return (
            self._given.image(b"s" * 1021, name=f"{tag}-b", visibility="private", **fields),
            self._given.image(b"l" * 2053, name=f"{tag}-c", visibility="shared", **fields),
        )

    @made_once
    def deleted_image(self) -> Body:
        """An image without content that was deleted and is gone, as it was before."""
        image = self._services("image")
        made = self._given.image()
        expect(image.delete(f"/images/{made['id']}"), 204)
        expect(image.get(f"/images/{made['id']}"), 404)
        self._create.note_gone()
        return made

    @made_once
    def image_properties(self) -> Body:
        """What an image may have, by name, as the service describes it ("Image schemas")."""
        properties: Body = expect(self._services("image").get("/schemas/image"), 200)["properties"]
        return properties

    @made_once
    def queued_image(self) -> Body:
        """An image without content, with the tag of `images` and in other formats."""
        formats: dict[str, Any] = {}
        for field, candidates in OTHER_FORMATS.items():
            taken = self.image_properties[field]["enum"]
            formats[field] = next((one for one in candidates if one in taken), None)
            if formats[field] is None:
                raise HarnessFault(f"configuration: no {field} but the usual one ({taken})")
        (tag,) = self.images[0]["tags"]
        return self._given.image(name=f"{tag}-a", tags=[tag], **formats)
