"""Volumes and snapshots that tests share."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from refcheck.cloud.waiting import Clock
from refcheck.plugin.begun import Begun, packed
from refcheck.plugin.broker import Lending, made_once
from refcheck.testing import Body, expect, wait_for

if TYPE_CHECKING:
    from refcheck.cloud.creating import Creator
    from refcheck.cloud.service import Services
    from refcheck.plugin.broker import Broker
    from refcheck.plugin.given import Given

_BUDGET = 300.0
"""Seconds for volumes or snapshots to become available."""
_ACCEPTED = range(200, 300)
_SECOND = 1.0
"""What the service counts the times of creation in."""
_PAUSE = 0.15
"""Seconds between two looks at least: nothing in block storage is done sooner."""


def _unhurried(seconds: float) -> None:
    time.sleep(max(seconds, _PAUSE))


UNHURRIED = Clock(sleep=_unhurried)


class SharedVolumes(Begun):
    """Block storage that all tests may read and none may change; made when first needed."""

    _broker: Broker
    _services: Services
    _create: Creator
    _given: Given

    @made_once
    def volume(self) -> Body:
        """An available volume of 2 GiB: one may ask for a smaller copy of it, in vain.

        Its metadata are `purpose: shared` and `colour: blue`; its only snapshots are `snapshots`.
        """
        return self._given.volume(size=2, metadata={"purpose": "shared", "colour": "blue"})

    @made_once
    def volumes(self) -> tuple[Body, Body, Body]:
        """Three available volumes of 1 GiB with one name, which no other volume has."""
        name = self._create.name("volumes")
        for _ in range(3):
            expect(self._create("volume", name=name, size=1), 202)
        first, second, third = self.available("volumes", {"name": name}, 3)
        return first, second, third

    @made_once
    def snapshots(self) -> tuple[Body, Body, Body]:
        """Three available snapshots of `volume`, in the order in which they were made.

        Their names are in another order, and not all were made in the same second.
        """
        name = self._create.name("snapshot")
        volume_id = self.volume["id"]
        made = []
        for letter in "bca":
            answer = self._create("snapshot", name=f"{name}-{letter}", volume_id=volume_id)
            made.append(expect(answer, 202)["snapshot"]["id"])
            if letter == "b":
                time.sleep(_SECOND)
        ready = self.available("snapshots", {"volume_id": volume_id}, 3)
        first, second, third = sorted(ready, key=lambda snapshot: made.index(snapshot["id"]))
        return first, second, third

    @made_once
    def upload(self) -> Body:
        """A volume (`source`) whose upload as an image was `asked`, and the `answer`.

        For one test: see `take`.
        """
        return self._begin_upload()

    def _begin_upload(self) -> Body:
        source = self._given.volume()
        name = self._create.name("image")
        wanted = {"image_name": name, "disk_format": "raw", "container_format": "bare"}
        asked = {"os-volume_upload_image": wanted}
        answer = self._services("block-storage").post(f"/volumes/{source['id']}/action", json=asked)
        if answer.status in _ACCEPTED:
            image_id = answer["os-volume_upload_image"]["image_id"]
            self._create.adopt("image", {"id": image_id, "name": name})
        return Body(source=source, asked=asked, answer=packed(answer))

    def lend_volume(self) -> Body:
        """A volume that a test before had, else a new one, as it was when new."""
        return self._broker.lend("volume", Lending(self._given.volume, _as_it_was, _as_it_was))

    def lend_snapshot(self) -> Body:
        """A snapshot that a test before had, else a new one, as it was when new."""
        return self._broker.lend("snapshot", Lending(self._new_snapshot, _as_it_was, _as_it_was))

    def _new_snapshot(self) -> Body:
        return self._given.snapshot(self.volumes[0]["id"])

    def available(self, what: str, params: dict[str, str], count: int) -> list[Body]:
        """Things of one kind, once so many that a filter finds are available."""
        service = self._services("block-storage")
        seen: list[Body] = []
        # They have only just been asked for: a look at once would be for nothing.
        told = ["not ready"]

        def state() -> str:
            if told:
                return told.pop()
            listed = expect(service.get(f"/{what}/detail", params=params), 200)[what]
            seen[:] = listed
            states = {str(entry["status"]) for entry in listed}
            if "error" in states:
                return "error"
            return "ready" if states == {"available"} and len(listed) == count else "not ready"

        what_for = f"{count} {what}"
        wait_for(state, {"ready"}, never={"error"}, budget=_BUDGET, what=what_for, clock=UNHURRIED)
        return seen


def _as_it_was(lent: Body) -> Body:
    """Nothing is asked: no test with a lent volume or snapshot changes the state it is in."""
    return lent
