"""An answer that is right, and every way in which one value of it can be wrong.

An example says which of its properties need not be there, which texts may say anything and which
objects may have any property. Whatever else it has is promised: every lie about it must be found.
"""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from refcheck.cloud.exchange import Answer
from refcheck.cloud.schemas import checking
from refcheck.cloud.schemas.findings import Findings
from refcheck.cloud.schemas.rule import Rule

ID = "f7ffdeda-e200-4a7a-bcbe-05716e86bf43"
PROJECT = "199ea028a60840be9d372d70cd5b4da3"
TIME = "2026-11-20T16:30:18Z"
LINKS = [{"rel": "self", "href": "http://cloud.example/v2.1/things/1"}]


@dataclass(frozen=True, slots=True)
class Example:
    """One right answer.

    Attributes:
        call: method and path with a status if it is not 200, such as "POST /servers 202".
        body: the answer's JSON.
        optional: names of properties that may be left out.
        free: names of texts that may say anything, and of lists of such.
        open: names of objects that may have any property, "" for the answer itself.
        at: the microversion that was asked for.
        headers: that are promised with it, their names in lower case.
    """

    kind: str
    call: str
    body: Any
    optional: frozenset[str] = frozenset()
    free: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    at: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def rules(self) -> tuple[Rule, ...]:
        method, path, *_ = self.call.split()
        rules = checking._rules(self.kind)
        assert rules is not None
        return rules.find(method, path, self.at)

    def findings(self, body: Any = None, **headers: str) -> Findings:
        method, path, *status = self.call.split()
        content = json.dumps(self.body if body is None else body).encode()
        sent = {"content-type": "application/json", **(headers or self.headers)}
        answer = Answer(self.call, int((status or ["200"])[0]), sent, content)
        return checking.check(self.kind, method, path, self.at, answer)

    def believed(self) -> list[str]:
        """The lies that are not found."""
        lies = (
            *((f"{path} is {lie!r}", told, "faults") for path, lie, told in self._wrong()),
            *((f"{path} is missing", told, "faults") for path, told in self._missing()),
            *((f"{path} has a colour", told, "extras") for path, told in self._extra()),
        )
        assert lies
        return [lie for lie, told, found in lies if not getattr(self.findings(told), found)]

    def unmissed_headers(self) -> list[str]:
        """Promised headers whose absence is not found."""
        others = {name: {**self.headers, "x-other": ""} for name in self.headers}
        for name, headers in others.items():
            del headers[name]
        return [name for name in others if not self.findings(**others[name]).faults]

    def _wrong(self) -> Iterator[tuple[str, Any, Any]]:
        for path, value in _inside(self.body):
            lies = [_of_another_type(value)]
            if isinstance(value, str) and not self.free & {str(step) for step in path[-2:]}:
                lies.append("no such thing")
            for lie in lies:
                yield _words(path), lie, _with(self.body, path, lie)

    def _missing(self) -> Iterator[tuple[str, Any]]:
        for path, _ in _inside(self.body):
            if isinstance(path[-1], str) and path[-1] not in self.optional:
                told = copy.deepcopy(self.body)
                del _at(told, path[:-1])[path[-1]]
                yield _words(path), told

    def _extra(self) -> Iterator[tuple[str, Any]]:
        for path, value in [((), self.body), *_inside(self.body)]:
            if isinstance(value, dict) and (path[-1] if path else "") not in self.open:
                yield _words(path), _with(self.body, (*path, "colour"), "blue")


Path = tuple[str | int, ...]


def _inside(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value inside, each with the way to it."""
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    for step, inner in steps:
        yield (*path, step), inner
        if isinstance(inner, dict | list):
            yield from _inside(inner, (*path, step))


def _of_another_type(value: Any) -> Any:
    """One that no API has there, whatever else it may have there."""
    match value:
        case str():
            return 5.5
        case bool() | int() | float():
            return "no such thing"
        case list():
            return {"never": 5.5}
        case _:
            return [{"never": 5.5}]


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def _with(body: Any, path: Path, value: Any) -> Any:
    told = copy.deepcopy(body)
    _at(told, path[:-1])[path[-1]] = value
    return told


def _words(path: Path) -> str:
    return ".".join(map(str, path)) or "the answer"


def without_example(rules: tuple[Rule, ...], examples: list[Example]) -> list[str]:
    """Calls that answer something, and of which there is no example."""
    shown = {(rule.method, rule.path) for example in examples for rule in example.rules}
    told = {(rule.method, rule.path) for rule in rules if rule.body is not None}
    return sorted(f"{method} {path}" for method, path in told - shown)
