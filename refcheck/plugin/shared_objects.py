"""Containers and objects that tests share."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from refcheck.plugin.begun import Begun, packed
from refcheck.plugin.broker import made_once
from refcheck.testing import Answer, Body, expect, wait_for

if TYPE_CHECKING:
    from refcheck.cloud.creating import Creator
    from refcheck.cloud.service import Services
    from refcheck.plugin.broker import Broker
    from refcheck.plugin.given import Given

_LISTING_BUDGET = 15.0
"""Seconds for the object store to list what is new."""
OBJECTS = (
    "apple", "apricot", "banana", "cherry", "tree/fig", "tree/red/cherry", "treehouse",
)  # fmt: skip
"""The names of the objects in the shared container, in order."""
_BRIEF = bytes(range(256)) * 4
_LIFETIME = 5
"""What an object holds that does not last, and its seconds: long enough to be read once."""


@dataclass(frozen=True, slots=True)
class Collection:
    """Things that are listed together: a container's objects, or containers of one prefix.

    Attributes:
        name: of the container, or the prefix.
        members: their names, in order.
    """

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """An object that was told to last a few seconds.

    Attributes:
        made: what was answered when it was put there.
        read: what was answered when it was asked for at once.
        content: what it holds.
        lifetime: in seconds.
    """

    path: str
    made: Answer
    read: Answer
    content: bytes = _BRIEF
    lifetime: int = _LIFETIME


class SharedObjects(Begun):
    """Object storage that all tests may read and none may change; made when first needed."""

    _broker: Broker
    _services: Services
    _create: Creator
    _given: Given

    @made_once
    def object_store_info(self) -> Body:
        """What the object store tells anybody of its features and limits."""
        object_store = self._services("object-store")
        # Above the API's version; the account comes after it, if the address has one.
        address = re.split(r"/v1(?:/|$)", object_store.url)[0] + "/info"
        told: Body = expect(object_store.get(address, authenticated=False), 200).json
        return told

    @property
    def container(self) -> Collection:
        """A container with an object for each of `OBJECTS`, and with the metadata `Shelf: low`.

        Each object holds its own name, has the type text/x-fruit and the metadata `Colour: red`,
        and is counted and listed.
        """
        return Collection(self._container, OBJECTS)

    @made_once
    def _container(self) -> str:
        name = self._given.container(**{"X-Container-Meta-Shelf": "low"})
        object_store = self._services("object-store")
        headers = {"Content-Type": "text/x-fruit", "X-Object-Meta-Colour": "red"}
        for member in reversed(OBJECTS):
            path = f"/{name}/{member}"
            expect(object_store.put(path, data=member.encode(), headers=headers), 201)

        def counted() -> str:
            shown = expect(object_store.head(f"/{name}"), 204)
            return shown.header("X-Container-Object-Count")

        until = {str(len(OBJECTS))}
        what = f"the object count of container {name}"
        wait_for(counted, until, budget=_LISTING_BUDGET, what=what)
        return name

    @property
    def containers(self) -> Collection:
        """Four empty containers that begin with one prefix; the account lists them."""
        prefix, *names = self._containers
        return Collection(prefix, tuple(names))

    @made_once
    def _containers(self) -> tuple[str, ...]:
        prefix = self._create.name("container")
        names = tuple(f"{prefix}-{letter}" for letter in "abcd")
        for name in reversed(names):
            expect(self._create.container(name), 201)
        object_store = self._services("object-store")

        def listed() -> str:
            answer = expect(object_store.get("", params={"prefix": prefix}), 200, 204)
            return " ".join(answer.content.decode("utf-8", "replace").split())

        what = f"the list of containers called {prefix}*"
        wait_for(listed, {" ".join(names)}, budget=_LISTING_BUDGET, what=what)
        return prefix, *names

    @made_once
    def crowded_container(self) -> str:
        """A container where each test may put objects of its own, see `Given.object_path`.

        Its metadata are `Shelf: high` and the key of its temporary addresses, see
        `Given.temp_url_key`.
        """
        name = self._create.name("container")
        metadata = {
            "X-Container-Meta-Shelf": "high",
            "X-Container-Meta-Temp-URL-Key": temp_url_key(name),
        }
        expect(self._create.container(name, metadata), 201)
        return name

    @made_once
    def brief_object(self) -> Body:
        """The parts of a `Brief`. For one test: see `take`."""
        return self._begin_brief_object()

    def _begin_brief_object(self) -> Body:
        object_store = self._services("object-store")
        path = self._given.object_path("brief")
        limit = {"X-Delete-After": str(_LIFETIME)}
        made = object_store.put(path, data=_BRIEF, headers=limit)
        return Body(path=path, made=packed(made), read=packed(object_store.get(path)))


def temp_url_key(container: str) -> str:
    """The key of a container for temporary addresses."""
    return hashlib.sha256(container.encode()).hexdigest()
