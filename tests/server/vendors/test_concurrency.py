"""Two at the same moment: no change is lost, and no vendor is left alone, on either database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from refcheck_server.accounts import services
from refcheck_server.accounts.models import Membership
from refcheck_server.accounts.rights import Role
from refcheck_server.app import create_app
from refcheck_server.errors import RegistryFault
from refcheck_server.fields import Fields
from refcheck_server.settings import from_environment
from refcheck_server.vendors import membership, queries
from refcheck_server.vendors import services as vendors
from sqlalchemy import func, select

from tests.server.conftest import NOW, Clock

PEOPLE = ("ann", "ben", "cem", "dan")


@pytest.fixture
def database(database_url):
    app = create_app(from_environment({}, database=database_url), now=Clock())
    made = app.extensions["refcheck_database"]
    with made.session() as session, session.begin():
        accounts = [services.add_account(session, name, now=NOW) for name in PEOPLE]
        sent = Fields({"name": "Vendor", "contact": "x@example.org"})
        vendor = vendors.register(session, sent, accounts[0].id, now=NOW)
        for account in accounts[1:]:
            place = Membership(
                vendor_id=vendor.id,
                account_id=account.id,
                role=Role.VENDOR_ADMINISTRATOR,
                since=NOW,
            )
            session.add(place)
    yield made
    made.engine.dispose()


def together(database, *works):
    """What each ends with, all begun at the same moment, each in a session of its own."""
    ready = threading.Barrier(len(works))

    def do(work):
        with database.session() as session:
            vendor = queries.find_vendor(session, "vendor")
            ready.wait(timeout=30)
            try:
                work(session, vendor)
                session.commit()
            except RegistryFault as fault:
                return type(fault).__name__
            return "done"

    with ThreadPoolExecutor(len(works)) as pool:
        return sorted(pool.map(do, works))


def test_of_changes_that_meet_one_is_made_and_the_others_are_told(database):
    def change_to(text):
        sent = {"name": "Vendor", "contact": "x@example.org", "description": text, "revision": "1"}
        return lambda session, vendor: vendors.edit(session, vendor, Fields(sent), now=NOW)

    ended = together(database, *(change_to(text) for text in "abcd"))
    assert ended == ["EditConflict"] * 3 + ["done"]
    with database.session() as session:
        vendor = queries.find_vendor(session, "vendor")
        assert (vendor.revision, len(vendor.description)) == (2, 1)


def test_administrators_who_remove_each_other_leave_one(database):
    def leave(name):
        return lambda session, vendor: membership.remove(session, vendor, name, now=NOW)

    ended = together(database, *(leave(name) for name in PEOPLE))
    assert ended == ["LastAdministrator"] + ["done"] * 3
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 1


def test_of_two_who_come_with_one_invitation_one_gets_in(database):
    with database.session() as session, session.begin():
        vendor = queries.find_vendor(session, "vendor")
        secret = membership.invite(session, vendor, membership.Place.MEMBER, 1, now=NOW)
        guests = [services.add_account(session, f"guest-{n}", now=NOW).id for n in range(3)]

    def accept(guest):
        return lambda session, _vendor: membership.accept(session, secret, guest, now=NOW)

    ended = together(database, *(accept(guest) for guest in guests))
    assert ended == ["InvitationRefused"] * 2 + ["done"]
