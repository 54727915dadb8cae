"""Whatever is done to a row behind the registry's back is found, by whoever can write to it."""

# ruff: noqa: S608 - the statements are what is tested
from __future__ import annotations

from dataclasses import replace

import pytest
from refcheck_server.audit.checking import check
from refcheck_server.audit.checkpoints import read_checkpoint, sign_checkpoint
from refcheck_server.audit.log import leaf_of, peaks_text
from refcheck_server.audit.merkle import Frontier
from refcheck_server.audit.models import AuditEvent
from securesystemslib.signer import CryptoSigner
from sqlalchemy import select, text
from sqlalchemy.orm import Session

CHANGES = {
    "at": "'2026-11-20 12:00:00.000001'",
    "actor": "actor || 'x'",
    "action": "'token.made '",
    "subject": "substr(subject, 1, 9)",
    "detail": "detail || ' '",
    "root": "substr(root, 2) || 'g'",
    "number": "number + 100",
}
EVENTS = 7


@pytest.fixture
def open_log(told, signer):
    """A session on a log with a checkpoint, as someone who has switched the triggers off."""
    with told.session() as session, session.begin():
        sign_checkpoint(session, signer, now=told.clock())
    with told.session() as session:
        if told.database.engine.dialect.name == "sqlite":
            for name in session.scalars(
                text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all():
                session.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("audit_events", "audit_checkpoints"):
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        session.commit()
        yield session


def unnoticed(session: Session, statements: dict[str, list[str]]) -> list[str]:
    """Do each on its own, and undo it; the names of those that nothing was found of."""
    missed = []
    for name, group in statements.items():
        for statement in group:
            assert session.execute(text(statement)).rowcount >= 1, statement
        if not check(session, []).faults:
            missed.append(name)
        session.rollback()
        session.expire_all()
    return missed


def test_a_change_of_any_column_of_any_row_is_found(open_log):
    assert check(open_log, []).faults == ()
    statements = {
        f"{column} of {number}": [
            f"UPDATE audit_events SET {column} = {change} WHERE number = {number}"
        ]
        for number in range(EVENTS)
        for column, change in CHANGES.items()
    }
    assert unnoticed(open_log, statements) == []


def test_the_removal_of_any_row_is_found_the_last_too(open_log):
    statements = {
        f"removal of {number}": [f"DELETE FROM audit_events WHERE number = {number}"]
        for number in range(EVENTS)
    }
    statements["removal and renumbering"] = [
        "DELETE FROM audit_events WHERE number = 2",
        *(f"UPDATE audit_events SET number = {n - 1} WHERE number = {n}" for n in range(3, EVENTS)),
    ]
    statements["removal of all"] = ["DELETE FROM audit_events"]
    statements["removal of the head"] = ["DELETE FROM audit_head"]
    statements["another end"] = ["UPDATE audit_head SET peaks = 'ff'"]
    statements["another size"] = ["UPDATE audit_head SET size = size - 1"]
    assert unnoticed(open_log, statements) == []


def test_an_insertion_and_an_exchange_are_found(open_log):
    columns = "at, actor, action, subject, detail, root"
    statements = {
        "appended": [
            (
                f"INSERT INTO audit_events (number, {columns}) "
                f"SELECT {EVENTS}, {columns} FROM audit_events WHERE number = 0"
            )
        ],
        "appended, and counted": [
            (
                f"INSERT INTO audit_events (number, {columns}) "
                f"SELECT {EVENTS}, {columns} FROM audit_events WHERE number = 0"
            ),
            "UPDATE audit_head SET size = size + 1",
        ],
        "before the first": [
            (
                f"INSERT INTO audit_events (number, {columns}) "
                f"SELECT -1, {columns} FROM audit_events WHERE number = 0"
            )
        ],
    }
    for one in range(EVENTS):
        for other in range(one):
            statements[f"{one} and {other} exchanged"] = [
                f"UPDATE audit_events SET number = -1 WHERE number = {one}",
                f"UPDATE audit_events SET number = {one} WHERE number = {other}",
                f"UPDATE audit_events SET number = {other} WHERE number = -1",
            ]
    assert unnoticed(open_log, statements) == []


def rewrite(session: Session, **changes) -> None:
    """Change the first event, and make everything after it agree."""
    frontier = Frontier()
    for event in session.scalars(select(AuditEvent).order_by(AuditEvent.number)):
        if event.number == 0:
            for name, value in changes.items():
                setattr(event, name, value)
        frontier.add(leaf_of(event))
        event.root = frontier.root.hex()
    session.flush()
    session.execute(text("UPDATE audit_head SET peaks = :new"), {"new": peaks_text(frontier)})


def test_a_log_that_was_rewritten_whole_is_found_by_its_checkpoint(open_log, signer):
    rewrite(open_log, actor="operator:nobody")
    assert check(open_log, []).faults == ()  # it agrees with itself: this is what they are for
    found = check(open_log, [signer.public_key])
    assert found.faults == ("the log is not the one whose first 7 events were signed",)
    assert found.covered == 0


def test_a_checkpoint_that_was_kept_elsewhere_finds_what_was_removed_with_its_own(open_log, signer):
    envelope = open_log.scalar(text("SELECT envelope FROM audit_checkpoints"))
    kept = read_checkpoint(envelope.encode(), [signer.public_key], where="kept")
    for statement in ("events WHERE number = 6", "checkpoints", "head"):
        open_log.execute(text(f"DELETE FROM audit_{statement}"))
    shorter = Frontier()
    for event in open_log.scalars(select(AuditEvent).order_by(AuditEvent.number)):
        shorter.add(leaf_of(event))
    head = {"size": shorter.size, "peaks": peaks_text(shorter)}
    open_log.execute(text("INSERT INTO audit_head VALUES (1, :size, :peaks)"), head)
    assert check(open_log, [signer.public_key]).faults == ()
    assert "first 7 events" in check(open_log, [signer.public_key], [kept]).faults[0]
    assert check(open_log, [], [replace(kept, size=6)]).faults != ()


def test_a_changed_or_foreign_checkpoint_is_found(open_log, signer):
    missed = []
    for column, change in {
        "size": "6",
        "root": f"'{'0' * 64}'",
        "signed_at": "'2026-11-20 12:00:01'",
        "envelope": "replace(envelope, 'e', 'f')",
    }.items():
        open_log.execute(text(f"UPDATE audit_checkpoints SET {column} = {change}"))
        if not check(open_log, [signer.public_key]).faults:
            missed.append(column)
        open_log.rollback()
        open_log.expire_all()
    assert missed == []
    other = CryptoSigner.generate_ed25519().public_key
    assert "not known here" in check(open_log, [other]).faults[0]
