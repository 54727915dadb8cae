"""What is told, by whom, and only when it truly happened."""

# ruff: noqa: S608 - the statements are what is tested
from __future__ import annotations

import json
import threading

import pytest
from click.testing import CliRunner
from refcheck_server.accounts import services
from refcheck_server.audit.checking import check
from refcheck_server.audit.log import record
from refcheck_server.audit.models import AuditEvent
from refcheck_server.command import registry as command
from refcheck_server.database import Database
from refcheck_server.operations.backup import back_up, restore
from refcheck_server.results import services as results
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from tests.server import samples


def events(registry) -> list[AuditEvent]:
    with registry.session() as session:
        return list(session.scalars(select(AuditEvent).order_by(AuditEvent.number)))


def finding(registry):
    with registry.session() as session:
        return check(session, [])


def test_each_event_says_who_did_what_about_what(told):
    token, key = told.example.prefix, told.example.signer.public_key.keyid
    found = events(told)
    assert [(one.number, one.actor, one.action) for one in found] == [
        (0, "registry", "account.added"),
        (1, "registry", "key.added"),
        (2, "registry", "token.made"),
        (3, "account:example", "result.judged"),
        (4, "account:example", "result.judged"),
        (5, "operator:anna", "token.revoked"),
        (6, "operator:anna", "key.revoked"),
    ]
    assert found[5].subject == f"token:{token}"
    detail = json.loads(found[4].detail)
    assert (detail["cloud"], detail["key"]) == (samples.CLOUD, key)
    assert [one["target"] for one in detail["verdicts"]] == ["platform", "compute", "object"]
    assert finding(told).faults == ()


def test_what_changes_nothing_is_no_event_and_what_fails_leaves_none(told, monkeypatch):
    before = len(events(told))
    with told.session() as session, session.begin():
        services.revoke_token(session, told.example.prefix, now=told.clock())
    assert told.submit(samples.result(run_id="x")).status_code == 403
    newcomer = told.join("newcomer")
    assert told.submit(samples.result(samples.mixed), member=newcomer).status_code == 409
    assert len(events(told)) == before + 3
    monkeypatch.setattr(results, "record_upload", broken(results.record_upload))
    assert told.submit(samples.result(run_id="y"), member=newcomer).status_code == 500
    assert told.stored() == 2
    assert len(events(told)) == before + 3
    assert finding(told).faults == ()


def broken(real):
    """The same, and then the transaction cannot be finished."""

    def record_and_break(*arguments):
        real(*arguments)
        raise RuntimeError

    return record_and_break


def test_commands_tell_who_ran_them(told):
    for arguments in (
        ["cloud", "label", samples.CLOUD, "Falun"],
        ["account", "add", "other"],
        ["cloud", "hold", samples.CLOUD, "other"],
    ):
        ended = CliRunner().invoke(command, [*arguments, "--database", told.settings.database_url])
        assert ended.exit_code == 0, ended.output
    label, _, _, given = events(told)[7:]
    assert label.actor.startswith("operator:")
    assert (label.action, label.detail) == ("cloud.labelled", '{"label":"Falun"}')
    assert (given.action, given.detail) == ("cloud.given", '{"before":"example","holder":"other"}')


def test_events_of_many_at_once_stand_in_one_order_without_a_gap(registry):
    def work(name):
        registry.submit(samples.result(run_id=name), member=members[name])

    members = {f"member-{number}": registry.join(f"member-{number}") for number in range(6)}
    threads = [threading.Thread(target=work, args=(name,)) for name in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert registry.stored() == 6
    assert len(events(registry)) == 3 + 6 * 3 + 6
    assert finding(registry).faults == ()


@pytest.mark.parametrize("table", ["audit_events", "audit_checkpoints"])
def test_the_database_refuses_to_change_or_remove_a_row(told, table, signer):
    from refcheck_server.audit.checkpoints import sign_checkpoint

    with told.session() as session, session.begin():
        sign_checkpoint(session, signer, now=told.clock())
    refused = [f"UPDATE {table} SET root = 'x'", f"DELETE FROM {table}"]
    if told.database.engine.dialect.name == "postgresql":
        refused.append(f"TRUNCATE {table}")
    for statement in refused:
        with told.session() as session, pytest.raises(DatabaseError, match="only ever added to"):
            session.execute(text(statement))
    assert finding(told).size == 7


def test_a_restored_log_is_the_same_log_and_goes_on(told, empty_restored):
    back_up(told.database, empty_restored.file)
    restore(empty_restored.file, empty_restored.database)
    with empty_restored.database.session() as session, session.begin():
        services.add_account(session, "after", now=told.clock())
        found = check(session, [])
    assert (found.size, found.faults) == (8, ())


@pytest.fixture
def empty_restored(tmp_path):
    from types import SimpleNamespace

    from refcheck_server.database import Database

    made = Database(f"sqlite:///{tmp_path / 'restored.db'}")
    yield SimpleNamespace(database=made, file=tmp_path / "backup.db")
    made.engine.dispose()


def test_processes_that_take_turns_and_transactions_that_end_badly_leave_one_log(registry):
    """Each guesses where the log ends, from what it wrote itself; some of that never was."""
    other = Database(registry.settings.database_url)
    before = len(events(registry))
    for number, (database, happens) in enumerate(
        [(registry.database, True), (other, True), (other, False), (other, True)] * 2
        + [(registry.database, False), (registry.database, True), (other, True)]
    ):
        with database.session() as session:
            record(session, "tried", f"test:{number}", {}, at=registry.clock())
            if happens:
                session.commit()
    other.engine.dispose()
    assert len(events(registry)) == before + 8
    assert finding(registry).faults == ()
