"""Answers and facts that note which of their parts a test asks for."""

from __future__ import annotations

from typing import Any

from refcheck.cloud.exchange import Answer, Body


class _WatchedBody(Body):
    """A JSON object that notes which members are asked whether they are there."""

    def __init__(self, told: Body, notes: dict[str, None]) -> None:
        super().__init__(told)
        self._notes = notes

    def __contains__(self, key: object) -> bool:
        self._notes[str(key)] = None
        return super().__contains__(key)


class _WatchedAnswer(Answer):
    __slots__ = ("_notes",)

    @property
    def json(self) -> Any:
        told = Answer.json.fget(self)
        return _WatchedBody(told, self._notes) if isinstance(told, Body) else told


def watched_body(told: Body, notes: dict[str, None]) -> Body:
    """The same object; `notes` gets the members that its reader asks about."""
    return _WatchedBody(told, notes)


def watched_answer(answer: Answer, notes: dict[str, None]) -> Answer:
    """The same answer; `notes` gets the members that its reader asks about."""
    watched = _WatchedAnswer(answer.call, answer.status, answer.headers, answer.content)
    object.__setattr__(watched, "_notes", notes)
    return watched


class _WatchedFact(dict[str, Any]):
    """A fact that notes which of its parts are used."""

    def __init__(self, fact: dict[str, Any], name: str, notes: dict[str, None]) -> None:
        super().__init__(fact)
        self._name, self._notes = name, notes

    def __getitem__(self, key: str) -> Any:
        self._notes[f"{self._name}.{key}"] = None
        return super().__getitem__(key)


def watched_fact(fact: Any, name: str, notes: dict[str, None]) -> Any:
    """The same fact; `notes` gets its name, or the names of the parts that are used."""
    if isinstance(fact, dict):
        return _WatchedFact(fact, name, notes)
    notes[name] = None
    return fact
