"""What each test of the suite asks of a cloud, as a run on refcloud showed it.

The data is `calls.json` beside the suite, written by `python -m tests.calls` and never by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from refcheck.errors import BadInput

_SHARED = "shared "
_LENT = "lend_"
_DEAREST = (
    ("server", ("server",)),
    ("storage", ("volume", "snapshot", "image_mib")),
)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one test asked for.

    Attributes:
        outcome: on refcloud; what did not pass may have stopped before its last call.
        reason: of an outcome other than passed.
        calls: each once, in the order of their first use: `network POST /networks`; without those
            that remove what it made.
        creates: kind → number, of what it made itself, and sizes (`volume_gib`, `image_mib`,
            `object_mib`).
        shares: what it used of the things that several tests share, and what their making asks.
        facts: what it used of the facts that discovery finds, such as "boot.flavor_alt".
        features: parts of the object store's /info that it asked for.
        needs: of whom and what else: "second identity", "another token", "extension dns".
        requests: how many were sent, polling and clean-up included.
        seconds: how long it took on refcloud, clean-up included.
    """

    outcome: str = ""
    reason: str = ""
    calls: tuple[str, ...] = ()
    creates: Mapping[str, int] = field(default_factory=dict)
    shares: Mapping[str, Recorded] = field(default_factory=dict)
    facts: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    requests: int = 0
    seconds: float = 0.0

    def parts(self) -> Iterator[Recorded]:
        """Itself and everything that it shares."""
        yield self
        for shared in self.shares.values():
            yield from shared.parts()

    @property
    def lent(self) -> tuple[str, ...]:
        """What it has for itself alone of the things that tests have one after the other."""
        return tuple(name for name in self.shares if name.startswith(_LENT))

    @property
    def needs_server(self) -> bool:
        """Whether a server has to be active for it, of its own or a shared one."""
        return any("server" in one.creates for one in self.parts())

    @property
    def services(self) -> tuple[str, ...]:
        """Types of all services that are asked, its own first."""
        return tuple(dict.fromkeys(c.partition(" ")[0] for one in self.parts() for c in one.calls))

    @property
    def cost(self) -> str:
        """What it makes itself at its dearest: `server`, `storage` or `light`.

        Else `shared` for what works on things that tests share, and `read` for what only asks.
        """
        for word, kinds in _DEAREST:
            if any(kind in self.creates for kind in kinds):
                return word
        if self.creates:
            return "light"
        return "shared" if any(one.creates for one in self.parts()) else "read"


@dataclass(frozen=True, slots=True)
class Recording:
    """The data of a whole suite.

    Attributes:
        tests: idempotent id → what was recorded; a test that is newer than the data is not there.
        latency: seconds that the median answer took.
    """

    tests: Mapping[str, Recorded]
    latency: float

    @classmethod
    def load(cls, suite: Path) -> Recording:
        """Read the data of a suite.

        Raises:
            BadInput: it cannot be read.
        """
        file = file_of(suite)
        try:
            notes = json.loads(file.read_bytes())
            latency = float(notes.pop("answers")["seconds"])
            names = [name for name in notes if not name.startswith(_SHARED)]
            return cls({name: _recorded(name, notes) for name in names}, latency)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadInput(
                f"what was recorded of the suite cannot be read ({error})",
                where=str(file),
                next_step="Install refcheck anew, or run `python -m tests.calls` in a checkout.",
            ) from error

    def of(self, test_id: str) -> Recorded | None:
        """What was recorded of a test."""
        return self.tests.get(test_id)


def file_of(suite: Path) -> Path:
    """Where the data of a suite is."""
    return suite / "calls.json"


def _recorded(name: str, notes: Mapping[str, Mapping[str, Any]]) -> Recorded:
    note: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in notes[name].items()
    }
    note["shares"] = {one: _recorded(_SHARED + one, notes) for one in note.get("shares", ())}
    return Recorded(**note)
