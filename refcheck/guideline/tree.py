"""Typed reading of a plain tree that always knows where in the document it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from refcheck.errors import BadGuideline
from refcheck.guideline.faults import fault


class Node:
    """An object of the document, with its path and the list that defects are noted on."""

    def __init__(self, value: Any, path: str, where: str, notices: list[str]) -> None:
        self.path = path
        self._where = where
        self._notices = notices
        if not isinstance(value, dict):
            raise fault(where, path, "is missing or not an object")
        self._value: dict[str, Any] = value

    def __contains__(self, key: str) -> bool:
        return key in self._value

    def fault(self, key: str, text: str) -> BadGuideline:
        """The error for a fault at `key` of this object."""
        return fault(self._where, f"{self.path}.{key}", text)

    def note(self, key: str, text: str) -> None:
        """Record a defect at `key` that is tolerated."""
        self._notices.append(f"{self.path}.{key}: {text}")

    def key(self, right: str, wrong: str) -> str:
        """`right`, or `wrong` if this document misspells it so (noted as a defect)."""
        if wrong not in self._value:
            return right
        if right in self._value:
            self.note(wrong, f"ignored beside '{right}'")
            return right
        self.note(wrong, f"taken for '{right}'")
        return wrong

    def node(self, key: str) -> Node:
        """The object at `key`."""
        return self._node(key, self._value.get(key))

    def nodes(self, key: str) -> Iterator[tuple[str, Node]]:
        """Name and object of each entry of the object at `key`; none when it is absent."""
        if key in self._value:
            yield from self.node(key).entries()

    def entries(self) -> Iterator[tuple[str, Node]]:
        """Name and object of each entry of this object."""
        for name in self._value:
            yield name, self.node(name)

    def names(self) -> tuple[str, ...]:
        """The names of this object, in the document's order."""
        return tuple(self._value)

    def items(self, key: str) -> Iterator[Node]:
        """The objects of the list at `key`; none when it is absent."""
        for index, item in enumerate(self._list(key)):
            yield self._node(f"{key}[{index}]", item)

    def is_empty_list(self, key: str) -> bool:
        """Whether `key` holds `[]` (some files write it for an empty object)."""
        return bool(self._value.get(key) == [])

    def is_list(self, key: str) -> bool:
        """Whether `key` holds a list."""
        return isinstance(self._value.get(key), list)

    def text(self, key: str) -> str:
        """The text at `key`, which must be there and not be empty."""
        value = self.optional_text(key)
        if not value:
            raise self.fault(key, "is missing or empty")
        return value

    def optional_text(self, key: str) -> str:
        """The text at `key`, or "" when it is absent or null."""
        value = self._value.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self.fault(key, "is not text")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """The list of texts at `key`; empty when it is absent."""
        values = self._list(key)
        for index, value in enumerate(values):
            if not isinstance(value, str):
                raise self.fault(f"{key}[{index}]", "is not text")
        return tuple(values)

    def whole(self, key: str) -> int | None:
        """The whole number at `key` (old files write it as text), or None when absent."""
        value = self._value.get(key)
        if isinstance(value, str) and value.isdecimal() and len(value) < 10:
            return int(value)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.fault(key, "is not a whole number")
        return value

    def truth(self, key: str) -> bool:
        """True or false at `key`; false when it is absent."""
        value = self._value.get(key, False)
        if not isinstance(value, bool):
            raise self.fault(key, "is not true or false")
        return value

    def _node(self, step: str, value: Any) -> Node:
        return Node(value, f"{self.path}.{step}", self._where, self._notices)

    def _list(self, key: str) -> list[Any]:
        value = self._value.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.fault(key, "is not a list")
        return value
