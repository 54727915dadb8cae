"""`refcheck registry vendor`: who is let in as a vendor."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from refcheck_server.accounts.rights import Action
from refcheck_server.commandline import in_registry, utc_now
from refcheck_server.fields import Fields
from refcheck_server.vendors import services
from refcheck_server.vendors.models import Vendor
from refcheck_server.vendors.queries import find_vendor


@click.group()
def vendor() -> None:
    """Vendors, and whether they are approved."""


@vendor.command("list")
@in_registry(Action.SEE_PRIVATE_VENDOR)
def vendor_list(session: Session) -> None:
    """List all vendors with their state."""
    for one in session.scalars(select(Vendor).order_by(Vendor.name)):
        click.echo(f"{one.slug:<24}  {one.state:<8}  {one.name}  {one.contact}")


@vendor.command("approve")
@click.argument("slug")
@in_registry(Action.DECIDE_ON_VENDOR)
def vendor_approve(session: Session, slug: str) -> None:
    """Let everyone see the vendor SLUG and its products."""
    _decide(session, slug, {"state": "approved"})


@vendor.command("decline")
@click.argument("slug")
@click.option("--reason", required=True, help="Its members see it.")
@in_registry(Action.DECIDE_ON_VENDOR)
def vendor_decline(session: Session, slug: str, reason: str) -> None:
    """Keep the vendor SLUG from the public, or take it away from there."""
    _decide(session, slug, {"state": "declined", "reason": reason})


def _decide(session: Session, slug: str, sent: dict[str, str]) -> None:
    found = find_vendor(session, slug)
    fields = Fields({**sent, "revision": str(found.revision)})
    services.decide(session, found, fields, 0, now=utc_now())
    click.echo(f"{sent['state']}  {found.name}")
