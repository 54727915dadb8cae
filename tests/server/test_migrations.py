"""The schema: up, down and up again with data in it, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from refcheck_server import migrating
from refcheck_server.accounts.models import Account, Token
from refcheck_server.app import create_app
from refcheck_server.audit.checking import check
from refcheck_server.columns import Base
from refcheck_server.database import Database, DatabaseFault
from refcheck_server.marketplace.models import IssuedClaim
from refcheck_server.marketplace.publishing import publish
from refcheck_server.marketplace.terms import Terms
from refcheck_server.results.models import Judgement, StoredResult, StoredVerdict
from refcheck_server.results.rejudging import rejudge
from refcheck_server.settings import from_environment
from securesystemslib.signer import CryptoSigner
from sqlalchemy import func, inspect, select, text, update

from tests.server import samples
from tests.server.conftest import NOW, Clock, Registry
from tests.server.review.stage import stage

SIGNER = CryptoSigner.generate_ed25519()


@pytest.fixture
def database(empty_database):
    made = Database(from_environment({}, database=empty_database).database_url)
    yield made
    made.engine.dispose()


def filled(database: Database, outcome=samples.mixed) -> Registry:
    settings = from_environment({}, database=database.url)
    app = create_app(settings, now=Clock())
    registry = Registry(settings, database, app.test_client(), Clock())
    registry.join("example")
    assert registry.submit(samples.result(outcome)).status_code == 201
    app.extensions["refcheck_database"].engine.dispose()
    return registry


def test_migrations_make_exactly_the_tables_that_the_models_say(database):
    migrating.upgrade(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_data_is_there_after_upgrading_again_and_gone_after_going_down(database):
    migrating.upgrade(database)
    filled(database)
    assert migrating.upgrade(database) == migrating.newest()
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(StoredResult)) == 1
        assert session.scalar(select(Account.created_at)) == NOW
    migrating.downgrade(database, "base")
    with database.engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    assert migrating.upgrade(database) is None
    filled(database)


def test_data_outlives_going_down_to_the_first_schema_and_up_again(database):
    migrating.upgrade(database)
    filled(database)
    migrating.downgrade(database, "0001")
    assert migrating.upgrade(database) == "0001"
    with database.session() as session:
        account, token = session.scalar(select(Account)), session.scalar(select(Token))
        assert (account.name, account.role) == ("example", "submitter")
        assert (token.scopes, token.revoked_at) == ("results", None)
        assert session.scalar(select(func.count()).select_from(StoredResult)) == 1


def test_results_and_verdicts_are_the_same_after_going_down_to_the_first_schema_and_up(database):
    migrating.upgrade(database)
    registry = filled(database)
    (result_id,) = ids(database)
    addresses = [f"/api/v1/results/{result_id}/envelope", "/", f"/clouds/{samples.CLOUD}"]
    addresses += [f"/api/v1/results/{result_id}/verdicts/{one}" for one in ("platform", "object")]
    before = [registry.client.get(address).data for address in addresses]
    migrating.downgrade(database, "0001")
    migrating.upgrade(database)
    again = create_app(from_environment({}, database=database.url), now=Clock()).test_client()
    assert [again.get(address).data for address in addresses] == before
    assert again.get("/api/v1/clouds?guideline=2020.06").get_json()["total"] == 1
    assert list(rejudge(database, at=NOW, workers=1))[-1] == 0
    with database.session() as session, session.begin():
        session.execute(update(Judgement).values(engine="refcheck-judge/0"))
    assert sum(rejudge(database, at=NOW, workers=1)) == 1
    assert again.get(addresses[-1]).data == before[-1]


def test_claims_and_the_log_outlive_going_down_to_the_schema_that_brought_them(database, tmp_path):
    migrating.upgrade(database)
    filled(database, samples.passed)

    def published(folder: str) -> set[str]:
        terms = Terms()
        with database.session() as session:
            assert publish(session, tmp_path / folder, SIGNER, terms, now=NOW).claims == 3
        with database.session() as session:
            assert check(session, [SIGNER.public_key], []).faults == ()
            return set(session.scalars(select(IssuedClaim.sha256)))

    before = published("before")
    migrating.downgrade(database, "0008")
    migrating.upgrade(database)
    assert published("after") == before


def test_applications_go_with_their_schema_and_leave_results_and_verdicts(database):
    migrating.upgrade(database)
    registry = filled(database)
    made = stage(registry, "applicant")
    made.brought_to("published")
    with database.session() as session:
        before = len(session.scalars(select(StoredVerdict)).all())
    migrating.downgrade(database, "0013")
    with database.engine.connect() as connection:
        assert "applications" not in inspect(connection).get_table_names()
    migrating.upgrade(database)
    with database.session() as session:
        assert len(session.scalars(select(StoredVerdict)).all()) == before
    assert registry.client.get(f"/api/v1/results/{made.result}/verdicts").status_code == 200
    assert made.draft() == 1


def test_evidence_that_was_pasted_becomes_a_file_and_going_down_it_is_text_again(database):
    migrating.upgrade(database)
    made = stage(filled(database), "applicant")
    number = made.brought_to("published")
    [file] = made.told(number)["evidence"]
    migrating.downgrade(database, "0022")
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT code FROM applications")) == made.code
        assert connection.scalar(text("SELECT count(*) FROM blobs")) == 0
    migrating.upgrade(database)
    told = made.told(number)
    assert [one["sha256"] for one in told["evidence"]] == [file["sha256"]]
    again = made.ask(made.owner, "GET", f"/applications/{number}/evidence/{file['sha256']}")
    assert again.data.decode() == made.code
    assert made.done(number, "revoke")["state"] == "revoked"


def test_private_results_are_not_published_by_going_down(database):
    migrating.upgrade(database)
    filled(database)
    with database.session() as session, session.begin():
        session.execute(update(StoredResult).values(shared_at=None))
    with pytest.raises(RuntimeError, match="1 private results"):
        migrating.downgrade(database, "0001")


def ids(database: Database) -> list[str]:
    with database.session() as session:
        return list(session.scalars(select(StoredResult.id)))


def test_a_migration_that_breaks_half_way_leaves_nothing_behind(database, monkeypatch):
    real = migrating.command.upgrade

    def broken(config, revision):
        real(config, revision)
        config.attributes["connection"].execute(text("SELECT * FROM no_such_table"))

    monkeypatch.setattr(migrating.command, "upgrade", broken)
    with pytest.raises(DatabaseFault):
        migrating.upgrade(database)
    with database.engine.connect() as connection:
        assert inspect(connection).get_table_names() == []
