"""Volumes and snapshots that tests share."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from refcheck.plugin.broker import made_once
from refcheck.testing import Body, expect, wait_for

if TYPE_CHECKING:
    from refcheck.cloud.creating import Creator
    from refcheck.cloud.service import Services
    from refcheck.plugin.broker import Broker
    from refcheck.plugin.given import Given

_BUDGET = 300.0
"""Seconds for volumes or snapshots to become available."""
_SECOND = 1.0
"""What the service counts the times of creation in."""


class SharedVolumes:
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
        first, second, third = self._available("volumes", {"name": name}, 3)
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
        ready = self._available("snapshots", {"volume_id": volume_id}, 3)
        first, second, third = sorted(ready, key=lambda snapshot: made.index(snapshot["id"]))
        return first, second, third

    def lend_volume(self) -> Body:
        """A volume that a test before had, if it is well, else a new one."""
        return self._broker.lend("volume", self._given.volume, self._well("volume"))

    def lend_snapshot(self) -> Body:
        """A snapshot that a test before had, if it is well, else a new one."""
        return self._broker.lend(
            "snapshot",
            lambda: self._given.snapshot(self.volumes[0]["id"]),
            self._well("snapshot"),
        )

    def _well(self, kind: str) -> Callable[[Body], Body | None]:
        def now(lent: Body) -> Body | None:
            answer = self._services("block-storage").get(f"/{kind}s/{lent['id']}")
            well = answer.status == 200 and answer[kind]["status"] == "available"
            return answer[kind] if well else None

        return now

    def _available(self, what: str, params: dict[str, str], count: int) -> list[Body]:
        """Things of one kind, once so many that a filter finds are available."""
        service = self._services("block-storage")
        seen: list[Body] = []

        def state() -> str:
            listed = expect(service.get(f"/{what}/detail", params=params), 200)[what]
            seen[:] = listed
            states = {str(entry["status"]) for entry in listed}
            if "error" in states:
                return "error"
            return "ready" if states == {"available"} and len(listed) == count else "not ready"

        wait_for(state, {"ready"}, never={"error"}, budget=_BUDGET, what=f"{count} {what}")
        return seen
