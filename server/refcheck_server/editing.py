"""Changing a row without undoing what somebody else changed meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from refcheck_server.errors import RegistryFault
from refcheck_server.fields import path_of


class Revised(Protocol):
    """A row that counts its changes: its model names the column in `version_id_col`."""

    revision: int


class EditConflict(RegistryFault, status=409):
    """Somebody changed it meanwhile.

    Attributes:
        revision: that it has now.
        changed: fields that are not what was sent: what they are now, and what was sent.
    """

    def __init__(self, revision: int, changed: Mapping[str, tuple[Any, Any]]) -> None:
        told = "; ".join(
            f"{field} is {_shown(now)} now, you sent {_shown(sent)}"
            for field, (now, sent) in changed.items()
        )
        super().__init__(
            f"somebody changed it meanwhile{': ' if told else ''}{told}",
            next_step="See what it is now, and send it again if it still holds.",
        )
        self.revision = revision
        self.changed = changed

    def details(self) -> dict[str, Any]:
        """What it is now, for programs."""
        changed = {
            field: {"now": str(now), "sent": str(sent)}
            for field, (now, sent) in self.changed.items()
        }
        return {"revision": self.revision, "changed": changed}


class NameTaken(RegistryFault, status=409):
    """Something else has that name."""


def change(
    session: Session,
    row: Revised,
    revision: int,
    sent: Collection[str] | None = None,
    **fields: Any,
) -> list[str]:
    """Give a row these values, if it is still at the revision that the sender saw.

    Args:
        sent: which of the fields are what somebody sent, and so can be compared with; None: all.

    Returns:
        The names of the fields that were something else before.

    Raises:
        EditConflict: it is at another one.
        NameTaken: another row has a value that only one may have.
    """
    compared = {field: fields[field] for field in (fields if sent is None else sent)}
    if row.revision != revision:
        raise _conflict(row, compared)
    changed = [field for field, value in fields.items() if getattr(row, field) != value]
    for field, value in fields.items():
        setattr(row, field, value)
    try:
        session.flush()
    except StaleDataError:
        session.rollback()
        session.refresh(row)
        raise _conflict(row, compared) from None
    except IntegrityError:
        session.rollback()
        raise name_taken() from None
    return changed


def add(session: Session, row: Any) -> None:
    """Keep a new row.

    Raises:
        NameTaken: another row has a value that only one may have.
    """
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        session.rollback()
        raise name_taken() from None


def name_taken() -> NameTaken:
    """What to answer when a name is taken."""
    return NameTaken("the name is taken", where=path_of("name"), next_step="Choose another one.")


def _conflict(row: Revised, fields: Mapping[str, Any]) -> EditConflict:
    changed = {
        field: (getattr(row, field), sent)
        for field, sent in fields.items()
        if getattr(row, field) != sent
    }
    return EditConflict(row.revision, changed)


def _shown(value: Any) -> str:
    text = str(value) if value not in (None, "") else "empty"
    return f"'{text[:80]}'"
