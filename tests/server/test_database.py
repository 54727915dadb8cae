"""What every session of a registry keeps to."""

from __future__ import annotations

import pytest
from refcheck_server.accounts.models import Token
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.server.conftest import NOW


def test_a_fault_of_the_database_is_told_without_what_was_to_be_stored(registry):
    with registry.session() as session, pytest.raises(DBAPIError) as told:
        session.execute(text("SELECT :secret FROM nowhere"), {"secret": "not to be logged"})
    assert "nowhere" in str(told.value)
    assert "not to be logged" not in str(told.value)


def test_no_row_refers_to_nothing(registry):
    lost = Token(
        account_id=999_999, sha256="0" * 64, prefix="rck_00000000", strong=True, created_at=NOW
    )
    with registry.session() as session:
        session.add(lost)
        with pytest.raises(IntegrityError):
            session.flush()
